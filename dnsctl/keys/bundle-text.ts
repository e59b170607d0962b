/*
 * Requests and bundles as a person reads them: which keys the world will be told to trust, and for how long.
 */

import { type Column, count, duration, labelled, type Paper, printable, table } from '../../console/paper.ts'
import { Type } from '../../dns/constants.ts'
import { algorithmOf } from '../../keys/algorithms.ts'
import { type BundleKey, type BundleRequest, countSignatures } from '../../keys/bundle/bundle.ts'
import { signersOf } from '../../keys/bundle/bundle-signing.ts'
import { shortName } from '../configuration.ts'
import { day, minute } from './times.ts'

/** How the keys of a request compare with those of an earlier bundle; undefined: nobody gave one. */
export type KnownKeys = ReadonlySet<string> | undefined

/** What tells a key from all others. */
export function identityOf({ dnskey }: BundleKey): string {
  return Buffer.from(dnskey).toString('base64')
}

/** The whole request in some lines; with `known`, which keys are new to who signed before. */
export function describeRequest(paper: Paper, request: BundleRequest, known?: { readonly keys: KnownKeys }): string[] {
  const { zone, made, windows, rrsets, ttl } = request
  const [first, last] = [windows[0]!, windows.at(-1)!]
  const life = first.expiration - first.inception
  const named = rrsets.filter(({ type }) => type !== Type.DNSKEY)
  return [
    paper.bold(printable(shortName(zone))),
    ...labelled(
      paper,
      [
        ['asked for', `${minute(made)} UTC`],
        ['signatures', `${count(countSignatures(request), 'signature')} by ${keysText(signersOf(request))}`],
        ['hold', `from ${minute(first.inception)} to ${minute(last.expiration)}: ${windowsText(windows.length, life)}`],
        ['key sets', `${count(rrsets.filter(({ type }) => type === Type.DNSKEY).length, 'set')}, TTL ${duration(ttl)}`],
        ['parent', parentText(named.map(({ keys }) => keys))],
      ],
      '  ',
    ),
    '',
    ...keyTable(paper, request, known).map((line) => `  ${line}`),
  ]
}

/** The same without colours, for the file itself. */
export function aboutRequest(plain: Paper, request: BundleRequest): string[] {
  return describeRequest(plain, request).filter((line) => line !== '')
}

function windowsText(windows: number, life: number): string {
  return windows === 1
    ? `one window of ${duration(life)}`
    : `${windows} windows of ${duration(life)}, each into the next`
}

function parentText(sets: readonly (readonly number[])[]): string {
  if (sets.length === 0) return 'nothing is said to it (`cds: off`)'
  if (sets.some((keys) => keys.length === 0)) return 'is asked to REMOVE its DS: the zone becomes insecure'
  // CDS and CDNSKEY say the same, most often.
  return `is told of the DS of ${[...new Set(sets.map(keysText))].join(', or of ')}`
}

function keysText(tags: readonly number[]): string {
  return tags.length === 1 ? `ksk ${tags[0]}` : `ksk ${tags.slice(0, -1).join(', ')} and ${tags.at(-1)}`
}

function keyTable(
  paper: Paper,
  { keys, rrsets }: BundleRequest,
  known: { readonly keys: KnownKeys } | undefined,
): string[] {
  // The first key set is the one that is served.
  const published = rrsets.find(({ type }) => type === Type.DNSKEY)?.keys ?? []
  const columns: Column[] = [
    { title: 'KEY TAG', align: 'right' },
    { title: 'ROLE' },
    { title: 'ALGORITHM' },
    { title: 'PUBLISHED' },
    ...(known === undefined ? [] : [{ title: 'SIGNED BEFORE' }]),
  ]
  const rows = [...keys]
    .sort(byRole)
    .map((key) => [
      ...[String(key.keyTag), key.role, algorithmText(key)],
      publishedText(key, published),
      ...(known === undefined ? [] : [noveltyText(paper, key, known.keys)]),
    ])
  return table(paper, columns, rows)
}

function publishedText({ keyTag, planned }: BundleKey, published: readonly number[]): string {
  if (published.includes(keyTag)) return 'now'
  return planned === undefined ? 'when it is asked for' : `from ${day(planned)}`
}

function noveltyText(paper: Paper, key: BundleKey, known: KnownKeys): string {
  if (known === undefined) return paper.dim('nothing to compare with')
  return known.has(identityOf(key)) ? 'yes' : paper.warn('NEW')
}

function algorithmText({ dnskey }: BundleKey): string {
  const { number, mnemonic } = algorithmOf(dnskey[3]!)
  return `${number} ${mnemonic}`
}

function byRole(a: BundleKey, b: BundleKey): number {
  return a.role === b.role ? (a.planned ?? 0) - (b.planned ?? 0) : a.role === 'ksk' ? -1 : 1
}
