/*
 * Whole messages as objects: for clients, tools and tests. The answering road has its own reader and writer, which
 * allocate nothing.
 */
import { Class, EdnsFlag, Flag, HEADER_LENGTH, MAX_UDP_PAYLOAD, Type } from './constants.ts'
import { createOctetWriter, writeOctets, writeU8, writeU16, writeU32, writtenOctets } from './octet-writer.ts'
import { rdataFromWire } from './rr/rdata.ts'
import { readName } from './wire-name.ts'

/** A message taken apart. Names and RDATA are uncompressed copies, case as received. */
export interface Message {
  readonly id: number
  /** The header's second 16-bit word, as received; bits are in `Flag`. */
  readonly flags: number
  readonly opcode: number
  /** With the upper bits of the OPT record (RFC 6891 §6.1.3). */
  readonly rcode: number
  readonly question: Question | undefined
  readonly answer: readonly MessageRecord[]
  readonly authority: readonly MessageRecord[]
  /** Without the OPT record. */
  readonly additional: readonly MessageRecord[]
  readonly edns: Edns | undefined
  /** Octets of the whole message. */
  readonly length: number
}

export interface Question {
  readonly name: Uint8Array
  readonly type: number
  readonly class: number
}

export interface MessageRecord extends Question {
  /** Seconds. */
  readonly ttl: number
  readonly rdata: Uint8Array
}

/** The OPT record (RFC 6891 §6.1). */
export interface Edns {
  readonly version: number
  /** Octets the sender can receive over UDP. */
  readonly udpSize: number
  readonly dnssecOk: boolean
  /** RFC 9824 §3.5: compact answers wanted or given. */
  readonly compactOk: boolean
  readonly options: readonly EdnsOption[]
}

export interface EdnsOption {
  readonly code: number
  readonly data: Uint8Array
}

/** What `buildQuery` asks. */
export interface QueryOptions {
  readonly id: number
  /** Wire. */
  readonly name: Uint8Array
  readonly type: number
  readonly class?: number
  /** Recursion desired. */
  readonly rd?: boolean
  /** More bits of the header's second word: OPCODE and others of `Flag`. */
  readonly flags?: number
  /** Adds an OPT record; what is left out takes its plainest value. */
  readonly edns?: {
    readonly udpSize?: number
    readonly do?: boolean
    readonly co?: boolean
    readonly options?: readonly EdnsOption[]
    readonly version?: number
  }
}

/** A query with one question. */
export function buildQuery(query: QueryOptions): Uint8Array {
  const writer = createOctetWriter(512)
  const counts = [1, 0, 0, query.edns === undefined ? 0 : 1]
  for (const word of [query.id, (query.flags ?? 0) | (query.rd ? Flag.RD : 0), ...counts]) writeU16(writer, word)
  writeOctets(writer, query.name)
  writeU16(writer, query.type)
  writeU16(writer, query.class ?? Class.In)
  if (query.edns === undefined) return writtenOctets(writer)
  const { udpSize = MAX_UDP_PAYLOAD, version = 0, options = [] } = query.edns
  const flags = (query.edns.do ? EdnsFlag.DO : 0) | (query.edns.co ? EdnsFlag.CO : 0)
  writeU8(writer, 0)
  writeU16(writer, Type.OPT)
  writeU16(writer, udpSize)
  writeU32(writer, (version << 16) | flags)
  writeU16(
    writer,
    options.reduce((octets, option) => octets + 4 + option.data.length, 0),
  )
  for (const option of options) {
    writeU16(writer, option.code)
    writeU16(writer, option.data.length)
    writeOctets(writer, option.data)
  }
  return writtenOctets(writer)
}

/**
 * Takes a message apart; undefined when it is malformed: cut short, octets behind its end, more than one question (RFC
 * 9619), RDATA that is not of its type, or an OPT record where none may be. Work is bounded by the message's length.
 */
export function readMessage(octets: Uint8Array): Message | undefined {
  if (octets.length < HEADER_LENGTH) return undefined
  const [id, flags, questions, answers, authorities, additionals] = [0, 2, 4, 6, 8, 10].map((at) => readU16(octets, at))
  const cursor: Cursor = { octets, at: HEADER_LENGTH }
  if (questions! > 1) return undefined
  const question = questions === 1 ? readQuestion(cursor) : undefined
  if (questions === 1 && question === undefined) return undefined
  const answer = readRecords(cursor, answers!)
  const authority = answer && readRecords(cursor, authorities!)
  const all = authority && readRecords(cursor, additionals!)
  if (all === undefined || cursor.at !== octets.length) return undefined
  if ([...answer!, ...authority!].some((record) => record.type === Type.OPT)) return undefined
  const opt = all.filter((record) => record.type === Type.OPT)
  const edns = opt[0] && readEdns(opt[0])
  if (opt.length > 1 || (opt.length === 1 && edns === undefined)) return undefined
  return {
    id: id!,
    flags: flags!,
    opcode: (flags! & Flag.OpcodeMask) >> 11,
    rcode: (flags! & Flag.RcodeMask) | (((opt[0]?.ttl ?? 0) >>> 24) << 4),
    question,
    answer: answer!,
    authority: authority!,
    additional: all.filter((record) => record.type !== Type.OPT),
    edns,
    length: octets.length,
  }
}

interface Cursor {
  readonly octets: Uint8Array
  at: number
}

function readQuestion(cursor: Cursor): Question | undefined {
  const read = readName(cursor.octets, cursor.at)
  if (read === undefined || read.end + 4 > cursor.octets.length) return undefined
  cursor.at = read.end + 4
  return { name: read.name, type: readU16(cursor.octets, read.end), class: readU16(cursor.octets, read.end + 2) }
}

function readRecords(cursor: Cursor, count: number): MessageRecord[] | undefined {
  if (count * MIN_RECORD_LENGTH > cursor.octets.length - cursor.at) return undefined
  const records: MessageRecord[] = []
  for (let index = 0; index < count; index++) {
    const record = readRecord(cursor)
    if (record === undefined) return undefined
    records.push(record)
  }
  return records
}

/** Owner, type, class, TTL, 16 bits of RDATA length, RDATA (RFC 1035 §4.1.3). */
function readRecord(cursor: Cursor): MessageRecord | undefined {
  const { octets } = cursor
  const head = readQuestion(cursor)
  if (head === undefined || cursor.at + 6 > octets.length) return undefined
  const ttl = readU16(octets, cursor.at) * 0x10000 + readU16(octets, cursor.at + 2)
  const length = readU16(octets, cursor.at + 4)
  const start = cursor.at + 6
  cursor.at = start + length
  if (cursor.at > octets.length) return undefined
  // RFC 2136 §2.4, §2.5: in updates other classes than the zone's go with RDATA that is not there.
  const absent = length === 0 && head.class !== Class.In
  const rdata = absent ? new Uint8Array(0) : rdataFromWire(head.type, octets, start, length)
  return rdata && { ...head, ttl, rdata }
}

/** Class holds the payload size; the TTL's octets are the upper RCODE bits, the version and 16 flags (RFC 6891 §6.1.3). */
function readEdns(opt: MessageRecord): Edns | undefined {
  const options: EdnsOption[] = []
  const { rdata } = opt
  for (let at = 0; at < rdata.length; ) {
    const end = at + 4 <= rdata.length ? at + 4 + readU16(rdata, at + 2) : Number.POSITIVE_INFINITY
    if (end > rdata.length) return undefined
    options.push({ code: readU16(rdata, at), data: rdata.slice(at + 4, end) })
    at = end
  }
  if (opt.name.length !== 1) return undefined
  return {
    version: (opt.ttl >>> 16) & 0xff,
    udpSize: opt.class,
    dnssecOk: (opt.ttl & EdnsFlag.DO) !== 0,
    compactOk: (opt.ttl & EdnsFlag.CO) !== 0,
    options,
  }
}

function readU16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!
}

/** The root as owner and no RDATA. */
const MIN_RECORD_LENGTH = 11
