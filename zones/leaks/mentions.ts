/*
 * What a record tells beside its owner: names and addresses, in fields of its RDATA and in text.
 */
import { Type } from '../../dns/constants.ts'
import { nameFromText } from '../../dns/name.ts'
import { namesInRdata } from '../../dns/rr/rdata.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { addressesInRdata, addressesInText } from './addresses.ts'
import { keyOf, type NameKey, parentOf } from './name-keys.ts'

/** A name or an address that a record tells. */
export type Mention =
  | { readonly kind: 'name'; readonly name: NameKey; readonly inText: boolean }
  | { readonly kind: 'address'; readonly address: Uint8Array; readonly inText: boolean }

/** The mentions of a record. */
export function mentionsIn(type: number, rdata: Uint8Array): Mention[] {
  const found: Mention[] = []
  for (const { start } of namesInRdata(type, rdata)) {
    const name = keyOf(rdata, start)
    found.push({ kind: 'name', name, inText: false })
    // RNAME's first label is the local part of a mail address (RFC 1035 §3.3.13); behind it a host may be named.
    if (type === Type.SOA && start > 0) found.push({ kind: 'name', name: parentOf(name), inText: false })
  }
  for (const address of addressesInRdata(type, rdata)) found.push({ kind: 'address', address, inText: false })
  const text = textOf(type, rdata)
  if (text !== '') found.push(...mentionsInText(text))
  return found
}

/** The text that people write into TXT and its like, joined as RFC 7208 §3.3 joins strings. '' for types without. */
export function textOf(type: number, rdata: Uint8Array): string {
  const start = TEXT_STARTS.get(type)
  if (start === undefined) return ''
  const octets = Buffer.from(rdata.buffer, rdata.byteOffset, rdata.length)
  if (type === Type.CAA) return octets.toString('latin1', 2 + (octets[1] ?? 0))
  if (type === URI) return octets.toString('latin1', start)
  let text = ''
  const end = type === NAPTR ? endOfStrings(octets, start, 3) : octets.length
  for (let at = start; at < end; at += octets[at]! + 1) {
    text += octets.toString('latin1', at + 1, at + 1 + octets[at]!)
    // Their strings are no single text.
    if (type === NAPTR || type === HINFO) text += ' '
  }
  return text
}

const URI = typeFromText('URI')!
const HINFO = typeFromText('HINFO')!
const NAPTR = typeFromText('NAPTR')!

/** Where the text begins in the RDATA of the types that hold some. */
const TEXT_STARTS: ReadonlyMap<number, number> = new Map([
  ...['TXT', 'SPF', 'HINFO', 'AVC', 'NINFO', 'RESINFO', 'WALLET'].map((type) => [typeFromText(type)!, 0] as const),
  [Type.CAA, 2],
  [URI, 4],
  [NAPTR, 4],
])

function endOfStrings(octets: Buffer, start: number, strings: number): number {
  let at = start
  for (let each = 0; each < strings && at < octets.length; each++) at += octets[at]! + 1
  return Math.min(at, octets.length)
}

function mentionsInText(text: string): Mention[] {
  const names = [...text.matchAll(DOMAIN_NAME)].flatMap(([, word]): Mention[] => {
    const name = keyOfText(word!)
    return name === undefined ? [] : [{ kind: 'name', name, inText: true }]
  })
  const addresses = addressesInText(text).map((address): Mention => ({ kind: 'address', address, inText: true }))
  return [...names, ...addresses]
}

/**
 * Labels of letters, digits, hyphens and underscores with dots between: how people write host names into text. It is
 * tried only where such a stretch begins: from each of its octets on, a long one would take time by the square.
 */
const DOMAIN_NAME = /(?<![a-z0-9_-])-*([a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+)/gi

function keyOfText(word: string): NameKey | undefined {
  const isName = word.length < 254 && word.split('.').every((label) => label.length <= 63)
  return isName ? keyOf(nameFromText(`${word}.`)) : undefined
}
