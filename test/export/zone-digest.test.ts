import { describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { canonicalName, compareNames, nameFromText } from '../../dns/name.ts'
import { rdataFromText, rdataToText } from '../../dns/rr/rdata.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { tokensOf } from '../../dns/rr/tokens.ts'
import { createExportCount, exportZone } from '../../zones/export/export-zone.ts'
import type { ExportedOwner } from '../../zones/export/exported.ts'
import { addOwnerToDigest, createZoneDigest, finishZoneDigest } from '../../zones/export/zone-digest.ts'
import { zoneProjection } from '../helpers/zone.ts'

/** RFC 8976 appendix A.1. */
const SIMPLE = `
example.      86400  IN  SOA     ns1 admin 2018031900 1800 900 604800 86400
example.      86400  IN  NS      ns1
example.      86400  IN  NS      ns2
ns1           3600   IN  A       203.0.113.63
ns2           3600   IN  AAAA    2001:db8::63
`
const SIMPLE_DIGEST =
  '2018031900 1 1 C68090D90A7AED716BC459F9340E3D7C1370D4D24B7E2FC3A1DDC0B9A87153B9A9713B3C9AE5CC27777F98B8E730044C'

/** RFC 8976 appendix A.2 without what no zone here can hold: data of another zone, and a record twice. */
const COMPLEX = `
example.      86400  IN  SOA     ns1 admin 2018031900 1800 900 604800 86400
example.      86400  IN  NS      ns1
example.      86400  IN  NS      ns2
ns1           3600   IN  A       203.0.113.63
NS2           3600   IN  AAAA    2001:db8::63
occluded.sub  7200   IN  TXT     "I'm occluded but must be digested"
sub           7200   IN  NS      ns1
duplicate     300    IN  TXT     "I must be digested just once"
UPPERCASE     3600   IN  TXT     "canonicalize uppercase owner names"
*             777    IN  PTR     dont-forget-about-wildcards
mail          3600   IN  MX      20 MAIL1
mail          3600   IN  MX      10 Mail2.Example.
sortme        3600   IN  AAAA    2001:db8::5:61
sortme        3600   IN  AAAA    2001:db8::3:62
sortme        3600   IN  AAAA    2001:db8::4:63
sortme        3600   IN  AAAA    2001:db8::1:65
sortme        3600   IN  AAAA    2001:db8::2:64
non-apex      900    IN  ZONEMD  2018031900 1 1 616c6c6f776564206275742069676e6f7265642e20616c6c6f776564206275742069676e6f7265642e20616c6c6f7765
`
const COMPLEX_DIGEST =
  '2018031900 1 1 A3B69BAD980A3504E1CFFCB0FD6397F93848071C93151F552AE2F6B1711D4BD2D8B39808226D7B9DB71E34B72077F8FE'

/** RFC 8976 appendix A.3 without the digests of private algorithms, which are no part of the zone's digest. */
const MULTIPLE = `
example.      86400  IN  SOA     ns1 admin 2018031900 1800 900 604800 86400
example.      86400  IN  NS      ns1.example.
example.      86400  IN  NS      ns2.example.
ns1.example.  3600   IN  A       203.0.113.63
ns2.example.  86400  IN  TXT     "This example has multiple digests"
NS2.EXAMPLE.  3600   IN  AAAA    2001:db8::63
`
const MULTIPLE_DIGESTS = [
  '2018031900 1 1 62E6CF51B02E54B9B5F967D547CE43136792901F9F88E637493DAAF401C92C279DD10F0EDB1C56F8080211F8480EE306',
  '2018031900 1 2 08CFA1115C7B948C4163A901270395EA226A930CD2CBCF2FA9A5E6EB85F37C8A4E114D884E66F176EAB121CB02DB7D652E0CC4827E7A3204F166B47E5613FD27',
]

describe('the digest of a zone', () => {
  it.each([
    ['A.1', SIMPLE, [SIMPLE_DIGEST]],
    ['A.2', COMPLEX, [COMPLEX_DIGEST]],
    ['A.3', MULTIPLE, MULTIPLE_DIGESTS],
  ])('is that of RFC 8976 appendix %s', (_, text, expected) => {
    const digest = createZoneDigest(expected.length === 1 ? [1] : [1, 2])
    for (const owner of readOwners(text)) addOwnerToDigest(digest, owner)
    expect(finishZoneDigest(digest, 2018031900).map((rdata) => rdataToText(Type.ZONEMD, rdata))).toEqual(expected)
  })

  it('is that of RFC 8976 appendix A.1 when the zone is exported', () => {
    const projection = zoneProjection('example', SIMPLE)
    const source = { projection, serial: 2018031900 }
    const text = [...exportZone(source, { signing: undefined, digests: [1] }, createExportCount())].join('')
    expect(text.trimEnd().split('\n').at(-1)).toBe(`example.\t86400\tIN\tZONEMD\t${SIMPLE_DIGEST}`)
  })
})

/** Owners in canonical order; records of one owner in the order of the text, an RRset each. */
function readOwners(text: string): ExportedOwner[] {
  const origin = nameFromText('example.')
  const records = text
    .trim()
    .split('\n')
    .map((line) => {
      const [, name, ttl, type, rdata] = /^(\S+)\s+(\d+)\s+IN\s+(\S+)\s+(.*)$/.exec(line)!
      const code = typeFromText(type!)!
      return {
        owner: canonicalName(nameFromText(name!, origin)),
        rrset: {
          type: code,
          ttl: Number(ttl),
          rdatas: [rdataFromText(code, tokensOf(rdata!, origin))],
          signatures: [],
        },
      }
    })
  records.sort((a, b) => compareNames(a.owner, b.owner))
  const owners: { owner: Uint8Array; rrsets: ExportedOwner['rrsets'][number][] }[] = []
  for (const { owner, rrset } of records) {
    const last = owners.at(-1)
    if (last !== undefined && compareNames(last.owner, owner) === 0) last.rrsets.push(rrset)
    else owners.push({ owner, rrsets: [rrset] })
  }
  return owners
}
