/*
 * How long a large zone takes from text to image, step by step, and how much memory:
 *
 *     node dist/bench/zone-compile.js [names]
 */
import { canonicalName, nameFromText } from '../dns/name.ts'
import { compileImage } from '../zones/image/compile.ts'
import { readZone } from '../zones/master-file/read.ts'
import { project } from '../zones/projection.ts'
import { fileSerial, projectionDigest } from '../zones/projection-digest.ts'

const names = Number(process.argv[2] ?? 1_000_000)
const secret = new Uint8Array(32)
const apex = canonicalName(nameFromText('example.com.'))

const text = measure('text', () => zoneText(names))
const base = measure('read', () => readZone({ apex, path: 'bench.zone', readFile: () => text, kind: 'base' }))
const overlayText = Buffer.from('secret A 10.0.0.1\nn7 A 10.0.0.2\n')
const overlay = readZone({ apex, path: 'overlay.zone', readFile: () => overlayText, kind: 'overlay' })
const { projection, problems } = measure('project', () => project(base.table, undefined, []))
measure('project with overlay', () => project(base.table, overlay.table, []))
const digest = measure('digest', () => projectionDigest(projection))
const options = { secret, serial: fileSerial(projection), digest }
const image = measure('compile', () => compileImage(projection, options, (octets) => new SharedArrayBuffer(octets)))
console.log(`${projection.recordCount} records, ${image.nodes} names, image of ${mebioctets(image.length)} MiB`)
console.log(`problems: ${base.problems.length + problems.length}`)

/** Hosts in no order, every tenth with an MX, every twentieth a delegation with glue. */
function zoneText(count: number): Uint8Array {
  const lines = ['$TTL 3600', '@ SOA ns1 hostmaster 1 3600 600 86400 300', '@ NS ns1', 'ns1 A 192.0.2.1']
  for (let i = 0; i < count; i++) {
    const name = (i * 7_919) % count
    const address = `10.${(i >>> 16) & 255}.${(i >>> 8) & 255}.${i & 255}`
    if (i % 20 === 0) lines.push(`n${name} NS ns.n${name}`, `ns.n${name} A ${address}`)
    else lines.push(`n${name} A ${address}`)
    if (i % 10 === 1) lines.push(` MX 10 n${name}`)
  }
  return Buffer.from(`${lines.join('\n')}\n`)
}

function measure<Result>(step: string, work: () => Result): Result {
  const start = process.hrtime.bigint()
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const cpuSeconds = (user + system) / 1e6
  const { rss } = process.memoryUsage()
  const times = `${seconds.toFixed(2).padStart(8)} s ${cpuSeconds.toFixed(2).padStart(8)} s of CPU`
  console.log(`${step.padEnd(24)}${times}   RSS ${mebioctets(rss)} MiB`)
  return result
}

function mebioctets(octets: number): number {
  return Math.round(octets / 1_048_576)
}
