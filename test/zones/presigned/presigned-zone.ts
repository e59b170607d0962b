import { type FileProblem, formatProblem } from '../../../zones/file-problem.ts'
import { compileImage } from '../../../zones/image/compile.ts'
import { type ReadZone, readZone } from '../../../zones/master-file/read.ts'
import { projectPresigned } from '../../../zones/presigned/project-presigned.ts'
import type { PresignedProjection } from '../../../zones/projection.ts'
import { type ExportKeys, makeKeys, signedText } from '../../export/signed-export.ts'
import { TEST_SECRET, wireName, zoneProjection } from '../../helpers/zone.ts'

/** Unix seconds: 2027-01-15. */
export const NOW = 1_800_000_000
const DAY = 86_400

/** A zone with every kind of name. */
export const PLAIN = `
@ 3600 SOA ns1 hostmaster 2024010101 7200 3600 1209600 300
@ 3600 NS ns1
@ 3600 MX 10 mail
ns1 3600 A 192.0.2.1
mail 600 A 192.0.2.2
www 3600 CNAME mail
*.wild 3600 A 192.0.2.3
*.alias 3600 CNAME www
d 3600 DNAME elsewhere
host.elsewhere 3600 A 192.0.2.8
a.b.ent 3600 A 192.0.2.4
insecure 3600 NS ns.insecure
ns.insecure 3600 A 192.0.2.6
secure 3600 NS ns1
secure 3600 DS 12345 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
`

const KEYS: ExportKeys = makeKeys([15])
/** For a zone with keys of two algorithms. */
export const TWO_ALGORITHMS: ExportKeys = makeKeys([13, 15])

/** The zone signed, as lines of one record each. */
export function signedLines(chain: 'nsec' | 'nsec3', plain = PLAIN, keys = KEYS): string[] {
  const projection = zoneProjection('example.', plain)
  const times = { inception: NOW - DAY, expiration: NOW + 14 * DAY }
  return signedText(projection, { chain, keys, ...times }).split('\n')
}

/** Reads `lines` for `example.`, as presigned unless said otherwise. */
export function readLines(lines: readonly string[], presigned = true): ReadZone {
  const text = Buffer.from(lines.join('\n'))
  return readZone({ apex: wireName('example.'), path: 'signed.zone', readFile: () => text, kind: 'base', presigned })
}

/** What is wrong with the signed zone at `now`, those of reading aside. */
export function problemsOf(lines: readonly string[], now = NOW): FileProblem[] {
  return projectPresigned(readLines(lines), now).problems
}

/** The same as people see it. */
export function textsOf(lines: readonly string[], now = NOW): string[] {
  return problemsOf(lines, now).map(formatProblem)
}

/** The projection of a signed zone without flaw. */
export function presignedProjection(lines: readonly string[]): PresignedProjection {
  const { projection, problems } = projectPresigned(readLines(lines), NOW)
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'))
  return projection
}

/** Its image, in memory that held something else before. */
export function presignedImage(projection: PresignedProjection): { memory: SharedArrayBuffer; length: number } {
  return compileImage(projection, { secret: TEST_SECRET, serial: 7 }, (octets) => {
    const memory = new SharedArrayBuffer(octets + 100)
    new Uint8Array(memory).fill(0xa5)
    return memory
  })
}
