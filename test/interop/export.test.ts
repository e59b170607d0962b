import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeKeys, signedText } from '../export/signed-export.ts'
import type { Daemon } from '../helpers/daemon.ts'
import { missingPeerPackage, startPeer } from '../helpers/peers.ts'
import { zoneProjection } from '../helpers/zone.ts'
import { missingOneShotPackage, ONE_SHOT } from './dnssec/one-shot.ts'

/*
 * Exported zones on foreign servers: NSD and Knot DNS load them, and their answers validate. The zone is the root, so that
 * its KSK is all that a validator has to trust.
 */
const ZONE = `$ORIGIN .
$TTL 3600
. SOA ns.test. hostmaster.test. 7 3600 600 86400 300
. NS ns.test.
ns.test. A 127.0.0.1
www.test. A 192.0.2.1
alias.test. CNAME www.test.
a.deep.er.test. TXT "below empty non-terminals"
*.wild.test. A 192.0.2.2
old.test. DNAME test.
secure.test. NS ns.secure.test.
secure.test. DS 12345 13 2 00000000000000000000000000000000000000000000000000000000000000AA
ns.secure.test. A 192.0.2.3
insecure.test. NS ns.insecure.test.
ns.insecure.test. A 192.0.2.4
`

const QUESTIONS = [
  ['. SOA', 'NOERROR'],
  ['. DNSKEY', 'NOERROR'],
  ['www.test. A', 'NOERROR'],
  ['WWW.tEsT. A', 'NOERROR'],
  ['alias.test. A', 'NOERROR'],
  ['www.old.test. A', 'NOERROR'],
  ['x.wild.test. A', 'NOERROR'],
  ['x.y.wild.test. A', 'NOERROR'],
  ['secure.test. DS', 'NOERROR'],
  ['www.test. MX', 'NOERROR'],
  ['deep.er.test. A', 'NOERROR'],
  ['er.test. A', 'NOERROR'],
  ['x.wild.test. AAAA', 'NOERROR'],
  ['insecure.test. DS', 'NOERROR'],
  ['absent.test. A', 'NXDOMAIN'],
  ['absent. A', 'NXDOMAIN'],
  ['b.deep.er.test. A', 'NXDOMAIN'],
  ['a.www.test. A', 'NXDOMAIN'],
] as const

const missing = [missingPeerPackage('NSD'), missingPeerPackage('Knot'), missingOneShotPackage('delv')].flatMap(
  (name) => name ?? [],
)
if (missing.length > 0) console.warn(`SKIPPED: exports on foreign servers; install ${missing.join(', ')}`)

it.runIf(process.env.CI === 'true')('all that is needed is installed where tests must not be left out', () => {
  expect(missing).toEqual([])
})

describe.skipIf(missing.length > 0).each(['nsec', 'nsec3'] as const)('an export with a chain of %s', (chain) => {
  describe.each(['NSD', 'Knot'] as const)('on %s', (name) => {
    const keys = makeKeys([13])
    let folder: string
    let server: Daemon

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'veil-export-'))
      const path = join(folder, 'root.zone')
      writeFileSync(path, signedText(zoneProjection('.', ZONE), { chain, keys }))
      server = await startPeer(name, { zones: [{ apex: '.', path }] })
    })
    afterAll(async () => {
      await server?.stop()
      rmSync(folder, { recursive: true })
    })

    it.each(QUESTIONS)('%s: %s, and it validates', async (question, rcode) => {
      const [qname, type] = question.split(' ') as [string, string]
      const { algorithm, dnskey, keyTag } = keys.ksks[0]!
      const digest = createHash('sha256').update(Uint8Array.of(0)).update(dnskey).digest('hex')
      const anchors = [`${keyTag} ${algorithm} 2 ${digest}`]
      const validate = ONE_SHOT.delv.validator({ port: server.port, anchors, folder })
      const verdict = await validate({ name: qname, type })
      expect({ rcode: verdict.rcode, secure: verdict.secure }, verdict.remark).toEqual({ rcode, secure: true })
    })
  })
})
