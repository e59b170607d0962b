import { setTimeout } from 'node:timers/promises'
import { Failure } from '../../console/failure.ts'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { askServer } from '../running-server.ts'
import { topText } from '../top-text.ts'

const ROWS = 8

export const topCommand = command({
  name: 'top',
  summary: 'watch what is asked, and by whom',
  description: [
    'Questions a second by verdict, incidents that go on, the busiest zones, and the sources with the most points of suspicion, then with the most absent names. Drawn anew until Ctrl-C; where the output is no terminal, once.',
    'Verdicts are counted exactly. Zones and sources are put together from what workers tell of the questions: all of them, up to 2,000 a second.',
  ],
  arguments: {},
  options: {
    once: { summary: 'once, and no more' },
    interval: { value: 'SECONDS', summary: 'draw it so often: from 1 to 3600, 2 when left out' },
  },
  examples: [
    { line: 'top', summary: 'until Ctrl-C' },
    { line: 'top --once --json | jq .sources', summary: 'who asks for what is not there, for a script' },
  ],
  async run(context, input) {
    const seconds = readInterval(input.interval)
    if (!input.once) await drawForEver(context, seconds)
    const top = await askServer(context, 'top', {})
    return {
      exitCode: ExitCode.Done,
      data: { ...top },
      print: (paper) => topText(paper, top, ROWS),
    }
  },
})

/** Returns at once where there is no terminal; otherwise Ctrl-C ends it, or the end of the server. */
async function drawForEver(context: Context, seconds: number): Promise<void> {
  const { screen } = context
  while (screen !== undefined) {
    screen.draw(topText(screen.paper, await askServer(context, 'top', {}), ROWS))
    await setTimeout(seconds * 1000)
  }
}

function readInterval(text: string | undefined): number {
  const seconds = text === undefined ? 2 : Number(text)
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) return seconds
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `"${text}" is no number of seconds from 1 to 3600`,
    next: '`dnsctl top --help`',
  })
}
