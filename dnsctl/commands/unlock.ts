import { type Paper, printable } from '../../console/paper.ts'
import type { ControlCommands, SealingStatus } from '../../server/control/protocol.ts'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { askNewPassphrase, askPassphrase, STDIN_OPTION } from '../passphrase.ts'
import { askServer, askServerSecret } from '../running-server.ts'
import { slotText } from '../sealing-text.ts'

type Unlocked = ControlCommands['unlock']['result']

export const unlockCommand = command({
  name: 'unlock',
  summary: 'have a locked server open its store and serve its zones',
  description: [
    'Asks for the passphrase where the store has a slot for one, without showing what is typed; otherwise has veild look for its key file or credential again. veild then reads configuration and zones anew, as for dnsctl reload.',
    'A store that has no data key yet, with `sealing: { unlock: passphrase }` in the configuration, gets its first slot: the passphrase is asked for twice.',
  ],
  arguments: {},
  options: { stdin: STDIN_OPTION, keyFile: { summary: 'do not ask: the key file or credential is back' } },
  examples: [
    { line: 'unlock', summary: 'ask for the passphrase' },
    { line: 'unlock --stdin', summary: 'take it from a program: pass show dns | ssh ns1 dnsctl unlock --stdin' },
  ],
  async run(context, input) {
    const { sealing } = await askServer(context, 'status', {})
    if (sealing.state === 'open') {
      const data = { sealing }
      return { exitCode: ExitCode.Done, data, print: () => ['veild is not locked.'] }
    }
    const unlocked = await unlock(context, sealing, input)
    const { report } = unlocked
    return {
      exitCode: report.failed.length > 0 ? ExitCode.Refused : ExitCode.Done,
      data: { ...unlocked },
      print: (paper) => describe(paper, unlocked),
    }
  },
})

async function unlock(
  context: Context,
  sealing: SealingStatus,
  { stdin, keyFile }: { readonly stdin: boolean; readonly keyFile: boolean },
): Promise<Unlocked> {
  const source = { isPiped: stdin }
  const isFirst = sealing.slots.length === 0 && sealing.unlock === 'passphrase'
  const takesPassphrase = isFirst || sealing.slots.some(({ kind }) => kind === 'passphrase')
  if (keyFile || !takesPassphrase) return askServer(context, 'unlock', {})
  const passphrase = await (isFirst ? askNewPassphrase : askPassphrase)(context, source)
  return askServerSecret(context, 'unlock', {}, passphrase)
}

function describe(paper: Paper, { sealing, report }: Unlocked): string[] {
  const by = sealing.slot === undefined ? '' : ` by ${slotText(sealing.slot)}`
  const failed = report.failed.map(({ zone }) => printable(zone)).join(', ')
  return [
    `${paper.good('Unlocked')}${by}: veild serves its zones.`,
    ...(failed === ''
      ? []
      : [paper.bad(`Not served, for they have errors: ${failed}`), 'To see them: dnsctl zone check']),
  ]
}
