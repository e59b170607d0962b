/*
 * Masks against the servers themselves: what each answers to CHAOS questions, its version number aside.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Class, Flag, Type } from '../../dns/constants.ts'
import { buildQuery, type MessageRecord, readMessage } from '../../dns/message.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { MASKS, type MaskName } from '../../server/answer/masks.ts'
import { answerTo, contextOf, generationOf } from '../helpers/answering.ts'
import { missingPeerPackage, type PeerName, startPeer } from '../helpers/peers.ts'
import { connectUdp } from '../helpers/udp-client.ts'
import { wireName } from '../helpers/zone.ts'

const PEERS: Readonly<Record<MaskName, PeerName>> = { bind9: 'BIND', knot: 'Knot', nsd: 'NSD', powerdns: 'PowerDNS' }
const ZONE = '$TTL 60\n@ SOA ns hostmaster 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n'
const NAMES = ['version.bind', 'version.server', 'hostname.bind', 'id.server', 'authors.bind', 'other.bind']
const TYPES = [Type.TXT, Type.ANY, Type.A]
const isCI = process.env.CI === 'true'

describe.each(Object.keys(MASKS) as MaskName[])('the mask %s', (mask) => {
  const missing = missingPeerPackage(PEERS[mask])
  it.skipIf(missing !== undefined && !isCI)(`answers as ${PEERS[mask]} does`, { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'veil-mask-'))
    writeFileSync(join(folder, 'zone'), ZONE)
    const peer = await startPeer(PEERS[mask], { zones: [{ apex: 'example.com', path: join(folder, 'zone') }] })
    const client = await connectUdp({ port: peer.port })
    try {
      const ours = contextOf(
        generationOf({ 'example.com.': { base: ZONE } }, { identity: { mask, hostname: hostname() } }),
      )
      for (const name of NAMES) {
        for (const type of TYPES) {
          const question = buildQuery({
            id: 1,
            name: wireName(`${name}.`),
            type,
            class: Class.Chaos,
            edns: { udpSize: 1232 },
          })
          // BIND sends few refusals to a client without a cookie: it is asked again.
          const theirs = summary((await client.ask(question)) ?? (await client.ask(question)))
          expect(summary(answerTo(ours, question)), `${name} ${type}`).toEqual(theirs)
        }
      }
    } finally {
      client.close()
      await peer.stop()
      rmSync(folder, { recursive: true })
    }
  })
})

describe('a mask', () => {
  const textOf = (identity: { mask?: MaskName; version?: string }, name: string) => {
    const context = contextOf(generationOf({ 'example.com.': { base: ZONE } }, { identity }))
    const question = buildQuery({ id: 1, name: wireName(name), type: Type.TXT, class: Class.Chaos })
    return readMessage(answerTo(context, question)!)!.answer.map(({ rdata }) => rdataToText(Type.TXT, rdata))
  }

  it('gives way to a version that is configured', () => {
    expect(textOf({ mask: 'nsd' }, 'version.bind.')).toEqual(['"NSD 4.6.1"'])
    expect(textOf({ mask: 'nsd', version: 'none of your business' }, 'version.bind.')).toEqual([
      '"none of your business"',
    ])
  })

  it.each(Object.keys(MASKS) as MaskName[])('%s tells no name of the host that is not configured', (mask) => {
    expect(textOf({ mask }, 'hostname.bind.')).toEqual([])
    expect(textOf({ mask }, 'id.server.')).toEqual([])
  })
})

/** RCODE, AA and records; version numbers become one. BIND orders records as it likes. */
function summary(octets: Uint8Array | undefined) {
  const { rcode, flags, answer, authority } = readMessage(octets!)!
  const lines = (records: readonly MessageRecord[]) =>
    records.map(({ type, ttl, rdata }) => [type, ttl, rdataToText(type, rdata)].join(' ')).sort()
  return {
    rcode,
    authoritative: (flags & Flag.AA) !== 0,
    answer: lines(answer).map((line) => line.replace(/\d+(\.\d+){1,3}[^" ]*"/, 'N"')),
    authority: lines(authority),
  }
}
