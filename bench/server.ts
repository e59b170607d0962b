import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Contestant, startContestants, stopContestants } from './contestants.ts'
import { type Measurement, measure } from './measure.ts'
import { markdownReport, type Series, table } from './report.ts'
import { type Workload, writeWorkloads, writeZone } from './workload.ts'

const SERVER_CORE = 0
const CLIENT_CORE = 1

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '3' },
    /** Comma-separated names of servers and of workloads; the report is then printed, not written. */
    only: { type: 'string' },
    workload: { type: 'string' },
    output: { type: 'string', default: 'docs/benchmark.md' },
  },
})

/**
 * `npm run bench -- [--rounds N] [--seconds N] [--only Veil,NSD] [--workload mix,few]`: races the servers that are installed
 * and writes docs/benchmark.md when nothing was left out.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-bench-'))
  const options = { seconds: Number(values.seconds), serverCore: SERVER_CORE, clientCore: CLIENT_CORE }
  const zonePath = writeZone(folder)
  const chosen = values.workload?.split(',')
  const workloads = writeWorkloads(folder).filter(({ id }) => chosen === undefined || chosen.includes(id))
  const contestants = await startContestants({ folder, zonePath, core: SERVER_CORE, only: values.only?.split(',') })
  try {
    const series: Series[] = []
    for (const workload of workloads) {
      const rows = await race(contestants, workload, Number(values.rounds), options)
      console.log(`\n${workload.title}\n${table(rows)}`)
      series.push(...rows)
    }
    if (values.only === undefined && chosen === undefined) {
      const report = { rounds: Number(values.rounds), seconds: options.seconds, dnsperfVersion: dnsperfVersion() }
      writeFileSync(values.output, markdownReport(series, report))
      console.log(`\nwritten to ${values.output}`)
    }
  } finally {
    await stopContestants(contestants)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Every contestant once a round, in turn, after a round that warms up and is not counted. */
async function race(
  contestants: readonly Contestant[],
  workload: Workload,
  rounds: number,
  options: Parameters<typeof measure>[2],
): Promise<Series[]> {
  const runs = new Map<Contestant, Measurement[]>(contestants.map((contestant) => [contestant, []]))
  for (const contestant of contestants) await measure(contestant, workload, { ...options, seconds: 2 })
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) runs.get(contestant)!.push(await measure(contestant, workload, options))
  }
  return contestants.map((contestant) => ({ workload, contestant, runs: runs.get(contestant)! }))
}

function dnsperfVersion(): string {
  const output = execFileSync('sh', ['-c', 'dnsperf -h 2>&1 || true'], { encoding: 'utf8' })
  return /Version ([\d.]+)/.exec(output)?.[1] ?? 'unknown version'
}

await main()
