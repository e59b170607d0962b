import type { ZoneKeys } from '../../server/control/protocol.ts'
import type { KeyListing } from '../../server/key-listing.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { fold, labelled, type Paper, printable } from '../paper.ts'
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
    const shown = zones.map(({ zone, signed, keys }) => ({
      zone,
      ...(signed === undefined ? {} : { signed }),
      keys: keys.filter(({ role }) => role === 'ksk'),
    }))
    return {
      exitCode: shown.every(isSigned) ? ExitCode.Done : ExitCode.Refused,
      data: { source: told.source, zones: shown },
      print: (paper) => describe(paper, shown, input.form ?? 'text'),
    }
  },
})

function isSigned({ signed }: ZoneKeys): boolean {
  return signed !== false
}

function describe(paper: Paper, zones: readonly ZoneKeys[], form: string): string[] {
  const keys = zones.filter(isSigned).flatMap((zone) => zone.keys)
  switch (form) {
    case 'ds':
      return keys.flatMap(({ ds }) => ds.map(({ text }) => printable(text)))
    case 'dnskey':
      return keys.map(({ dnskey }) => printable(dnskey))
    case 'delv':
      return ['trust-anchors {', ...keys.flatMap(trustAnchors), '};']
    default:
      if (zones.length === 0) return ['No zone is signed here.']
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
  if (!isSigned(zone)) {
    const text = `${shortName(zone.zone)} has keys but is not signed: with a DS record at the parent every answer would be rejected. Give none to the registrar, and have one removed that is there.`
    return fold(paper, text).map((line) => paper.bad(line))
  }
  const title = `${paper.bold(printable(shortName(zone.zone)))}: give one of these to the registrar, as it asks for it.`
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
