import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Rcode, Type } from '../../dns/constants.ts'
import type { Message, MessageRecord } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { checkHistory } from '../../keys/key-history.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { rollKey } from '../../keys/rollover/operator-changes.ts'
import { signaturePolicy } from '../../keys/signature-policy.ts'
import { signRRset } from '../../keys/signing-input.ts'
import { stepZones } from '../../server/keys/rollover-steps.ts'
import { expectationOf, faultOfAnswer } from '../../server/keys/served-answers.ts'
import { checkSteps } from '../../server/keys/step-checks.ts'
import { rememberTtl } from '../../server/keys/ttl-memory.ts'
import { situationOf } from '../../server/keys/zone-rollover.ts'
import { dnskeys, readBlock } from '../helpers/key-ring.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'
import { passTime, quickZone, type RollingServer, startRolling, ZONE } from '../helpers/rolling-server.ts'

const APEX = nameFromText(ZONE)
const BEGIN = 1_800_000_000
const ends: (() => void)[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN * 1000 })
})

afterEach(() => {
  vi.useRealTimers()
  for (const end of ends.splice(0)) end()
})

/** A server whose first keys are everywhere, and what it has published. */
async function settledServer(): Promise<{ rolling: RollingServer; published: KeySetDescriptor[] }> {
  const published: KeySetDescriptor[] = []
  const rolling = await startRolling(openMemoryKeyStore(), quickZone(), (set) => published.push(set))
  for (const seconds of [1, 900, 900]) {
    passTime(seconds)
    await rolling.step()
    await rolling.parentFollows()
  }
  passTime(900)
  await rolling.step()
  return { rolling, published }
}

describe('what the server answers about itself', () => {
  const record = (type: number, rdata: Uint8Array, ttl = 600): MessageRecord => ({
    name: APEX,
    type,
    class: 1,
    ttl,
    rdata,
  })

  function messageWith(type: number, answer: MessageRecord[], rest: Partial<Message> = {}): Message {
    const question = { name: APEX, type, class: 1 }
    const head = { id: 1, flags: 0x8400, opcode: 0, rcode: Rcode.NoError, edns: undefined, length: 0 }
    return { ...head, question, answer, authority: [], additional: [], ...rest }
  }

  /** The DNSKEY RRset as it is published now, with its signatures. */
  function keyRecords(set: KeySetDescriptor): MessageRecord[] {
    const { block, signatures } = set.apexRRsets.find(({ type }) => type === Type.DNSKEY)!
    const now = Date.now() / 1000
    const rrsigs = signatures.findLast(({ from }) => from <= now)!
    return [
      ...readBlock(block).map(({ rdata }) => record(Type.DNSKEY, rdata)),
      ...readBlock(rrsigs.block).map(({ rdata }) => record(Type.RRSIG, rdata)),
    ]
  }

  function signed(set: KeySetDescriptor, type: number, rdata: Uint8Array): MessageRecord[] {
    const now = Date.now() / 1000
    const rrsigs = set.signers.map((material) =>
      signRRset({ owner: APEX, type, ttl: 600, rdatas: [rdata] }, openSigningKey(material), {
        ...{ inception: now - 60, expiration: now + 3600, signer: APEX },
      }),
    )
    return [record(type, rdata), ...rrsigs.map((rrsig) => record(Type.RRSIG, rrsig))]
  }

  const flip = (records: MessageRecord[]): MessageRecord[] =>
    records.map((each) => {
      if (each.type !== Type.RRSIG) return each
      const rdata = Uint8Array.from(each.rdata)
      rdata[rdata.length - 1]! ^= 1
      return { ...each, rdata }
    })

  const SOA = Uint8Array.of(0, 0, ...new Uint8Array(20))
  const NSEC = Uint8Array.of(...APEX, 0, 1, 0x40)

  it('holds, or is found wrong where keys, signatures, denial, DS or RCODE are', async () => {
    const { rolling } = await settledServer()
    const { server } = rolling
    const set = server.descriptor.keySets[0]!
    const stored = server.store.keys.get(ZONE)!
    const signing = set.signers.map(({ dnskey }) => dnskey)
    const expected = expectationOf(APEX, stored, { signing, ds: [] })
    const now = Date.now() / 1000
    const faultOf = (message: Message, with_ = expected) => faultOfAnswer(message, with_, now)
    const keys = keyRecords(set)
    expect(faultOf(messageWith(Type.DNSKEY, keys))).toBeUndefined()
    expect(faultOf(messageWith(Type.DNSKEY, flip(keys)))).toContain('does not verify')
    expect(faultOf(messageWith(Type.DNSKEY, keys.slice(1)))).toContain('are not the 2 that are to be published')
    expect(faultOf(messageWith(Type.DNSKEY, []))).toContain('there is no DNSKEY')
    expect(faultOf(messageWith(Type.SOA, [], { rcode: Rcode.ServFail }))).toContain('SERVFAIL')
    expect(faultOf(messageWith(Type.SOA, signed(set, Type.SOA, SOA)))).toBeUndefined()
    expect(faultOf(messageWith(Type.SOA, flip(signed(set, Type.SOA, SOA))))).toContain('SOA RRset has a signature that')
    expect(faultOf(messageWith(Type.SOA, [record(Type.SOA, SOA)]))).toContain('has no signature')
    const denial = signed(set, Type.NSEC, NSEC)
    expect(faultOf(messageWith(13, [], { authority: denial }))).toBeUndefined()
    expect(faultOf(messageWith(13, [], { authority: flip(denial) }))).toContain('NSEC RRset')
    expect(faultOf(messageWith(13, []))).toContain('is not denied')
    // Another key's DS would make all of it bogus.
    const foreign = { ...expected, ds: [Uint8Array.of(0, 1, 15, 2, ...new Uint8Array(32))] }
    expect(faultOf(messageWith(Type.DNSKEY, keys), foreign)).toContain('by the DS of the parent')
    expect(dnskeys(set)).toHaveLength(2)
  })
})

/** Something that listens where the server should, and answers SERVFAIL to everything. */
async function broken(rolling: RollingServer): Promise<void> {
  const answer = (query: Buffer): Buffer => {
    const copy = Buffer.from(query)
    copy[2]! |= 0x80
    copy[3] = Rcode.ServFail
    return copy
  }
  const stream = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (data) => {
      const reply = answer(data.subarray(2))
      socket.write(Buffer.concat([data.subarray(0, 2), reply]))
    })
  })
  const datagrams = createSocket('udp4')
  datagrams.on('message', (query, from) => datagrams.send(answer(query), from.port, from.address))
  await new Promise<void>((resolve) => stream.listen(0, '127.0.0.1', resolve))
  const { port } = stream.address() as { port: number }
  await new Promise<void>((resolve) => datagrams.bind(port, '127.0.0.1', resolve))
  ends.push(
    () => stream.close(),
    () => datagrams.close(),
  )
  const bound = { address: '127.0.0.1', port, family: 4 }
  Object.assign(rolling.server, {
    sockets: { workers: 1, listeners: [{ bound }] },
    pool: { ...rolling.server.pool, statistics: () => [new Uint32Array(256)] },
  })
}

describe('a step after which the server answers wrongly', () => {
  it('is taken back, aloud, and nothing goes on before somebody resumes', async () => {
    const { rolling, published } = await settledServer()
    const { server } = rolling
    const before = server.store.keys.get(ZONE)!
    await broken(rolling)
    const situation = situationOf(before, quickZone().dnssec, Date.now() / 1000, true)
    const asked = rollKey(situation, { role: 'zsk' })
    if (asked.refused !== undefined) throw new Error(asked.refused)
    const steps = await stepZones(server, new Set([ZONE]), { by: 'operator', lead: 'roll', changes: asked.changes })
    expect(steps).toHaveLength(1)
    const count = published.at(-1)!.apexRRsets[0]!.count
    expect(count).toBe(3)
    await checkSteps(server, steps)
    const after = server.store.keys.get(ZONE)!
    expect(after.failure?.what).toContain('SERVFAIL')
    const made = after.keys.find(({ id }) => !before.keys.some((key) => key.id === id))!
    // What was served for a moment may stand in caches: it is withdrawn, not forgotten.
    expect(made.records.dnskey?.state).toBe('unretentive')
    expect(published.at(-1)!.apexRRsets[0]!.count).toBe(2)
    expect(server.store.keys.history(ZONE).entries.at(-1)).toMatchObject({ by: 'check' })
    expect(checkHistory(ZONE, server.store.keys.history(ZONE))).toBeUndefined()
    expect(server.rollovers.faults.get(ZONE)).toMatchObject([expect.stringContaining('though the last step was taken')])
    passTime(90_000)
    await rolling.step()
    expect(server.store.keys.get(ZONE)!.epoch).toBe(after.epoch)
    await rolling.step({ by: 'operator', lead: 'resumed', edit: ({ failure: _, ...set }) => set })
    expect(server.store.keys.get(ZONE)!.epoch).toBeGreaterThan(after.epoch)
  })
})

describe('a step while the next one is on disk, and not published yet', () => {
  it('is not held against answers of before', async () => {
    const { rolling } = await settledServer()
    const { server } = rolling
    const before = server.store.keys.get(ZONE)!
    await broken(rolling)
    const situation = situationOf(before, quickZone().dnssec, Date.now() / 1000, true)
    const { changes = [] } = rollKey(situation, { role: 'zsk' }) as { changes?: [] }
    const steps = await stepZones(server, new Set([ZONE]), { by: 'operator', lead: 'roll', changes })
    const served = server.store.keys.get(ZONE)!
    await server.store.keys.put([{ set: { ...served, epoch: served.epoch + 1 }, entry: undefined }])
    await checkSteps(server, steps)
    const after = server.store.keys.get(ZONE)!
    expect([after.epoch, after.failure]).toEqual([served.epoch + 1, undefined])
    expect(server.rollovers.faults.get(ZONE)).toMatchObject([expect.stringContaining('one step came after the other')])
  })
})

describe('a TTL that was lowered', () => {
  it('counts until what was served with it has left all caches', async () => {
    const { rolling } = await settledServer()
    const set = rolling.server.store.keys.get(ZONE)!
    expect(set.largestTtl).toEqual({ ttl: 600 })
    const lowered = rememberTtl(set, 60, BEGIN)
    expect(lowered.largestTtl).toEqual({ ttl: 600, until: BEGIN + 601, served: 60 })
    expect(rememberTtl(lowered, 60, BEGIN + 600)).toBe(lowered)
    const { dnssec } = quickZone()
    const policy = { ...dnssec.policy, maxTtl: 60 }
    expect(situationOf(lowered, { ...dnssec, policy }, BEGIN + 1)).toMatchObject({ maxTtl: 600, keyTtl: 600 })
    expect(rememberTtl(lowered, 60, BEGIN + 601).largestTtl).toEqual({ ttl: 60 })
    expect(rememberTtl(lowered, 900, BEGIN + 10).largestTtl).toEqual({ ttl: 900 })
    expect(rememberTtl(lowered, 30, BEGIN + 590).largestTtl).toEqual({ ttl: 600, until: BEGIN + 651, served: 30 })
  })

  it('is not forgotten where it was raised only just before: it is on disk before it is served', async () => {
    const { rolling } = await settledServer()
    const { keyRing, store } = rolling.server
    const zoneWith = (maxTtl: number) => quickZone({}, { policy: signaturePolicy(86_400, maxTtl) })
    const reload = (maxTtl: number) => keyRing.keySets([zoneWith(maxTtl)], Date.now() / 1000)
    const known = () => store.keys.get(ZONE)!.largestTtl
    const noteLowered = () => store.keys.put([{ set: rememberTtl(store.keys.get(ZONE)!, 60, BEGIN), entry: undefined }])
    // Nothing looks at the keys between the two: the second follows at once.
    await reload(6_000)
    expect(known()).toEqual({ ttl: 6_000 })
    await reload(60)
    expect(known()).toEqual({ ttl: 6_000 })
    await noteLowered()
    expect(known()).toEqual({ ttl: 6_000, until: BEGIN + 6_001, served: 60 })
    // What is raised again meanwhile, and not as far, is served for a while that nobody knows, and counts from its end.
    await reload(5_000)
    expect(known()).toEqual({ ttl: 6_000 })
    await reload(60)
    await noteLowered()
    expect(known()).toEqual({ ttl: 6_000, until: BEGIN + 6_001, served: 60 })
    const before = store.keys.get(ZONE)
    await reload(60)
    expect(store.keys.get(ZONE)).toBe(before)
  })
})
