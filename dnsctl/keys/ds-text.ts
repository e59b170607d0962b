import { fold, labelled, type Paper, printable } from '../../console/paper.ts'
import type { ZoneKeys } from '../../server/control/protocol.ts'
import type { KeyListing } from '../../server/keys/key-listing.ts'
import { shortName } from '../configuration.ts'
import { second } from './times.ts'

export const DS_FORMS = ['text', 'ds', 'dnskey', 'delv'] as const

/** What the registrar is to do about the DS of a key. */
type Advice = 'give' | 'keep' | 'wait' | 'remove'

/** The keys of these zones whose DS is of concern, in the form asked for. */
export function dsLines(paper: Paper, zones: readonly ZoneKeys[], form: string): string[] {
  const keys = zones.flatMap((zone) => wanted(zone.keys))
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

/** Keys whose DS the parent is to have now; where that is none yet, those whose DS it is to get. */
function wanted(keys: readonly KeyListing[]): readonly KeyListing[] {
  const now = keys.filter((key) => ['give', 'keep'].includes(adviceFor(key)))
  return now.length > 0 ? now : keys.filter(({ duty }) => duty !== 'retired')
}

function adviceFor({ duty, records }: KeyListing): Advice {
  const { state = 'hidden', seen } = records.ds ?? {}
  if (state === 'omnipresent') return 'keep'
  if (state === 'rumoured') return seen === undefined ? 'give' : 'keep'
  return duty === 'retired' ? 'remove' : 'wait'
}

/** A statement of BIND's for each DS record. */
function trustAnchors({ zone, keyTag, algorithm, ds }: KeyListing): string[] {
  return ds.map(
    ({ digestType, digest }) => `  ${printable(zone)} static-ds ${keyTag} ${algorithm} ${digestType} "${digest}";`,
  )
}

function describeZone(paper: Paper, zone: ZoneKeys): string[] {
  const groups = Object.entries(TITLES).map(([advice, title]) => {
    const keys = zone.keys.filter((key) => adviceFor(key) === advice)
    return { title, keys, isShort: advice === 'remove' }
  })
  const name = paper.bold(printable(shortName(zone.zone)))
  return groups
    .filter(({ keys }) => keys.length > 0)
    .flatMap(({ title, keys, isShort }, index) => [
      ...(index === 0 ? [] : ['']),
      ...fold(paper, `${name}: ${title(keys.length)}`),
      ...keys.flatMap((key) => ['', ...(isShort ? recordLines(key) : describeKey(paper, key))]),
    ])
}

const TITLES: Readonly<Record<Advice, (keys: number) => string>> = {
  give: (keys) =>
    keys > 1
      ? `of each of these ${keys} keys give one form to the registrar, as it asks for it.`
      : 'give one of these to the registrar, as it asks for it.',
  keep: () => 'this is what the parent has, and is to keep.',
  wait: (keys) =>
    `this is what to give to the registrar later, when \`dnsctl key explain\` says so: caches do not know ${keys > 1 ? 'these keys' : 'the key'} yet.`,
  remove: () => 'have the registrar remove these, if they are there.',
}

function recordLines(key: KeyListing): string[] {
  return key.ds.map(({ text }) => `  ${printable(text)}`)
}

function describeKey(paper: Paper, key: KeyListing): string[] {
  const [flags, protocol, , publicKey] = key.dnskey.split(' IN DNSKEY ')[1]!.split(' ')
  const seen = key.records.ds?.seen
  return [
    ...recordLines(key),
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
        ['flags', `${flags} (${key.role === 'csk' ? 'combined' : 'key'} signing key)`],
        ['protocol', protocol!],
        ['public key', [publicKey!]],
        ...(seen === undefined ? [] : [['at the parent', `since ${second(seen.at)}, ${SEEN_BY[seen.by]}`] as const]),
      ],
      '  ',
    ),
  ]
}

const DIGESTS: Readonly<Record<number, string>> = { 2: 'SHA-256', 4: 'SHA-384' }
const SEEN_BY = { check: 'seen at all addresses of its servers', operator: 'as an operator said' } as const
