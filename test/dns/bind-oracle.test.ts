import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import type { RrType } from '../../dns/rr/declaration.ts'
import { rdataFromText, rdataToText } from '../../dns/rr/rdata.ts'
import { RR_TYPES } from '../../dns/rr/registry.ts'
import { tokensOf } from '../../dns/rr/tokens.ts'
import { arbitraryRdata } from './arbitrary-rdata.ts'
import { SAMPLES } from './samples.ts'

/*
 * BIND's named-compilezone as a second reading of RDATA: a zone with one record a line goes in, its raw format, which
 * holds RDATA as wire, comes out.
 */
const COMPILER = 'named-compilezone'
const REASON = `${COMPILER} is not installed (Debian: bind9-utils), so there is no second opinion on RDATA`
const ENVIRONMENT = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }
const missing = spawnSync(COMPILER, ['-v'], { env: ENVIRONMENT }).error !== undefined

/** Registered after BIND 9.18, without text of its own there, or refused as obsolete. */
const UNKNOWN_TO_BIND = ['NULL', 'CLA', 'IPN', 'MD', 'MF']

/** Valid by its RFC and not for BIND. */
const REFUSED_BY_BIND = [
  '10 2 0 2001:db8::8002', // RFC 4025 §2.4: algorithm 0 says that there is no key
  '1 . ohttp alpn=h2', // RFC 9540 is younger
]

/** BIND looks into these fields more closely than any octets would stand. */
const STRICTER_IN_BIND = [
  ...['X25', 'GPOS', 'NAPTR'], // digits; numbers; a regular expression that compiles
  ...['DS', 'CDS', 'DLV', 'TA', 'SSHFP', 'ZONEMD', 'NSEC3', 'DHCID'], // length by kind of digest
  ...['RRSIG', 'SIG', 'DNSKEY', 'CDNSKEY', 'RKEY', 'KEY'], // private algorithms begin with a name; flags without key
  'IPSECKEY', // the missing key above
  'SOA', // one in a zone: only the samples are compared
]

interface Line {
  readonly type: RrType
  readonly text: string
  readonly wire: Uint8Array
}

beforeEach((context) => {
  if (!missing) return
  if (process.env.CI === 'true') throw new Error(REASON)
  console.warn(`SKIPPED: ${REASON}`)
  context.skip(REASON)
})

const TYPES = [...RR_TYPES.values()].filter((type) => !UNKNOWN_TO_BIND.includes(type.mnemonic))

test('BIND reads every sample as we do, and what we print of it', () => {
  const lines = TYPES.flatMap((type) =>
    SAMPLES[type.mnemonic]!.filter((text) => !REFUSED_BY_BIND.includes(text)).flatMap((text): Line[] => {
      const wire = rdataFromText(type.code, tokensOf(text))
      return [text, rdataToText(type.code, wire)].map((written) => ({ type, text: written, wire }))
    }),
  )
  const soas = lines.filter(({ type }) => type.mnemonic === 'SOA')
  expectBindToAgree(lines.filter(({ type }) => type.mnemonic !== 'SOA'))
  for (const soa of soas) expectBindToAgree([], soa)
})

test('BIND reads what we print of arbitrary RDATA', () => {
  const lines = TYPES.filter(({ mnemonic }) => !STRICTER_IN_BIND.includes(mnemonic)).flatMap((type) =>
    fc.sample(arbitraryRdata(type), 30).map((wire): Line => ({ type, text: rdataToText(type.code, wire), wire })),
  )
  expect(lines.length).toBeGreaterThan(1000)
  expectBindToAgree(lines)
})

/** Each record at a name of its own: x0.x., x1.x. and so on. */
function expectBindToAgree(lines: readonly Line[], soa?: Line): void {
  const zone = [
    `x. 60 IN SOA ${soa?.text ?? '. . 1 2 3 4 5'}`,
    'x. 60 IN NS .',
    ...lines.map(({ type, text }, index) => `x${index}.x. 60 IN ${type.mnemonic} ${namesKnownToBind(type, text)}`),
  ]
  const read = compileByBind(zone)
  for (const [index, { type, text, wire }] of lines.entries()) {
    expect(read.get(`x${index}`), `${type.mnemonic} ${text}`).toBe(`${type.code} ${hex(wire)}`)
  }
  if (soa !== undefined) expect(read.get('x')).toContain(`6 ${hex(soa.wire)}`)
}

/** Where text names types, those younger than BIND by their numbers. */
function namesKnownToBind(type: RrType, text: string): string {
  const namesTypes = type.fields.some(({ kind }) => kind.kind === 'rrType' || kind.kind.startsWith('typeBitmap'))
  return namesTypes ? text.replace(/(?<= |^)CLA(?= |$)/, 'TYPE263').replace(/(?<= |^)IPN(?= |$)/, 'TYPE264') : text
}

/** By first label of the owner: type and RDATA in hexadecimal. Throws what BIND complains of. */
function compileByBind(zone: readonly string[]): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-rdata-'))
  try {
    const files = { zone: join(folder, 'zone'), raw: join(folder, 'raw') }
    writeFileSync(files.zone, `${zone.join('\n')}\n`, 'latin1')
    const checks = ['-i', 'none', ...'knmMrSTW'.split('').flatMap((check) => [`-${check}`, 'ignore'])]
    const { status, stdout, stderr } = spawnSync(COMPILER, [...checks, '-F', 'raw', '-o', files.raw, 'x', files.zone], {
      env: ENVIRONMENT,
      encoding: 'latin1',
      maxBuffer: 1 << 26,
    })
    if (status !== 0) throw new Error(explain(`${stdout}${stderr}`, zone))
    return readRaw(readFileSync(files.raw))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** BIND's complaints, each with the line it is about. */
function explain(complaints: string, zone: readonly string[]): string {
  return complaints
    .split('\n')
    .slice(0, 40)
    .map((complaint) => `${complaint}\n    ${zone[Number(/:(\d+):/.exec(complaint)?.[1]) - 1] ?? ''}`)
    .join('\n')
}

/**
 * Raw format 1: a header of 24 octets; for each RRset 32 bits of its length, then class, type, covered type (16 bits
 * each), TTL, count (32 bits each), owner and each RDATA behind 16 bits of its length.
 */
function readRaw(raw: Buffer): Map<string, string> {
  const read = new Map<string, string>()
  for (let at = 24; at < raw.length; at += raw.readUInt32BE(at)) {
    const ownerLength = raw.readUInt16BE(at + 18)
    const owner = raw.subarray(at + 20, at + 20 + ownerLength)
    const rdata = at + 20 + ownerLength
    const label = owner.subarray(1, 1 + owner[0]!).toString('latin1')
    const octets = raw.subarray(rdata + 2, rdata + 2 + raw.readUInt16BE(rdata))
    read.set(label, `${raw.readUInt16BE(at + 6)} ${hex(octets)}${read.has(label) ? ` ${read.get(label)}` : ''}`)
  }
  return read
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}
