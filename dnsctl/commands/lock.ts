import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { askServer } from '../running-server.ts'
import { slotTable } from '../sealing-text.ts'

export const lockCommand = command({
  name: 'lock',
  summary: 'take private keys and hidden names out of the running server',
  description: [
    'From then on veild answers SERVFAIL to everybody, strangers and insiders, until dnsctl unlock. The workers that had keys end and others take their place; keys, zones and signatures are overwritten in memory as far as that can be done from JavaScript.',
    'For a machine that somebody is about to have their hands on. A key file that lies in the state folder opens it again for whoever can start veild: see docs/sealing.md.',
  ],
  arguments: {},
  options: {},
  examples: [{ line: 'lock', summary: 'the server of ./veil.yaml' }],
  async run(context) {
    const sealing = await askServer(context, 'lock', {})
    return {
      exitCode: ExitCode.Done,
      data: { ...sealing },
      print: (paper) => [
        `${paper.bad('Locked:')} every question gets SERVFAIL from now on. What opens the store:`,
        '',
        ...slotTable(paper, sealing.slots),
        '',
        'To serve again: dnsctl unlock',
      ],
    }
  },
})
