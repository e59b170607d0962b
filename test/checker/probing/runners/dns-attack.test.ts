import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import type { DnsAttackResult } from '../../../../checker/probes/dns-attack.ts'
import { openGate } from '../../../../checker/probing/gate.ts'
import { dnsAttackRunner } from '../../../../checker/probing/runners/dns-attack.ts'
import type { Target } from '../../../../checker/targets/targets.ts'
import { createSimulatedDns, type SimulatedZone, simulatedZone } from '../../../helpers/simulated-dns.ts'
import { NOON } from '../../run.ts'
import { targetWith } from '../target-with.ts'

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})

/** Serves what this zone has at loopback, over UDP alone, and counts what comes. */
async function serve(zone: SimulatedZone): Promise<{ readonly port: number; readonly asked: () => number }> {
  const dns = createSimulatedDns()
  dns.serve('127.0.0.1', [zone])
  const socket = createSocket('udp4')
  sockets.push(socket)
  socket.on('message', async (message, { port }) => {
    const request = { address: '127.0.0.1', port, via: 'udp' as const, message, patienceMs: 0, isAnswer: () => true }
    const answer = await dns.exchange(request)
    if (answer instanceof Uint8Array) socket.send(answer, port, '127.0.0.1')
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return { port: socket.address().port, asked: () => dns.asked.length }
}

const FILES: Readonly<Record<string, string>> = {
  '/etc/veil/veil.yaml': `listen: ["127.0.0.1@53"]
views: { internal: { clients: [10.0.0.0/8] }, public: {} }
zones:
  example.com: { file: example.com.zone, overlays: { internal: internal.zone } }
`,
  '/etc/veil/example.com.zone':
    '$ORIGIN example.com.\n$TTL 300\n@ SOA ns1 h 1 3600 600 86400 60\n@ NS ns1\nns1 A 127.0.0.1\nwww A 192.0.2.10\n',
  '/etc/veil/internal.zone': '$ORIGIN example.com.\n$TTL 300\njenkins A 10.0.0.5\n',
}

async function attack(served: readonly string[], more: Partial<Target> = {}) {
  const { port, asked } = await serve(simulatedZone('example.com.', served))
  const target = targetWith({
    zones: ['example.com.'],
    prefixes: ['127.0.0.1'],
    ports: [`${port}/udp`, `${port}/tcp`],
    mostPerSecond: 1_000_000,
    mostPerDay: 100_000,
    ...more,
  })
  // The log is held in memory: nothing of this is about the disk.
  const sent: string[] = []
  const log = {
    write: ({ what, to }: { what: string; to: string }) => void sent.push(`${what} ${to}`),
    countSince: () => 0,
  }
  const gate = openGate(target, { probe: 'dns-attack', log, now: () => NOON })
  const readText = (path: string): string => FILES[path] ?? ''
  const means = {
    gate,
    readText,
    runWords: async () => ({ outcome: 'failed', why: '' }) as const,
    nonce: () => '',
    wait: async () => undefined,
  }
  const [observation] = await dnsAttackRunner.run(means)
  return { found: observation!.found as DnsAttackResult, from: observation!.from, asked: asked(), sent, port }
}

const PUBLIC = ['@ NS ns1.example.com.', 'ns1 A 127.0.0.1', 'www A 192.0.2.10']

describe('the probe dns-attack', () => {
  it('guesses what everybody may know, and learns nothing that is hidden', async () => {
    const { found, from, asked, sent, port } = await attack(PUBLIC)
    expect(from).toBe('127.0.0.1')
    expect(found).toEqual({
      transferable: [],
      walked: [],
      hiddenLearned: [],
      guessed: 2,
      methods: ['wildcard', 'identity', 'transfer', 'words', 'permutations', 'walk', 'nsec3', 'reverse', 'serial'],
      cutShort: false,
    })
    // Every message was written down first, and none with a name.
    expect(sent.length).toBeGreaterThanOrEqual(asked)
    expect(new Set(sent)).toEqual(new Set([`a question 127.0.0.1@${port}`]))
  })

  it('tells which hidden name a server gives away', async () => {
    const { found } = await attack([...PUBLIC, 'jenkins A 10.0.0.5'])
    expect(found.hiddenLearned).toEqual(['jenkins.example.com.'])
  })

  it('stops where the budget ends, and says so', async () => {
    const { found, sent } = await attack(PUBLIC, { mostPerDay: 50 })
    expect({ cutShort: found.cutShort, sent: sent.length }).toEqual({ cutShort: true, sent: 50 })
  })

  it('asks nobody but Veil on this host, where the target says, and only with room to come to an end', async () => {
    await expect(attack(PUBLIC, { prefixes: ['192.0.2.1'] })).rejects.toThrow(/not on this machine/)
    await expect(attack(PUBLIC, { veilConfiguration: '/none' })).rejects.toThrow()
    const lacks = (more: Partial<Target>) =>
      dnsAttackRunner.lacks(
        targetWith({ zones: ['a.'], prefixes: ['127.0.0.1'], ports: ['53/udp', '53/tcp'], ...more }),
      )
    expect(lacks({})).toMatch(/most-per-day/)
    expect(lacks({ mostPerDay: 70_000, mostPerSecond: 1 })).toMatch(/most-per-second/)
    expect(lacks({ mostPerDay: 70_000, ports: ['53/udp'] })).toMatch(/UDP and TCP/)
    expect(lacks({ mostPerDay: 70_000 })).toBeUndefined()
  })
})
