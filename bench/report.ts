import { cpus, release } from 'node:os'
import type { Contestant } from './contestants.ts'
import type { Measurement } from './measure.ts'

/** All servers at one workload. */
export interface Section {
  readonly title: string
  /** Name of the contestant whose cost is 1.00 in each round. */
  readonly yardstick: string
  readonly rows: readonly Series[]
}

/** All runs of one contestant at one workload, by round. */
export interface Series {
  readonly contestant: Contestant
  readonly runs: readonly Measurement[]
}

export interface ReportOptions {
  readonly rounds: number
  readonly seconds: number
  readonly dnsperfVersion: string
}

/** Share of a core that others may use before results are to be taken with care. */
const QUIET = 0.05
const BUSY = '**the machine was busy, measure again when it is not**'
/** The results as a page in Markdown: ratios first, for figures of one machine mean little on another. */
export function markdownReport(sections: readonly Section[], options: ReportOptions): string {
  const tables = sections.map((section) => `## ${section.title}\n\n${sectionTable(section)}\n`)
  const series = sections.flatMap(({ rows }) => rows)
  return [heading(series, options), ...tables, METHOD].join('\n')
}

/** One workload as a Markdown table, cheapest first. */
export function sectionTable({ rows, yardstick: name }: Section): string {
  const yardstick = rows.find(({ contestant }) => contestant.name === name)
  const sorted = rows.toSorted((a, b) => median(costs(a)) - median(costs(b)))
  const lines = sorted.map((row) => {
    const cost = costs(row)
    const rate = median(row.runs.map(({ answersPerSecond }) => answersPerSecond))
    const lost = row.runs.reduce((sum, run) => sum + run.lost, 0)
    const cells = [
      row.contestant.name,
      ratioText(row, yardstick),
      fixed(median(cost)),
      `${fixed(Math.min(...cost))}–${fixed(Math.max(...cost))}`,
    ]
    return `| ${[...cells, String(Math.round(rate / 1000)), String(lost)].join(' | ')} |`
  })
  const head = [`| server | ratio to ${name} (spread) | µs CPU per answer | min–max | thousand answers/s | lost |`]
  return [...head, '|-|-|-|-|-|-|', ...lines].join('\n')
}

/** The ratio is taken within each round, between runs that followed one another, and its median is what counts. */
function ratioText(row: Series, yardstick: Series | undefined): string {
  if (yardstick === undefined) return '–'
  const reference = costs(yardstick)
  const ratios = costs(row).map((cost, round) => cost / reference[round]!)
  return `**${fixed(median(ratios))}** (${fixed(Math.min(...ratios))}–${fixed(Math.max(...ratios))})`
}

function heading(series: readonly Series[], { rounds, seconds, dnsperfVersion }: ReportOptions): string {
  const versions = [...new Set(series.map(({ contestant }) => `${contestant.name} ${contestant.version}`))]
  const foreign = median(series.flatMap(({ runs }) => runs.map((run) => run.foreign)))
  return [
    '# CPU time per answered query',
    '',
    `Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}; do not edit.`,
    '',
    `- Servers: ${versions.join('; ')}; dnsperf ${dnsperfVersion}.`,
    `- Machine: ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, Linux ${release()}.`,
    `- ${rounds} rounds of ${seconds} s for each server and workload, interleaved.`,
    `- Others used ${fixed(foreign * 100)} % of the servers' core in the median run${foreign > QUIET ? `: ${BUSY}` : ''}.`,
    '',
    'Compare the ratios. The microseconds belong to this machine and this run.',
    '',
  ].join('\n')
}

const METHOD = `## Method

- One server process group is measured at a time, pinned with all its threads to one core, with one worker; dnsperf is
  pinned to another core with one thread. All servers stay up, idle, while another is measured, and all serve the same
  zone file of 10,000 names.
- Rounds are interleaved: every server once, then every server again. Ratios are taken within each round;
  the table shows the median of the rounds and their spread. A warm-up round is not counted.
- CPU time is user and system time of all processes and threads of the server (/proc/PID/stat), divided by the answers
  that dnsperf counted. On loopback the kernel delivers a datagram within the sender's system call, so the work of
  receiving an answer is charged to the server and the work of receiving a question to dnsperf, for every server alike.
- \`echo\` is bench/echo.c: recvmmsg, set one bit, sendmmsg. It is the kernel's own share, with answers shorter than real ones.
- Questions carry EDNS, without DO unless a title says so; Veil's zone is not signed then. NSD and BIND send minimal responses; Knot DNS and PowerDNS run as they come (PowerDNS with
  its packet cache). Veil runs as shipped: two views chosen by client address, and the rate limiter at work with a budget
  that is not exhausted.
- Signed answers: the presigned zone is dnssec-signzone's, with NSEC. Knot DNS signs by mod-onlinesign, PowerDNS live with
  narrow NSEC3; Veil with compact denial unless said otherwise, and without limits, for names never asked before have a
  budget. Such names are asked once each, ${'20,000'} in a run, the same for every server.
- At full load a server that answers by batches gets large ones; with four questions outstanding there is little to batch.
`

function costs(series: Series): number[] {
  return series.runs.map(({ cpuPerAnswer }) => cpuPerAnswer)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function fixed(value: number): string {
  return value.toFixed(2)
}
