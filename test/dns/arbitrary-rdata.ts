import fc from 'fast-check'
import type { RrType } from '../../dns/rr/declaration.ts'

/** A wire name of arbitrary octets, at most `maximum` octets long. */
export function arbitraryName(maximum = 255): fc.Arbitrary<Uint8Array> {
  const label = fc.oneof(
    { weight: 3, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 8 }) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 63 }) },
    { weight: 3, arbitrary: fc.constantFrom('a', 'B', 'b', '*', '.', '\\', 'www', 'WWW').map(latin1) },
  )
  return fc.array(label, { maxLength: 12 }).map((labels) => {
    const octets: number[] = []
    for (const content of labels) {
      if (octets.length + content.length + 2 <= maximum) octets.push(content.length, ...content)
    }
    return Uint8Array.of(...octets, 0)
  })
}

/** Valid RDATA of a type, put together from its fields by their kinds. */
export function arbitraryRdata(type: RrType): fc.Arbitrary<Uint8Array> {
  // What follows depends on an octet before it: made whole.
  if (type.mnemonic === 'IPSECKEY') return relay(3, (kind, random) => [random[0]!, kind, random[1]!])
  if (type.mnemonic === 'AMTRELAY') return relay(2, (kind, random) => [random[0]!, kind | (random[1]! & 0x80)])
  const fields = type.fields.map(({ kind }) => {
    const arbitrary = BY_KIND[kind.kind]
    if (arbitrary === undefined) throw new Error(`no arbitrary for the field kind ${kind.kind}`)
    return arbitrary
  })
  return fc.tuple(...fields).map((parts) => Uint8Array.from(Buffer.concat(parts)))
}

const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const bytes = (minLength: number, maxLength = 60) => fc.uint8Array({ minLength, maxLength })
const counted = (minLength: number) => bytes(minLength, 255).map((content) => Uint8Array.of(content.length, ...content))

const typeBitmap = (minLength: number) =>
  fc
    .uniqueArray(fc.nat({ max: 255 }), { minLength, maxLength: 4 })
    .chain((windows) => fc.tuple(...windows.sort((a, b) => a - b).map((window) => bitmapWindow(window))).map(concat))

function bitmapWindow(window: number): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(bytes(0, 31), fc.integer({ min: 1, max: 255 }))
    .map(([head, last]) => Uint8Array.of(window, head.length + 1, ...head, last))
}

const locationSize = fc.oneof(
  fc.constant(0),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 }))
    .map(([digit, power]) => (digit << 4) | power),
)
const angle = (maximum: number) => fc.integer({ min: -maximum, max: maximum }).map((value) => u32(2 ** 31 + value))

const location = fc
  .tuple(locationSize, locationSize, locationSize, angle(324_000_000), angle(648_000_000), fixed(4))
  .map(([size, horizontal, vertical, ...rest]) => concat([Uint8Array.of(0, size, horizontal, vertical), ...rest]))

const prefix = fc
  .tuple(fc.constantFrom(1, 2), fc.boolean(), fixed(16), fc.nat({ max: 32 }))
  .map(([family, negated, address, length]) => {
    let octets = address.subarray(0, length % (family === 1 ? 5 : 17))
    while (octets.at(-1) === 0) octets = octets.subarray(0, -1)
    return Uint8Array.of(0, family, length, octets.length | (negated ? 128 : 0), ...octets)
  })

const hostIdentity = fc
  .tuple(bytes(1, 16), bytes(1, 300), fc.nat({ max: 255 }))
  .map(([identity, key, algorithm]) =>
    Uint8Array.of(identity.length, algorithm, key.length >> 8, key.length & 255, ...identity, ...key),
  )

const services = fc
  .tuple(fixed(1), bytes(0, 30), fc.integer({ min: 1, max: 255 }))
  .map(([protocol, head, last]) => Uint8Array.of(...protocol, ...head, last))

/** Consistent parameters: text can say no others. */
const svcParams = fc
  .record(
    {
      1: fc.array(counted(1), { minLength: 1, maxLength: 3 }).map(concat),
      3: fixed(2),
      4: fc.array(fixed(4), { minLength: 1, maxLength: 3 }).map(concat),
      5: bytes(1),
      6: fc.array(fixed(16), { minLength: 1, maxLength: 3 }).map(concat),
      7: fc
        .string({ unit: fc.constantFrom('a', '/', '?', 'ü', '"', ' ') })
        .map((path) => Uint8Array.from(Buffer.from(`/${path}{?dns}`))),
      9: bytes(0),
      667: bytes(0),
      65535: bytes(0),
    },
    { requiredKeys: [] },
  )
  .chain((params) => {
    const keys = Object.keys(params).map(Number)
    return fc.subarray(keys).map((mandatory): Uint8Array => {
      const list = mandatory.sort((a, b) => a - b).map((key) => Uint8Array.of(key >> 8, key & 255))
      const all: [number, Uint8Array][] = Object.entries(params).map(([key, value]) => [Number(key), value])
      if (list.length > 0) all.push([0, concat(list)])
      if (params[1] !== undefined && params[3] !== undefined) all.push([2, new Uint8Array(0)])
      all.sort(([a], [b]) => a - b)
      return concat(
        all.map(([key, value]) => Uint8Array.of(key >> 8, key & 255, value.length >> 8, value.length & 255, ...value)),
      )
    })
  })

const BY_KIND: Readonly<Record<string, fc.Arbitrary<Uint8Array>>> = {
  u8: fixed(1),
  u16: fixed(2),
  u32: fixed(4),
  u64: fixed(8),
  seconds: fixed(4),
  timestamp: fixed(4),
  rrType: fixed(2),
  ipv4: fixed(4),
  ipv6: fc.oneof(
    fixed(16),
    bytes(0, 3).map((tail) => Uint8Array.from({ length: 16 }, (_, at) => tail[15 - at] ?? 0)),
  ),
  'eui(6)': fixed(6),
  'eui(8)': fixed(8),
  locator64: fixed(8),
  name: arbitraryName(),
  names: fc.array(arbitraryName(), { maxLength: 3 }).map(concat),
  string: counted(0),
  strings: fc.array(counted(0), { minLength: 1, maxLength: 4 }).map(concat),
  'optional(string)': fc.oneof(fc.constant(new Uint8Array(0)), counted(0)),
  'text(0)': bytes(0, 400),
  'text(1)': bytes(1, 400),
  tag: fc.stringMatching(/^[A-Za-z0-9]{1,20}$/).map((text) => Uint8Array.of(text.length, ...latin1(text))),
  'hex(1)': bytes(1),
  'hex(12)': bytes(12),
  'base64(0)': bytes(0),
  'base64(1)': bytes(1),
  base64OrDash: bytes(0),
  salt: counted(0),
  hashedOwner: counted(1),
  nsap: bytes(1),
  opaque: bytes(0),
  'typeBitmap(0)': typeBitmap(0),
  'typeBitmap(1)': typeBitmap(1),
  location,
  prefixes: fc.array(prefix, { maxLength: 4 }).map(concat),
  hostIdentity,
  services,
  svcParams,
}

function relay(random: number, head: (kind: number, random: Uint8Array) => number[]): fc.Arbitrary<Uint8Array> {
  const kinds = [fc.constant(new Uint8Array(0)), fixed(4), fixed(16), arbitraryName()]
  const key = random === 3 ? bytes(0) : fc.constant(new Uint8Array(0))
  return fc
    .nat({ max: 3 })
    .chain((kind) =>
      fc
        .tuple(fixed(2), kinds[kind]!, key)
        .map(([octets, host, rest]) => Uint8Array.of(...head(kind, octets), ...host, ...rest)),
    )
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}
