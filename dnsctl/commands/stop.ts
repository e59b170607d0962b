import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { askServer } from '../running-server.ts'

export const stopCommand = command({
  name: 'stop',
  summary: 'stop the running server',
  description: [
    'veild stops taking questions, finishes those in flight and exits within two seconds.',
    'A service manager that restarts it (systemd: Restart=always) will do so; stop it there instead.',
  ],
  arguments: {},
  options: {},
  examples: [{ line: 'stop', summary: 'stop the server of ./veil.yaml' }],
  async run(context) {
    const { pid } = await askServer(context, 'stop', {})
    return { exitCode: ExitCode.Done, data: { pid }, print: () => [`veild (process ${pid}) is stopping.`] }
  },
})
