import type { Report } from '../../console/command.ts'
import { Failure } from '../../console/failure.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { absoluteName, askRollover } from '../keys/ask-rollover.ts'
import { changeReport } from '../keys/change-zone.ts'
import { DRY_RUN_OPTION, ROLES, type RoleWord, readAlgorithm, ZONE_ARGUMENT } from '../keys/options.ts'

export const keyRollCommand = command({
  name: 'key roll',
  summary: 'replace a key of a zone, step by step',
  description: [
    'Makes a new key, publishes it beside the old one, waits until every cache knows it, lets it take over, waits again, and takes the old one out: each step once it is safe. A ZSK needs nothing of you. A KSK or CSK needs the parent to change its DS record: where the parent looks for CDS it does so by itself, elsewhere `dnsctl key ds` shows what to give to the registrar, and the roll waits for as long as it takes.',
    'To move to another algorithm is a roll of all keys, in an order of its own, in which answers carry both signatures for a while. The configuration is what says with which algorithm a zone is signed, so it begins there: `dnssec: { algorithm: 15 }`, then `dnsctl reload`. `--algorithm 15 --dry-run` shows how that would begin, `dnsctl key simulate ZONE --roll algorithm --algorithm 15` all of it.',
    'An old ZSK goes when nothing is signed with it in any cache, `max-ttl` later: a week as shipped. See all of it beforehand with `dnsctl key simulate`.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: {
    role: {
      value: 'ROLE',
      summary: 'which key: ksk, zsk or csk; with --algorithm alone, all of them',
      completes: ROLES,
    },
    algorithm: { value: 'NUMBER', summary: 'only keys of this algorithm; with --dry-run also one to move to' },
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    { line: 'key roll example.com --role zsk', summary: 'the key that signs the data: nobody has to do anything' },
    { line: 'key roll example.com --role ksk --dry-run', summary: 'the key that the DS names: what would be done' },
    { line: 'key roll example.com --algorithm 13', summary: 'all keys of one algorithm' },
    { line: 'key roll example.com --algorithm 15 --dry-run', summary: 'how a move to another algorithm would begin' },
  ],
  async run(context, input) {
    const role = input.role as RoleWord | undefined
    const algorithm = readAlgorithm(input.algorithm)
    if (role === undefined && algorithm === undefined) throw whichKey()
    const selector = { zone: absoluteName(input.ZONE), ...(role && { role }), ...(algorithm && { algorithm }) }
    const report = await askRollover(context, 'key-roll', { ...selector, isDryRun: input.dryRun })
    if (algorithm !== undefined && isMove(report, algorithm)) return moveReport(report, algorithm)
    const kind = role === undefined ? 'all keys' : `the ${role}`
    const what = algorithm === undefined ? kind : `${kind} of algorithm ${algorithm}`
    return changeReport(report, input.dryRun, {
      done: (zone) => `A roll of ${what} of ${zone} has begun.`,
      would: (zone) => `a roll of ${what} of ${zone} would begin like this.`,
      ...(role !== undefined && { rehearsal: `--roll ${role}` }),
    })
  },
})

/** Whether all keys of the algorithm are imagined: the zone has none, and the configuration does not ask for it. */
function isMove({ keys }: RolloverReport, algorithm: number): boolean {
  const own = keys.filter((key) => key.algorithm === algorithm)
  return own.length > 0 && own.every(({ keyTag }) => keyTag < 0)
}

function moveReport(report: RolloverReport, algorithm: number): Report {
  const asked = `write \`algorithm: ${algorithm}\` under \`dnssec\` of the zone, then \`dnsctl reload\``
  return changeReport(report, true, {
    done: () => '',
    would: (zone) =>
      `a roll of all keys of ${zone} to algorithm ${algorithm} would begin like this, once the configuration says so: ${asked}.`,
    rehearsal: `--roll algorithm --algorithm ${algorithm}`,
  })
}

function whichKey(): Failure {
  return new Failure({
    exitCode: ExitCode.Usage,
    what: 'Say which key is to be replaced',
    why: '`--role zsk` is the one that signs the data, `--role ksk` the one that the DS names, `--role csk` the one that does both.',
    next: '`dnsctl key list` shows what keys there are',
  })
}
