import { describe, expect, it } from 'vitest'
import { createExportCount, exportZone } from '../../zones/export/export-zone.ts'
import { readZone } from '../../zones/master-file/read.ts'
import { projectPresigned } from '../../zones/presigned/project-presigned.ts'
import { fileSerial } from '../../zones/projection-digest.ts'
import { wireName, zoneProjection } from '../helpers/zone.ts'
import { makeKeys, signedText } from './signed-export.ts'

const ZONE = `$TTL 3600
@ SOA ns hostmaster 7 3600 600 86400 300
@ NS ns
ns A 192.0.2.1
* TXT w
a.b.c A 192.0.2.5
sub NS ns.sub
ns.sub A 192.0.2.2
signed NS ns.elsewhere.example.
signed DS 12345 13 2 00000000000000000000000000000000000000000000000000000000000000AA
`

describe.each(['nsec', 'nsec3'] as const)('an export with a chain of %s', (chain) => {
  const exported = signedText(zoneProjection('example.com', ZONE), { chain, keys: makeKeys([15]), digests: [1] })

  it('is served as a presigned zone without a complaint, and exported again record by record', () => {
    const readFile = () => Buffer.from(exported)
    const read = readZone({ apex: wireName('example.com'), path: 'z', readFile, kind: 'base', presigned: true })
    const { projection, problems } = projectPresigned(read, Math.floor(Date.now() / 1000))
    expect([...read.problems, ...problems]).toEqual([])
    const source = { projection, serial: fileSerial(projection) }
    const again = [...exportZone(source, { signing: undefined, digests: [] }, createExportCount())].join('')
    expect(again.split('\n').sort()).toEqual(exported.split('\n').sort())
  })
})
