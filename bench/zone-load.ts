/*
 * How long a large master file takes to read, with all checks, and BIND's reader for comparison where it is installed:
 *
 *     node dist/bench/zone-load.js [records]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nameFromText } from '../dns/name.ts'
import { formatProblem } from '../zones/file-problem.ts'
import { readZone } from '../zones/master-file/read.ts'

const RUNS = 3
const records = Number(process.argv[2] ?? 1_000_000)
const folder = mkdtempSync(join(tmpdir(), 'veil-zone-load-'))
const path = join(folder, 'bench.zone')

try {
  const text = zoneText(records)
  writeFileSync(path, text)
  console.log(`${records} records, ${(text.length / 1e6).toFixed(1)} MB`)
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage()
    read()
    const { user, system } = process.cpuUsage(before)
    print('veil', (user + system) / 1e6)
  }
  const bind = cpuOfBind()
  if (bind !== undefined) print('named-compilezone', bind)
} finally {
  rmSync(folder, { recursive: true })
}

function read(): void {
  const readFile = (name: string) => readFileSync(name)
  const { table, problems } = readZone({ apex: nameFromText('example.com.'), path, readFile, kind: 'base' })
  if (table.count !== records || problems.length > 0)
    throw new Error(`${table.count} records, problems: ${problems.map(formatProblem).join()}`)
}

/** Seconds of CPU time; undefined where BIND's tools are not installed. */
function cpuOfBind(): number | undefined {
  const command = `named-compilezone -q -i none -F raw -o /dev/null example.com ${path}; times`
  const run = spawnSync('bash', ['-c', `command -v named-compilezone >/dev/null || exit 1; ${command}`])
  const times = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(String(run.stdout))
  if (run.status !== 0 || times === null) return undefined
  return Number(times[1]) * 60 + Number(times[2]) + Number(times[3]) * 60 + Number(times[4])
}

function print(reader: string, seconds: number): void {
  const rate = Math.round(records / seconds / 1000)
  console.log(`${reader.padEnd(20)}${seconds.toFixed(2).padStart(6)} s CPU, ${rate} records per ms`)
}

/** Owners in both styles, addresses, aliases, text, mail and delegations, as zones of hosters have them. */
function zoneText(count: number): Buffer {
  const lines = ['$TTL 3600', '@ SOA ns1 hostmaster 1 2h 1h 4w 1h', '@ NS ns1', 'ns1 A 192.0.2.1']
  for (let i = 0; lines.length <= count; i++) {
    const [high, low] = [(i >>> 8) & 255, i & 255]
    lines.push(
      `host${i}\t\tIN\tA\t10.0.${high}.${low}`,
      `\t\t300\tAAAA\t2001:db8::${high.toString(16)}:${low.toString(16)}`,
      `www${i} IN CNAME host${i}`,
      `name-${i}.example.com. 7200 IN A 192.0.2.${low}`,
      `mail${i} MX 10 host${i}`,
      ` TXT "v=spf1 ip4:192.0.2.${low} -all"`,
      `sub${i} NS ns${i}.example.net.`,
    )
  }
  return Buffer.from(`${lines.slice(0, count + 1).join('\n')}\n`)
}
