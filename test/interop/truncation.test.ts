import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missingPeerPackage } from '../helpers/peers.ts'
import { connectTcp } from '../helpers/tcp-client.ts'
import { connectUdp } from '../helpers/udp-client.ts'
import { type Arena, openArena } from './arena.ts'
import { encodeQuestion } from './encode-question.ts'
import { type Facts, factsOf } from './facts.ts'
import { SERVERS, type ServerName } from './judge.ts'
import { LARGE_CUTS, LARGE_NAMES, LARGE_WORLD } from './large-world.ts'
import type { WorldQuestion } from './world.ts'

const BASE = 'large.test.'
const SIZES = [0, 512, 600, 700, 800, 1000, 1232, 4096]
/** Veil's and NSD's own limit; Knot DNS has the same. */
const LARGEST = 1232

const missing = [missingPeerPackage('NSD'), missingPeerPackage('Knot')].filter((name) => name !== undefined)

describe.skipIf(missing.length > 0)('answers that do not fit a datagram', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena([{ world: LARGE_WORLD, base: BASE }])
  })
  afterAll(() => arena?.stop())

  test.each(SERVERS)('%s truncates only what does not fit, and says so', async (server) => {
    if (!arena.daemons.has(server)) return
    let whole = 0
    let truncated = 0
    for (const question of questions()) {
      const { udp, tcp, limit } = await askBoth(arena, server, question)
      const context = `${question.name} ${question.type} ${question.edns} ${question.udpSize}`
      expect(udp.octets.length, context).toBeLessThanOrEqual(limit)
      expect(udp.question, context).toBe(tcp.question)
      if (tcp.octets.length <= limit) expect(udp.tc, context).toBe('false')
      if (udp.tc === 'false') {
        whole++
        expect([udp.rcode, udp.aa, udp.answer, udp.authority], context).toEqual([
          tcp.rcode,
          tcp.aa,
          tcp.answer,
          tcp.authority,
        ])
        for (const rrset of linesOf(udp.additional)) expect(linesOf(tcp.additional), context).toContain(rrset)
      } else truncated++
    }
    expect(whole).toBeGreaterThan(50)
    expect(truncated).toBeGreaterThan(10)
  })

  test('Veil truncates where NSD does, but for glue in the delegated domain that is left out', async () => {
    if (!arena.daemons.has('Veil')) return
    for (const question of questions().filter(({ name }) => LARGE_NAMES.includes(name) && name !== 'mail')) {
      const veil = await askBoth(arena, 'Veil', question)
      const nsd = await askBoth(arena, 'NSD', question)
      if (veil.tcp.octets.length !== nsd.tcp.octets.length) continue
      expect(veil.udp.tc, `${question.name} ${question.type} ${question.udpSize}`).toBe(nsd.udp.tc)
    }
  })

  test('a referral without all glue inside the delegated domain is truncated (RFC 9471 §3)', async () => {
    if (!arena.daemons.has('Veil')) return
    for (const question of questions().filter(({ name }) => LARGE_CUTS.includes(name) && !name.endsWith('foreign'))) {
      const { udp, tcp } = await askBoth(arena, 'Veil', question)
      if (udp.tc === 'false') expect(udp.additional).toBe(tcp.additional)
    }
  })
})

function questions(): WorldQuestion[] {
  const pairs = [
    ...LARGE_NAMES.flatMap((name) => ['A', 'TXT', 'MX', 'NS'].map((type) => ({ name, type }))),
    ...LARGE_CUTS.map((name) => ({ name, type: 'A' })),
  ]
  return pairs.flatMap(({ name, type }) =>
    SIZES.map((udpSize) => ({
      name,
      type,
      class: 'IN' as const,
      recursionDesired: false,
      checkingDisabled: false,
      edns: udpSize === 0 ? ('none' as const) : ('plain' as const),
      udpSize,
      caseSeed: 0,
    })),
  )
}

async function askBoth(
  arena: Arena,
  server: ServerName,
  question: WorldQuestion,
): Promise<{ udp: Facts; tcp: Facts; limit: number }> {
  const { port } = arena.daemons.get(server)!
  const message = encodeQuestion(question, BASE)
  const [udpClient, tcpClient] = [await connectUdp({ port }), await connectTcp(port)]
  try {
    const udp = factsOf((await udpClient.ask(message)) ?? new Uint8Array())
    const tcp = factsOf(await tcpClient.ask(message))
    if (udp === undefined || tcp === undefined) throw new Error(`${server} did not answer ${JSON.stringify(question)}`)
    const offered = question.edns === 'none' ? 512 : Math.max(512, question.udpSize)
    return { udp, tcp, limit: Math.min(offered, LARGEST) }
  } finally {
    udpClient.close()
    tcpClient.close()
  }
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n')
}
