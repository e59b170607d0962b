/*
 * Zones with decoys and generated names keep validating, and no proof that they give denies what any other answer of theirs has.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rcode, Type } from '../../dns/constants.ts'
import { canonicalName, isAtOrBelow } from '../../dns/name.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import type { GeneratedRange } from '../../server/generated-names.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { prefix } from '../helpers/answering.ts'
import { type DecoyText, decoysOf } from '../helpers/decoys.ts'
import { LONG } from '../helpers/long.ts'
import { RECORDS } from '../helpers/random-zone.ts'
import { type SignedWorld, signedWorld } from '../helpers/signed-world.ts'
import { contradicts, readDenials } from '../helpers/validator-denials.ts'
import { wireName } from '../helpers/zone.ts'
import { MODEL_APEX, type ModelRecord, modelName, modelText } from '../helpers/zone-model.ts'

const APEX: readonly ModelRecord[] = [
  { owner: [], type: 'SOA', ttl: 300, rdata: 'ns.example.net. hostmaster.example.net. 1 2 3 4 300' },
  { owner: [], type: 'NS', ttl: 300, rdata: 'ns.example.net.' },
  { owner: ['www'], type: 'A', ttl: 300, rdata: '192.0.2.80' },
  { owner: ['www'], type: 'AAAA', ttl: 300, rdata: '2001:db8::80' },
  { owner: ['shop'], type: 'CNAME', ttl: 60, rdata: 'www.example.com.' },
  { owner: ['mail'], type: 'MX', ttl: 60, rdata: '10 mail.example.com.' },
  { owner: ['mail'], type: 'A', ttl: 60, rdata: '192.0.2.25' },
  { owner: ['web', 'staging'], type: 'A', ttl: 60, rdata: '192.0.2.26' },
  { owner: ['host', '_tcp'], type: 'A', ttl: 60, rdata: '192.0.2.27' },
]

const DECOYS: Readonly<Record<string, DecoyText>> = {
  'mirror of one host': { of: ['www.example.com.'] },
  'mirror of several': { of: ['www.example.com.', 'shop.example.com.', 'mail.example.com.'], depth: 3 },
  'prf, IPv4': { addresses: ['198.51.100.0/28'], depth: 1 },
  'prf, both families': { addresses: ['198.51.100.0/28', '2001:db8:1::/64'] },
  'selective mirror': { of: ['www.example.com.'], isSelective: true, depth: 3 },
  'selective prf': { addresses: ['2001:db8:1::/64'], isSelective: true },
}

/** Below a name that random zones have, cut off, alias or make a wildcard of. */
const GENERATED: readonly GeneratedRange[] = [
  { prefix: prefix('192.0.2.0', 30), before: 'a-', after: '', domain: wireName(`aa.b.${MODEL_APEX}`), ttl: 60 },
  { prefix: prefix('2001:db8::', 126), before: '', after: '', domain: wireName(`b.${MODEL_APEX}`), ttl: 60 },
]
const GENERATED_LABELS = [1, 4].flatMap((host) => [
  [`a-192-0-2-${host}`, 'aa', 'b'],
  [`2001-0db8-0000-0000-0000-0000-0000-000${host}`, 'b'],
])

const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'DS', 'NS', 'ANY', 'RRSIG', 'NSEC']
const LABELS = ['x', 'qxkzvbtjwm', '_tcp', '*', 'x\u0000', 'www\u0000', '\u0000', '*\u0000']
const MODES = Object.entries(DenialMode).filter(([, mode]) => mode !== DenialMode.Cells)
const RUNS = LONG ? 60 : 1

describe.each(MODES)('a zone with decoys, denied by %s', (_, denial) => {
  it.each([...Object.entries(DECOYS), ['none', undefined] as const])(
    'validates: %s',
    { timeout: 600_000 },
    (_name, decoys) => {
      fc.assert(
        fc.property(RECORDS, fc.constantFrom(WildcardStyle.Flat, WildcardStyle.Hidden), (records, wildcards) => {
          const world = open(records, decoys, { denial, wildcards })
          fc.pre(world !== undefined)
          examine(world!, namesAround([...APEX, ...records]))
        }),
        { numRuns: RUNS },
      )
    },
  )
})

function open(
  records: readonly ModelRecord[],
  decoys: DecoyText | undefined,
  signing: { denial: DenialMode; wildcards: WildcardStyle },
): SignedWorld | undefined {
  try {
    const base = modelText([...APEX, ...records])
    const made = decoys && { decoys: { public: decoysOf(decoys) } }
    return signedWorld({ [MODEL_APEX]: { base, signing, generated: GENERATED, ...made } })
  } catch {
    return undefined
  }
}

/** Judges each answer by itself, then all proofs against all that was answered. */
function examine(world: SignedWorld, names: readonly string[]): void {
  const there: { name: string; type: string }[] = []
  const absent: string[] = []
  const proofs = new Map<string, Parameters<typeof readDenials>[0][number]['records'][number]>()
  for (const name of names) {
    for (const type of TYPES) {
      const message = world.ask(name, type)
      const conclusion = world.conclude(message)
      if (conclusion.kind === 'bogus') expect.fail(`${name} ${type}: ${conclusion.reason}`)
      const owner = canonicalName(wireName(name))
      const isOwn = message.answer.some((record) => record.type === typeFromText(type) && isSame(record.name, owner))
      if (isOwn && type !== 'RRSIG' && type !== 'NSEC') there.push({ name, type })
      if (conclusion.kind === 'nxdomain') absent.push(name)
      if (message.rcode === Rcode.NxDomain) expect(conclusion.kind, `${name} ${type}`).toBe('nxdomain')
      for (const record of message.authority) {
        if (record.type !== Type.NSEC && record.type !== Type.NSEC3) continue
        proofs.set(Buffer.from([...canonicalName(record.name), 255, ...record.rdata]).toString('hex'), record)
      }
    }
  }
  const denials = [...proofs.values()].map((record) => readDenials([{ type: record.type, records: [record] }]))
  expect(there.length).toBeGreaterThan(10)
  for (const { name, type } of there) {
    const owner = canonicalName(wireName(name))
    const against = denials.filter((each) => contradicts(each, owner, typeFromText(type)!))
    expect(against, `${name} ${type}`).toEqual([])
    expect(
      absent.filter((above) => isAtOrBelow(owner, canonicalName(wireName(above)))),
      `${name} ${type}`,
    ).toEqual([])
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(canonicalName(a), b) === 0
}

/** All names, what is above them, and neighbours below and beside, two labels deep. */
function namesAround(records: readonly ModelRecord[]): string[] {
  const names = new Map<string, readonly string[]>()
  const add = (labels: readonly string[]) => names.set(modelName(labels), labels)
  for (const { owner } of records) for (let above = 0; above <= owner.length; above++) add(owner.slice(above))
  for (const owner of GENERATED_LABELS) for (let above = 0; above <= owner.length; above++) add(owner.slice(above))
  for (const owner of [...names.values()]) {
    for (const label of LABELS) {
      add([label, ...owner])
      if (owner.length > 0) add([label, ...owner.slice(1)])
    }
  }
  for (const label of LABELS) for (const other of LABELS) add([label, other])
  return [...names.keys()]
}
