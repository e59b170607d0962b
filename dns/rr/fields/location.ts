/*
 * LOC (RFC 1876 §2): version 0, size, horizontal and vertical precision (each a digit and a power of ten, in centimetres),
 * latitude and longitude (thousandths of a second of arc from 2^31), altitude (centimetres above -100,000 m).
 */
import { type OctetWriter, writeU8, writeU32 } from '../../octet-writer.ts'
import { type FieldKind, fail, nextToken, peekToken, type Rdata, type RdataReader, takeWord } from '../field.ts'
import { readInteger } from './integers.ts'

/** All of a LOC record. */
export const location: FieldKind = {
  kind: 'location',
  measure(rdata, at) {
    if (rdata.end - at < 16 || rdata.octets[at] !== 0) return -1
    for (let index = 1; index <= 3; index++) if (!isSize(rdata.octets[at + index]!)) return -1
    const inRange =
      Math.abs(readInteger(rdata.octets, at + 4, 4) - EQUATOR) <= LATITUDE.maximum &&
      Math.abs(readInteger(rdata.octets, at + 8, 4) - EQUATOR) <= LONGITUDE.maximum
    return inRange ? at + 16 : -1
  },
  print(rdata, at) {
    const altitude = (readInteger(rdata.octets, at + 12, 4) - SEA_LEVEL) / 100
    const sizes = [1, 2, 3].map((index) => printSize(rdata.octets[at + index]!))
    if (sizes.includes(undefined)) return undefined
    return [
      printAngle(rdata, at + 4, LATITUDE),
      printAngle(rdata, at + 8, LONGITUDE),
      `${altitude.toFixed(2)}m`,
      ...sizes,
    ].join(' ')
  },
  parse(reader, writer) {
    const latitude = parseAngle(reader, LATITUDE)
    const longitude = parseAngle(reader, LONGITUDE)
    const altitude = parseAltitude(reader)
    writeU8(writer, 0)
    for (const standard of STANDARD_SIZES) parseSize(reader, writer, standard)
    writeU32(writer, latitude)
    writeU32(writer, longitude)
    writeU32(writer, altitude)
  },
}

interface Axis {
  readonly name: string
  /** In thousandths of a second of arc. */
  readonly maximum: number
  readonly positive: string
  readonly negative: string
}

const LATITUDE: Axis = { name: 'latitude', maximum: 90 * 3_600_000, positive: 'N', negative: 'S' }
const LONGITUDE: Axis = { name: 'longitude', maximum: 180 * 3_600_000, positive: 'E', negative: 'W' }
const EQUATOR = 2 ** 31
const SEA_LEVEL = 10_000_000
/** Size 1 m, horizontal precision 10,000 m, vertical precision 10 m (RFC 1876 §3). */
const STANDARD_SIZES = [0x12, 0x16, 0x13] as const

function printAngle(rdata: Rdata, at: number, axis: Axis): string {
  const offset = readInteger(rdata.octets, at, 4) - EQUATOR
  const angle = Math.abs(offset)
  const second = ((angle % 60_000) / 1000).toFixed(3)
  const minute = Math.floor(angle / 60_000) % 60
  return `${Math.floor(angle / 3_600_000)} ${minute} ${second} ${offset < 0 ? axis.negative : axis.positive}`
}

/** Degrees, perhaps minutes, perhaps seconds, and the direction. */
function parseAngle(reader: RdataReader, axis: Axis): number {
  const expected = `a ${axis.name} such as 52 22 23.000 ${axis.positive}: degrees, minutes, seconds, ${axis.positive} or ${axis.negative}`
  let angle = 0
  for (const unit of [3_600_000, 60_000, 1000, 0]) {
    const token = takeWord(reader, expected)
    const direction = token.text.toUpperCase()
    if (unit < 3_600_000 && (direction === axis.positive || direction === axis.negative)) {
      if (angle > axis.maximum) fail(reader, token, `a ${axis.name} of at most ${axis.maximum / 3_600_000} degrees`)
      return EQUATOR + (direction === axis.positive ? angle : -angle)
    }
    const pattern = unit === 1000 ? /^\d{1,2}(\.\d{1,3})?$/ : /^\d{1,3}$/
    const value = pattern.test(token.text) ? Number(token.text) : Number.NaN
    if (unit === 0 || !(unit === 3_600_000 || value < 60)) fail(reader, token, expected)
    if (Number.isNaN(value)) fail(reader, token, expected)
    angle += Math.round(value * unit)
  }
  return fail(reader, undefined, expected)
}

function parseAltitude(reader: RdataReader): number {
  const expected = 'an altitude from -100000.00m to 42849672.95m'
  const token = takeWord(reader, expected)
  const metres = /^(-?\d{1,8}(?:\.\d{1,2})?)m?$/i.exec(token.text)?.[1]
  const altitude = metres === undefined ? -1 : Math.round(Number(metres) * 100) + SEA_LEVEL
  return altitude >= 0 && altitude <= 0xffffffff ? altitude : fail(reader, token, expected)
}

/** A size that may be missing, with all that follow it. */
function parseSize(reader: RdataReader, writer: OctetWriter, standard: number): void {
  if (peekToken(reader) === undefined) {
    writeU8(writer, standard)
    return
  }
  const token = nextToken(reader)!
  const metres = /^(\d{1,8}(?:\.\d{1,2})?)m?$/i.exec(token.text)?.[1]
  if (metres === undefined) fail(reader, token, 'a size in metres from 0 to 90000000.00m')
  let centimetres = Math.round(Number(metres) * 100)
  let exponent = 0
  for (; centimetres > 9; centimetres = Math.floor(centimetres / 10)) exponent++
  writeU8(writer, (centimetres << 4) | exponent)
}

function isSize(octet: number): boolean {
  return octet >> 4 <= 9 && (octet & 15) <= 9
}

/** undefined: nothing times a power of ten, which text has no way to say. */
function printSize(octet: number): string | undefined {
  const centimetres = (octet >> 4) * 10 ** (octet & 15)
  if (centimetres === 0 && octet !== 0) return undefined
  return centimetres % 100 === 0 ? `${centimetres / 100}m` : `${(centimetres / 100).toFixed(2)}m`
}
