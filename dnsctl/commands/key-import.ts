import { fold, printable } from '../../console/paper.ts'
import { CLAIMED_STATES } from '../../keys/formats/imported-states.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { describeImport, importNotes } from '../keys/import-text.ts'
import { DRY_RUN_OPTION, ROLES, YES_OPTION, ZONE_ARGUMENT } from '../keys/options.ts'

export const keyImportCommand = command({
  name: 'key import',
  summary: 'bring keys from another server, and go on with its roll',
  description: [
    'Files are recognised by what stands in them: .key, .private and .state of BIND and ldns, what `pdnsutil export-zone-key` and `export-zone-dnskey` print, PEM, and what `keymgr -j ZONE list` prints along with the PEM files of the folder `keys` of Knot’s KASP database. Give all that belongs together: private and public keys are held against each other, and a key that does not sign is refused.',
    'BIND’s .state files and Knot’s listing say how far each record of a key has spread, and the roll goes on from there; what was on its way is waited for anew. Of other keys all may be in caches, and the DS at the parent: `--as` says otherwise, `active` for keys in use, `published` for one that is to take over, `retired` for one that was replaced.',
    'Private keys are sealed here, before anything travels: dnsctl opens the store as veild does, so it has to run as the account of veild, or root. A running veild serves the keys at once; where none runs they are in its store, and it serves them when it starts. Import before the first start, and veild makes no keys of its own.',
    'With `--public-only` DNSKEY records come without their private keys: those of another signer of the same zone (RFC 8901).',
  ],
  arguments: {
    ZONE: ZONE_ARGUMENT,
    FILE: { summary: 'files with keys, and with what belongs to them', variadic: true, completes: 'file' },
  },
  options: {
    role: { value: 'ROLE', summary: 'what the keys are where no file says so: ksk, zsk or csk', completes: ROLES },
    algorithm: { value: 'NUMBER', summary: 'of RSA keys in PEM: 8 or 10' },
    as: {
      value: 'STATE',
      summary: 'of keys that come without states: active, the default, published or retired',
      completes: CLAIMED_STATES,
    },
    maxTtl: {
      value: 'TIME',
      summary: 'the largest TTL that the other server gives; by default the `max-ttl` of the zone here',
    },
    publicOnly: { summary: 'take DNSKEY records of another signer, without private keys' },
    replace: { summary: 'have the keys retire that the zone has here' },
    dryRun: DRY_RUN_OPTION,
    yes: YES_OPTION,
  },
  examples: [
    { line: 'key import example.com Kexample.com.+013+*', summary: 'all files of BIND, states included' },
    { line: 'key import example.com ksk.private ksk.key --dry-run', summary: 'what would come of it' },
    { line: 'key import example.com exported.private --role csk', summary: 'the one key of PowerDNS' },
    { line: 'key import example.com list.json keys/*.pem', summary: 'from Knot DNS' },
  ],
  async run(context, input) {
    const { importKeys } = await import('../keys/import-keys.ts')
    const { result, zone } = await importKeys(context, input)
    const notes = importNotes(result.outcomes, zone.signing)
    return {
      exitCode: ExitCode.Done,
      data: {
        ...{
          zone: result.zone,
          isDryRun: result.isDryRun,
          isServed: result.isServed,
          retiring: result.retiring,
          notes,
        },
        keys: result.outcomes.map((outcome) => ({
          ...{ outcome: outcome.kind, role: outcome.given.role, algorithm: outcome.given.algorithm },
          ...{ keyTag: outcome.given.keyTag, files: outcome.given.files },
          ...('key' in outcome && {
            duty: outcome.key.duty,
            records: outcome.key.records,
            replaces: outcome.key.replaces,
          }),
          ...('source' in outcome && { statesFrom: outcome.source }),
          ...('why' in outcome && { why: outcome.why }),
        })),
      },
      notes: (paper) => notes.flatMap((note) => fold(paper, `${paper.warn('note:')} ${printable(note)}`)),
      print: (paper) => describeImport(paper, result),
    }
  },
})
