/** What veild says over the wire to those who ask it without a resolver: with and without DO and CO, in little room, over TCP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Flag, Type } from '../../../dns/constants.ts'
import { buildQuery, type Message, type MessageRecord, readMessage } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import { rcodeToText } from '../../../dns/rcode-text.ts'
import { typeFromText } from '../../../dns/rr/registry.ts'
import { LONG } from '../../helpers/long.ts'
import { connectTcp, type TcpClient } from '../../helpers/tcp-client.ts'
import { connectUdp, type UdpClient } from '../../helpers/udp-client.ts'
import { readRrsig } from '../../helpers/validator-signatures.ts'
import { liveFamilies } from './families.ts'
import { type FamilyQuestion, familyQuestions } from './family-questions.ts'
import { obstaclesAloud } from './preconditions.ts'
import { openUniverse, type PlacedFamily, type Universe } from './universe.ts'
import { expectedRcode } from './validate.ts'

/** How a question is put. */
interface Way {
  readonly title: string
  readonly edns?: { readonly do?: boolean; readonly co?: boolean; readonly udpSize?: number }
}

const WAYS: readonly Way[] = [
  { title: 'without EDNS' },
  { title: 'with EDNS', edns: {} },
  { title: 'with CO alone', edns: { co: true } },
  { title: 'with DO', edns: { do: true } },
  { title: 'with DO and CO', edns: { do: true, co: true } },
  { title: 'with DO in 512 octets', edns: { do: true, udpSize: 512 } },
]
const SIGNING_TYPES: ReadonlySet<number> = new Set([Type.RRSIG, Type.NSEC, Type.NSEC3])
/** Another server has these, or the answer leaves the zone without their end. */
const ELSEWHERE = /(^|\.)(secure|insecure|cut\.ent|tree-both)\.|^to-(secure|insecure|outside)/
/** RSA with the recommended algorithm beside it makes the longest answers. */
const TWO_ALGORITHMS = liveFamilies([13, 8])
const FAMILIES = [
  ...liveFamilies(),
  ...(LONG ? [...liveFamilies([15]), ...TWO_ALGORITHMS] : TWO_ALGORITHMS.slice(0, 1)),
]

const obstacles = await obstaclesAloud('Tests of signed answers over the wire')

describe.skipIf(obstacles.length > 0)('signed answers', () => {
  let universe: Universe
  let udp: UdpClient
  let tcp: TcpClient
  beforeAll(async () => {
    universe = await openUniverse('Veil', FAMILIES)
    udp = await connectUdp({ port: universe.server.port, timeoutMs: 10_000 })
    tcp = await connectTcp(universe.server.port)
  }, 180_000)
  afterAll(async () => {
    udp?.close()
    tcp?.close()
    await universe?.stop()
  })

  describe.each(FAMILIES.map((family) => [family.apex, family] as const))('of %s', (_apex, family) => {
    test.each(WAYS.map((way) => [way.title, way] as const))('%s', async (_title, way) => {
      for (const question of questionsOf(family)) {
        const query = queryOf(question, way)
        const datagram = (await udp.ask(query)) ?? new Uint8Array()
        const over = { udp: readMessage(datagram), tcp: readMessage(await tcp.ask(query)) }
        const context = `${question.name} ${question.type}`
        if (over.udp === undefined || over.tcp === undefined) throw new Error(`no answer about ${context}`)
        expect(datagram.length, context).toBeLessThanOrEqual(way.edns === undefined ? 512 : (way.edns.udpSize ?? 1232))
        if ((over.udp.flags & Flag.TC) === 0) expect(sectionsOf(over.udp), context).toEqual(sectionsOf(over.tcp))
        expectAnswer(over.tcp, question, way, family.signing.denial === 'compact')
      }
    })
  })
})

function questionsOf({ apex, signing }: PlacedFamily): FamilyQuestion[] {
  const all = familyQuestions(apex, signing).filter(
    ({ name, type }) => !ELSEWHERE.test(name) && !(name === apex && type === 'DS'),
  )
  // What these get depends on DO as well.
  return all.filter(({ type, outcome }) => outcome === 'answer' || !['NSEC', 'NSEC3', 'RRSIG', 'ANY'].includes(type))
}

function queryOf({ name, type }: FamilyQuestion, { edns }: Way): Uint8Array {
  return buildQuery({
    id: 0,
    name: nameFromText(name),
    type: typeFromText(type)!,
    ...(edns === undefined ? {} : { edns }),
  })
}

function expectAnswer(message: Message, question: FamilyQuestion, { edns }: Way, isCompact: boolean): void {
  const context = `${question.name} ${question.type}`
  const isAboutSigning = ['ANY', 'NSEC', 'RRSIG'].includes(question.type)
  const wantsDnssec = edns?.do === true
  const showsAbsence = !isCompact || !wantsDnssec || edns?.co === true
  if (!isAboutSigning)
    expect(rcodeToText(message.rcode), context).toBe(rcodeToText(expectedRcode(question.outcome, !showsAbsence)))
  expect(message.edns === undefined, context).toBe(edns === undefined)
  expect(message.edns?.dnssecOk ?? false, context).toBe(wantsDnssec)
  expect(message.edns?.compactOk ?? false, context).toBe(isCompact && wantsDnssec && edns?.co === true)
  const records = [...message.answer, ...message.authority, ...message.additional]
  if (!wantsDnssec && !isAboutSigning)
    expect(
      records.filter(({ type }) => SIGNING_TYPES.has(type)),
      context,
    ).toEqual([])
  for (const record of records) if (record.type === Type.RRSIG) expectSoundTimes(record, context)
  if (wantsDnssec) expectSigned(message, context)
}

/** RFC 4034 §3.1.5; caches must not keep what is no longer valid (RFC 4035 §5.3.3). */
function expectSoundTimes(record: MessageRecord, context: string): void {
  const now = Date.now() / 1000
  const { ttl } = record
  const { inception, expiration, originalTtl } = readRrsig(record)
  expect(inception, context).toBeLessThan(now)
  expect(expiration - now, context).toBeGreaterThan(Math.max(ttl, originalTtl))
  expect(ttl, context).toBeLessThanOrEqual(originalTtl)
}

/** Each RRset of answer and authority section goes with signatures, but NS at a cut, and a CNAME that a DNAME made. */
function expectSigned({ answer, authority }: Message, context: string): void {
  for (const section of [answer, authority]) {
    const signed = new Set(section.filter(({ type }) => type === Type.RRSIG).map(coveredBy))
    const hasDname = section.some(({ type }) => type === Type.DNAME)
    for (const { name, type } of section) {
      if (type === Type.RRSIG || type === Type.NS || (type === Type.CNAME && hasDname)) continue
      expect(signed.has(rrsetKey(name, type)), `${context}: type ${type} is signed`).toBe(true)
    }
  }
}

function coveredBy({ name, rdata }: MessageRecord): string {
  return rrsetKey(name, (rdata[0]! << 8) | rdata[1]!)
}

function rrsetKey(name: Uint8Array, type: number): string {
  return `${Buffer.from(name).toString('latin1').toLowerCase()} ${type}`
}

/** TTLs, order and all; ECDSA signs anew over the same words, so signatures count by what they say. */
function sectionsOf({ rcode, answer, authority }: Message): unknown {
  const told = ({ name, type, ttl, rdata }: MessageRecord) => [
    Buffer.from(name).toString('hex'),
    type,
    ttl,
    Buffer.from(type === Type.RRSIG ? rdata.subarray(0, 18) : rdata).toString('hex'),
  ]
  return { rcode, answer: answer.map(told), authority: authority.map(told) }
}
