/*
 * What trust in answers begins with: keys of a zone, or digests of them, that an operator brings.
 */
import { Type } from '../../dns/constants.ts'
import { canonicalName, nameFromText } from '../../dns/name.ts'
import { rdataFromText } from '../../dns/rr/rdata.ts'
import { tokensOf } from '../../dns/rr/tokens.ts'
import type { TrustAnchor } from '../../keys/validation/key-set.ts'
import { type Reading, read, unreadable } from '../reading.ts'

/** The root's keys as IANA publishes them in root-anchors.xml: of 2017, and of 2024. */
const ROOT_ANCHORS = `
. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
. IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
`

/** DS and DNSKEY records that a file may have; others are no anchors. */
const ANCHOR_TYPES: ReadonlyMap<string, TrustAnchor['type']> = new Map([
  ['DS', Type.DS],
  ['DNSKEY', Type.DNSKEY],
])

/** Records of a file: more would be a mistake, and each costs a hash at every look. */
const MOST_ANCHORS = 32

/** The root's. */
export function rootAnchors(): readonly TrustAnchor[] {
  const reading = readTrustAnchors(ROOT_ANCHORS)
  return reading.outcome === 'read' ? reading.value : []
}

/**
 * Reads DS and DNSKEY records in presentation format, one a line, absolute owners, as `dnsctl key ds --form ds` and
 * `dig` write them; comments begin with a semicolon. The reason says which line is wrong.
 */
export function readTrustAnchors(text: string): Reading<readonly TrustAnchor[]> {
  const anchors: TrustAnchor[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:;|$)/.test(line)) continue
    try {
      anchors.push(readAnchor(line))
    } catch (error) {
      return unreadable(`line ${index + 1}: ${(error as Error).message}`)
    }
  }
  if (anchors.length === 0) return unreadable('no DS and no DNSKEY record')
  return anchors.length > MOST_ANCHORS ? unreadable(`more than ${MOST_ANCHORS} records`) : read(anchors)
}

function readAnchor(line: string): TrustAnchor {
  const match = /^\s*(\S+)\s+(?:(?:\d+|IN)\s+){0,2}(DS|DNSKEY)\s+(.*)$/i.exec(line)
  if (match === null) throw new Error('no record such as `example.com. IN DS 370 13 2 BE74…`')
  const [, owner, mnemonic, rdata] = match
  const type = ANCHOR_TYPES.get(mnemonic!.toUpperCase())!
  return { owner: canonicalName(nameFromText(owner!)), type, rdata: rdataFromText(type, tokensOf(rdata!)) }
}
