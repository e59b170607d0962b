import { nameFromText } from '../../dns/name.ts'
import type { Random } from '../helpers/random.ts'

/** Writes hostile or merely odd messages into a buffer of the caller, one after another. */
export interface MessageSource {
  /** Fills `octets` from `start` on, at most `capacity` octets, and returns the length: 0 to `capacity`. */
  write(octets: Uint8Array, start: number, capacity: number): number
}

type Shape = (message: Uint8Array, length: number, random: Random) => number

/** A zone with a bit of everything, for the names below. */
export const FUZZED_ZONE = `
$TTL 300
@ SOA ns1 hostmaster 1 7200 3600 1209600 300
@ NS ns1
@ MX 10 mail
ns1 A 192.0.2.1
mail A 192.0.2.2
www A 192.0.2.3
* TXT "any"
*.c.wild CNAME www
sub NS ns.sub
ns.sub A 192.0.2.4
dname DNAME c.wild
`

/** Names around which questions are built. */
const NAMES = [
  '.',
  'example.com.',
  'www.example.com.',
  '*.example.com.',
  'a.b.c.wild.example.com.',
  'sub.example.com.',
  'x.sub.example.com.',
  'no.where.',
  'dname.example.com.',
  'x.y.dname.example.com.',
  'version.bind.',
]

const TYPES = [
  1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 39, 41, 43, 46, 47, 48, 50, 52, 64, 65, 99, 128, 249, 250, 251, 252, 253, 254,
  255, 257, 65280, 0,
]
const CLASSES = [1, 1, 1, 1, 1, 3, 4, 254, 255, 0]

/** What is done to a well-formed query before it is sent. */
const MUTATIONS: readonly Shape[] = [
  (_message, length) => length,
  (message, length, random) => flip(message, length, random, 1),
  (message, length, random) => flip(message, length, random, 1 + random.below(16)),
  (_message, length, random) => random.below(length + 1),
  (message, length, random) => appendNoise(message, length, random),
  (message, length, random) => setWord(message, 4 + 2 * random.below(4), random.next() & 0xffff, length),
  (message, length, random) => setWord(message, 2, random.next() & 0xffff, length),
  (message, length, random) =>
    setWord(message, 12 + random.below(Math.max(1, length - 13)), 0xc000 | random.below(length), length),
  (message, length, random) => duplicateTail(message, length, random),
  (message, _length, random) => fillNoise(message, random.below(message.length + 1), random),
]

export function createMessageSource(random: Random, names: readonly string[] = NAMES): MessageSource {
  const wires = names.map((name) => nameFromText(name))
  return {
    write(octets, start, capacity) {
      const message = octets.subarray(start, start + capacity)
      const length = writeQuery(message, random.pick(wires), random)
      return random.pick(MUTATIONS)(message, length, random)
    },
  }
}

function writeQuery(message: Uint8Array, name: Uint8Array, random: Random): number {
  setWord(message, 0, random.next() & 0xffff, 0)
  setWord(message, 2, random.chance(0.5) ? 0x0100 : 0, 0)
  setWord(message, 4, 1, 0)
  message.fill(0, 6, 12)
  let at = 12
  if (random.chance(0.4) && name.length < 200) {
    const length = 1 + random.below(40)
    message[at++] = length
    for (let i = 0; i < length; i++) message[at++] = random.next() & 0xff
  }
  message.set(name, at)
  for (let i = 0; i < name.length; i++)
    if (random.chance(0.2)) message[at + i]! ^= 0x20 & (isLetter(message[at + i]!) ? 0xff : 0)
  at += name.length
  setWord(message, at, random.pick(TYPES), 0)
  setWord(message, at + 2, random.pick(CLASSES), 0)
  at += 4
  return random.chance(0.6) ? writeOpt(message, at, random) : at
}

const COOKIE = 10

function writeOpt(message: Uint8Array, start: number, random: Random): number {
  setWord(message, 10, 1, 0)
  message[start] = 0
  setWord(message, start + 1, 41, 0)
  setWord(message, start + 3, random.pick([0, 511, 512, 1232, 4096, 65535]), 0)
  message[start + 5] = 0
  message[start + 6] = random.chance(0.1) ? random.below(256) : 0
  setWord(message, start + 7, random.pick([0, 0x8000, 0xc000, 0x4000, 0xffff]), 0)
  const options = random.chance(0.5) ? 0 : 1 + random.below(3)
  let at = start + 11
  for (let i = 0; i < options; i++) {
    const code = random.pick([3, 8, COOKIE, COOKIE, 11, 12, 15, 65001])
    const length = code === COOKIE && random.chance(0.8) ? random.pick([8, 16, 24, 24, 40]) : random.below(48)
    setWord(message, at, code, 0)
    setWord(message, at + 2, length, 0)
    for (let j = 0; j < length; j++) message[at + 4 + j] = random.next() & 0xff
    at += 4 + length
  }
  setWord(message, start + 9, at - start - 11, 0)
  return at
}

function flip(message: Uint8Array, length: number, random: Random, bits: number): number {
  for (let i = 0; i < bits; i++) message[random.below(length)]! ^= 1 << random.below(8)
  return length
}

function appendNoise(message: Uint8Array, length: number, random: Random): number {
  const end = Math.min(message.length, length + 1 + random.below(64))
  for (let at = length; at < end; at++) message[at] = random.next() & 0xff
  return end
}

function fillNoise(message: Uint8Array, length: number, random: Random): number {
  for (let at = 0; at < length; at++) message[at] = random.next() & 0xff
  return length
}

function duplicateTail(message: Uint8Array, length: number, random: Random): number {
  const from = 12 + random.below(Math.max(1, length - 12))
  const tail = Math.min(length - from, message.length - length)
  if (tail <= 0) return length
  message.copyWithin(length, from, from + tail)
  message[11]!++
  return length + tail
}

function setWord(message: Uint8Array, at: number, value: number, length: number): number {
  if (at + 1 < message.length) {
    message[at] = value >>> 8
    message[at + 1] = value & 0xff
  }
  return length
}

function isLetter(octet: number): boolean {
  return (octet >= 0x41 && octet <= 0x5a) || (octet >= 0x61 && octet <= 0x7a)
}
