import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Contestant, startContestants, stopContestants } from './contestants.ts'
import { type Measurement, measure } from './measure.ts'
import { markdownReport, type Section, sectionTable } from './report.ts'
import { raceSigned } from './signing.ts'
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
 * `npm run bench -- [--rounds N] [--seconds N] [--only Veil,NSD] [--workload mix,few,warm,cold,cells]`: races the servers that are installed
 * and writes docs/benchmark.md when nothing was left out.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-bench-'))
  const options = { seconds: Number(values.seconds), serverCore: SERVER_CORE, clientCore: CLIENT_CORE }
  const zonePath = writeZone(folder)
  const chosen = values.workload?.split(',')
  const workloads = writeWorkloads(folder).filter(({ id }) => chosen === undefined || chosen.includes(id))
  const only = workloads.length === 0 ? [] : values.only?.split(',')
  const contestants = await startContestants({ folder, zonePath, core: SERVER_CORE, only })
  try {
    const rounds = Number(values.rounds)
    const sections: Section[] = []
    for (const workload of workloads) {
      const section = await race(contestants, workload, rounds, options)
      console.log(`\n${section.title}\n${sectionTable(section)}`)
      sections.push(section)
    }
    await stopContestants(contestants.splice(0))
    if (values.only === undefined) sections.push(...(await raceSigned({ folder, rounds, measure: options, chosen })))
    if (values.only === undefined && chosen === undefined) {
      const report = { rounds, seconds: options.seconds, dnsperfVersion: dnsperfVersion() }
      writeFileSync(values.output, markdownReport(sections, report))
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
): Promise<Section> {
  const runs = new Map<Contestant, Measurement[]>(contestants.map((contestant) => [contestant, []]))
  for (const contestant of contestants) await measure(contestant, workload, { ...options, seconds: 2 })
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) runs.get(contestant)!.push(await measure(contestant, workload, options))
  }
  const rows = contestants.map((contestant) => ({ contestant, runs: runs.get(contestant)! }))
  return { title: workload.title, yardstick: 'NSD', rows }
}

function dnsperfVersion(): string {
  const output = execFileSync('sh', ['-c', 'dnsperf -h 2>&1 || true'], { encoding: 'utf8' })
  return /Version ([\d.]+)/.exec(output)?.[1] ?? 'unknown version'
}

await main()
