import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { absoluteName, askRollover } from '../keys/ask-rollover.ts'
import { changeReport } from '../keys/change-zone.ts'
import { DRY_RUN_OPTION, ROLES, type RoleWord, readAlgorithm, ZONE_ARGUMENT } from '../keys/options.ts'

export const keyRollCommand = command({
  name: 'key roll',
  summary: 'replace a key of a zone, step by step',
  description: [
    'Makes a new key, publishes it beside the old one, waits until every cache knows it, lets it take over, waits again, and takes the old one out: each step once it is safe. A ZSK needs nothing of you. A KSK or CSK needs the parent to change its DS record: where the parent looks for CDS it does so by itself, elsewhere `dnsctl key ds` shows what to give to the registrar, and the roll waits for as long as it takes.',
    'With `--algorithm` the zone moves to another algorithm: all its keys are replaced, in an order of its own, and answers carry both signatures for a while.',
    'An old ZSK goes when nothing is signed with it in any cache, `max-ttl` later: a week as shipped. See all of it beforehand with `dnsctl key simulate`.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: {
    role: { value: 'ROLE', summary: 'which key: ksk, zsk or csk; may be left out with --algorithm', completes: ROLES },
    algorithm: { value: 'NUMBER', summary: 'move to this algorithm: 13, 14, 15, 8 or 10' },
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    { line: 'key roll example.com --role zsk', summary: 'the key that signs the data: nobody has to do anything' },
    { line: 'key roll example.com --role ksk --dry-run', summary: 'the key that the DS names: what would be done' },
    { line: 'key roll example.com --algorithm 15', summary: 'to Ed25519, with all keys' },
  ],
  async run(context, input) {
    const role = input.role as RoleWord | undefined
    const algorithm = readAlgorithm(input.algorithm)
    if (role === undefined && algorithm === undefined) throw whichKey()
    const selector = { zone: absoluteName(input.ZONE), ...(role && { role }), ...(algorithm && { algorithm }) }
    const report = await askRollover(context, 'key-roll', { ...selector, isDryRun: input.dryRun })
    const what = algorithm === undefined ? `A new ${role} of` : `New keys of algorithm ${algorithm} of`
    return changeReport(report, input.dryRun, {
      done: (zone) => `${what} ${zone} ${algorithm === undefined ? 'is' : 'are'} made; the roll has begun.`,
      would: (zone) =>
        `${what.charAt(0).toLowerCase()}${what.slice(1)} ${zone} would be made, and the roll would begin like this.`,
    })
  },
})

function whichKey(): Failure {
  return new Failure({
    exitCode: ExitCode.Usage,
    what: 'Say which key is to be replaced',
    why: '`--role zsk` is the one that signs the data, `--role ksk` the one that the DS names, `--role csk` the one that does both; `--algorithm` replaces all of them.',
    next: '`dnsctl key list` shows what keys there are',
  })
}
