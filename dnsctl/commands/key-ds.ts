import { Failure } from '../../console/failure.ts'
import { fold } from '../../console/paper.ts'
import type { ZoneKeys } from '../../server/control/protocol.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { DS_FORMS, dsLines } from '../keys/ds-text.ts'
import { DRY_RUN_OPTION, OFFLINE_PARAGRAPH, YES_OPTION } from '../keys/options.ts'
import { type Said, sayDs } from '../keys/say-ds.ts'
import { keyName } from '../keys/words.ts'
import { findZoneKeys, listZoneKeys } from '../zone-keys.ts'

export const keyDsCommand = command({
  name: 'key ds',
  summary: 'show what to give to the registrar, or say what it has done',
  description: [
    'Signatures are trusted once the parent zone has a DS record for the zone’s key signing key. Registrars take it as one line, as its four parts, or as the key itself (DNSKEY): all are shown, ready to paste. One DS record of digest type 2 is enough; type 4 is for registrars that ask for it. During a roll it says which records to give, which to leave and which to have removed.',
    'With `--form` the output is for programs: `ds` and `dnskey` are the records alone, which also serve unbound as a trust-anchor-file; `delv` is a file for `delv -a`.',
    OFFLINE_PARAGRAPH,
    '`--submitted` and `--withdrawn` are for servers that cannot look at the parent themselves (`parent: { check: false }`): they say that **every** server of the parent has the DS of that key, or that none has it any more. Veil then counts the time that caches take and goes on. It takes your word for it: said too early, it takes out the old key while validators still follow the old DS, and the zone is bogus for them. Ask the parent’s servers one by one before: `dig +norecurse @SERVER ZONE DS`.',
  ],
  arguments: { ZONE: { summary: 'the zone; all that are signed when left out', optional: true, completes: 'zone' } },
  options: {
    form: { value: 'FORM', summary: 'text (for people), ds, dnskey or delv', completes: DS_FORMS },
    submitted: { value: 'KEYTAG', summary: 'every server of the parent has the DS of this key' },
    withdrawn: { value: 'KEYTAG', summary: 'no server of the parent has the DS of this key any more' },
    yes: YES_OPTION,
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    { line: 'key ds example.com', summary: 'what to paste into the registrar’s form' },
    { line: 'key ds example.com --form delv > anchor', summary: 'a trust anchor for delv, before the parent has a DS' },
    { line: 'key ds example.com --submitted 20331', summary: 'all of the parent’s servers have it' },
  ],
  async run(context, input) {
    const said = whatIsSaid(input.submitted, input.withdrawn)
    if (said !== undefined && input.ZONE === undefined) throw whichZone()
    if (said !== undefined)
      return sayDs(context, { ...said, zone: input.ZONE!, isDryRun: input.dryRun, yes: input.yes })
    const { source, zones } = await signedZones(context, input.ZONE)
    const shown = zones.map((zone) => ({ ...zone, keys: zone.keys.filter(({ ds }) => ds.length > 0) }))
    return {
      exitCode: ExitCode.Done,
      data: { source, zones: shown },
      notes: (paper) => backupNotes(shown).flatMap((note) => fold(paper, `${paper.warn('note:')} ${note}`)),
      print: (paper) => dsLines(paper, shown, input.form ?? 'text'),
    }
  },
})

/** Once the parent names a key, its loss is the zone's. */
function backupNotes(zones: readonly ZoneKeys[]): string[] {
  const keys = zones
    .flatMap((zone) => zone.keys)
    .filter(({ isPrivate, backedUp }) => isPrivate && backedUp === undefined)
  if (keys.length === 0) return []
  const names = keys.slice(0, 5).map(keyName).join(', ')
  const more = keys.length > 5 ? ` and ${keys.length - 5} more` : ''
  return [
    `No backup has ${names}${more}: if this machine is lost with a key that the parent names, the zone is rejected until the parent has changed its DS. \`dnsctl key backup --to FILE\` first.`,
  ]
}

async function signedZones(context: Context, zone: string | undefined) {
  const told = await listZoneKeys(context)
  const zones = zone === undefined ? told.zones.filter(isSigned) : [findZoneKeys(told, zone)]
  const unsigned = zones.find((each) => !isSigned(each))
  if (unsigned !== undefined) throw refusal(unsigned)
  return { source: told.source, zones }
}

function whatIsSaid(submitted: string | undefined, withdrawn: string | undefined): Said | undefined {
  if (submitted !== undefined && withdrawn !== undefined) {
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: 'Say one thing at a time: --submitted or --withdrawn',
      next: '`dnsctl key ds --help`',
    })
  }
  if (submitted !== undefined) return { says: 'submitted', keyTag: submitted }
  return withdrawn === undefined ? undefined : { says: 'withdrawn', keyTag: withdrawn }
}

function whichZone(): Failure {
  return new Failure({ exitCode: ExitCode.Usage, what: 'Say which zone’s key it is', next: '`dnsctl key list`' })
}

function isSigned({ signed }: ZoneKeys): boolean {
  return signed !== false
}

/** Why the keys of a zone that is not signed with them are not for the registrar. */
function refusal({ zone, presigned }: ZoneKeys): Failure {
  const exitCode = ExitCode.Refused
  if (presigned) {
    const what = `${shortName(zone)} is presigned: its signer made the keys that the DS record at the parent has to name`
    const why =
      'Veil has keys for it too, which sign nothing now. A DS record of theirs alone would have every answer rejected.'
    return new Failure({
      exitCode,
      what,
      why,
      next: 'ask the signer for the DS (BIND: the file dsset-ZONE, or `dnssec-dsfromkey`), and leave it in place',
    })
  }
  const what = `${shortName(zone)} has keys but is not signed`
  const why = 'With a DS record at the parent every answer would be rejected.'
  return new Failure({
    exitCode,
    what,
    why,
    next: 'give none to the registrar, and have one removed that is there; or sign the zone again: remove `dnssec: off`, then `dnsctl reload`',
  })
}
