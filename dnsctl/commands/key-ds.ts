import { isKeySigning } from '../../keys/key-role.ts'
import type { ZoneKeys } from '../../server/control/protocol.ts'
import type { KeyListing } from '../../server/keys/key-listing.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { labelled, type Paper, printable } from '../paper.ts'
import { findZoneKeys, listZoneKeys } from '../zone-keys.ts'

const FORMS = ['text', 'ds', 'dnskey', 'delv'] as const

export const keyDsCommand = command({
  name: 'key ds',
  summary: 'show what to give to the registrar',
  description: [
    'Signatures are trusted once the parent zone has a DS record for the zone’s key signing key. Registrars take it as one line, as its four parts, or as the key itself (DNSKEY): all are shown, ready to paste. One DS record of digest type 2 is enough; type 4 is for registrars that ask for it.',
    'With `--form` the output is for programs: `ds` and `dnskey` are the records alone, which also serve unbound as a trust-anchor-file; `delv` is a file for `delv -a`.',
    'Asks the running server; where none runs, reads the store in its state folder.',
  ],
  arguments: { ZONE: { summary: 'the zone; all that are signed when left out', optional: true, completes: 'zone' } },
  options: { form: { value: 'FORM', summary: 'text (for people), ds, dnskey or delv', completes: FORMS } },
  examples: [
    { line: 'key ds example.com', summary: 'what to paste into the registrar’s form' },
    { line: 'key ds example.com --form delv > anchor', summary: 'a trust anchor for delv, before the parent has a DS' },
  ],
  async run(context, input) {
    const told = await listZoneKeys(context)
    const zones = input.ZONE === undefined ? told.zones.filter(isSigned) : [findZoneKeys(told, input.ZONE)]
    const unsigned = zones.find((zone) => !isSigned(zone))
    if (unsigned !== undefined) throw refusal(unsigned)
    const shown = zones.map((zone) => ({ ...zone, keys: zone.keys.filter(({ role }) => isKeySigning(role)) }))
    return {
      exitCode: ExitCode.Done,
      data: { source: told.source, zones: shown },
      print: (paper) => describe(paper, shown, input.form ?? 'text'),
    }
  },
})

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

function describe(paper: Paper, zones: readonly ZoneKeys[], form: string): string[] {
  const keys = zones.flatMap((zone) => zone.keys)
  switch (form) {
    case 'ds':
      return keys.flatMap(({ ds }) => ds.map(({ text }) => printable(text)))
    case 'dnskey':
      return keys.map(({ dnskey }) => printable(dnskey))
    case 'delv':
      return ['trust-anchors {', ...keys.flatMap(trustAnchors), '};']
    default:
      if (zones.length === 0) return ['Veil signs no zone here: `dnsctl zone list` shows how zones are signed.']
      return zones.flatMap((zone, index) => [...(index === 0 ? [] : ['']), ...describeZone(paper, zone)])
  }
}

/** A statement of BIND's for each DS record. */
function trustAnchors({ zone, keyTag, algorithm, ds }: KeyListing): string[] {
  return ds.map(
    ({ digestType, digest }) => `  ${printable(zone)} static-ds ${keyTag} ${algorithm} ${digestType} "${digest}";`,
  )
}

function describeZone(paper: Paper, zone: ZoneKeys): string[] {
  const what = zone.keys.length > 1 ? `of each of these ${zone.keys.length} keys give one form` : 'give one of these'
  const title = `${paper.bold(printable(shortName(zone.zone)))}: ${what} to the registrar, as it asks for it.`
  return [title, ...zone.keys.flatMap((key) => ['', ...describeKey(paper, key)])]
}

function describeKey(paper: Paper, key: KeyListing): string[] {
  const [flags, protocol, , publicKey] = key.dnskey.split(' IN DNSKEY ')[1]!.split(' ')
  return [
    ...key.ds.map(({ text }) => `  ${printable(text)}`),
    `  ${printable(key.dnskey)}`,
    '',
    ...labelled(
      paper,
      [
        ['key tag', String(key.keyTag)],
        ['algorithm', `${key.algorithm} (${printable(key.mnemonic)})`],
        ...key.ds.map(
          ({ digestType, digest }) => [`digest, type ${digestType} (${DIGESTS[digestType]})`, digest] as const,
        ),
        ['flags', `${flags} (key signing key)`],
        ['protocol', protocol!],
        ['public key', [publicKey!]],
      ],
      '  ',
    ),
  ]
}

const DIGESTS: Readonly<Record<number, string>> = { 2: 'SHA-256', 4: 'SHA-384' }
