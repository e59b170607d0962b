import { count, duration, fold, labelled, type Paper, printable } from '../../console/paper.ts'
import { countProblems, describeProblems, linesOnDisk } from '../../console/problems.ts'
import { figureToText, KIND_WORDS } from '../../guard/incident.ts'
import type { StatusReport } from '../../server/control/protocol.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { askServer } from '../running-server.ts'
import { sealingLines } from '../sealing-text.ts'

export const statusCommand = command({
  name: 'status',
  summary: 'show how the running server fares',
  description: [
    'Version, addresses, zones, workers, what was asked and how it was answered since the start, and the last reload.',
    'Exits with 1 when a zone could not be loaded, or the server is locked.',
  ],
  arguments: {},
  options: {},
  examples: [
    { line: 'status', summary: 'the server of ./veil.yaml' },
    { line: 'status --state /var/lib/veil --json', summary: 'another server, for a script' },
  ],
  async run(context) {
    const status = await askServer(context, 'status', {})
    return {
      exitCode: isWell(status) ? ExitCode.Done : ExitCode.Refused,
      data: { ...status },
      print: (paper) => describeStatus(paper, status, context.workingDirectory),
    }
  },
})

function isWell({ zones, sealing }: StatusReport): boolean {
  return zones.failed.length === 0 && sealing.state !== 'locked'
}

function describeStatus(paper: Paper, status: StatusReport, workingDirectory: string): string[] {
  const problems = status.zones.failed.flatMap((zone) => zone.problems)
  return [
    headline(paper, status),
    '',
    ...labelled(paper, [
      ['listening', status.listen.map(printable)],
      ['configuration', status.configuration === undefined ? 'the command line' : printable(status.configuration)],
      ['state', printable(status.state)],
      [
        'process',
        `${status.pid}, ${octets(status.memory.residentOctets)} resident, ${octets(status.memory.imageOctets)} of images`,
      ],
      ...guard(status),
      ['workers', workers(status)],
      ...incidents(paper, status),
      ...bans(paper, status),
      ['dnssec', dnssec(paper, status)],
      ...sealing(paper, status),
      ['views', status.views.map(printable).join(', ')],
      ['generation', `${status.epoch}${lastReload(status)}`],
      ['queries', queries(status)],
      ...nonZero('answers', status.queries.verdicts),
      ...nonZero('', status.queries.rcodes),
    ]),
    ...(problems.length === 0
      ? []
      : [
          '',
          ...describeProblems(paper, problems, linesOnDisk(workingDirectory), workingDirectory),
          `${countProblems(paper, problems)}. Mend the files, then: dnsctl reload`,
        ]),
  ]
}

function sealing(paper: Paper, status: StatusReport): [string, string[]][] {
  const lines = sealingLines(paper, status.sealing, LABEL_ROOM)
  return lines.length === 0 ? [] : [['sealing', lines]]
}

function headline(paper: Paper, status: StatusReport): string {
  const failed = status.zones.failed.length
  const lead = `${paper.bold('veild')} ${printable(status.version)} serves ${count(status.zones.served, 'zone')} in ${count(status.views.length, 'view')}, up ${duration(status.uptimeSeconds)}`
  if (status.sealing.state === 'locked') return `${paper.bad('veild is locked')} and serves nothing: dnsctl unlock`
  return failed === 0 ? `${lead}.` : `${lead}; ${paper.bad(`${count(failed, 'zone')} with errors`)}.`
}

function workers(status: StatusReport): string[] {
  const udp = status.workers.filter((worker) => worker.kind === 'udp').length
  const streams = status.workers.length - udp
  const lead = `${udp} for UDP (${status.udp === 'batched' ? 'batched system calls' : 'node:dgram'}), ${streams} for TCP`
  const dead = status.workers.filter((worker) => worker.deaths > 0)
  return [
    lead,
    ...dead.map(
      (worker) =>
        `${worker.kind} worker ${worker.index} was replaced ${count(worker.deaths, 'time')}${worker.lastDeath === undefined ? '' : `: ${printable(worker.lastDeath)}`}`,
    ),
  ]
}

function bans(
  paper: Paper,
  { bans: { count: total, automatic, nftablesFailure } }: StatusReport,
): [string, string[]][] {
  if (total === 0 && nftablesFailure === undefined) return []
  const failure =
    nftablesFailure === undefined ? [] : [`nftables is not in step with them: ${printable(nftablesFailure)}`]
  const lines = failure.flatMap((text) => fold(paper, text, LABEL_ROOM).map(paper.bad))
  return [['bans', [`${count(total, 'ban')}, ${automatic} of them automatic: dnsctl ban list`, ...lines]]]
}

function guard({ guardOctets }: StatusReport): [string, string][] {
  if (guardOctets === undefined) return []
  const { limits, events, detection } = guardOctets
  const parts = `${octets(limits)} of limits, ${octets(events)} of events, ${octets(detection)} of profiles`
  return [['guard', `${octets(limits + events + detection)} of memory that never grow: ${parts}`]]
}

function incidents(paper: Paper, { incidents: open = [] }: StatusReport): [string, string[]][] {
  if (open.length === 0) return []
  const lines = open.map(({ id, kind, zone, view, absentNames, start }) => {
    const since = duration((Date.now() - start) / 1000)
    return paper.bad(
      `${printable(id)}: ${KIND_WORDS[kind]}, ${printable(zone)} in ${printable(view)}, for ${since}, ${figureToText(absentNames)} absent names`,
    )
  })
  return [['incidents', [...lines, 'Their stories: dnsctl incident show ID']]]
}

/** Columns that labels take in front of the texts. */
const LABEL_ROOM = 15

function dnssec(paper: Paper, { dnssec: { signed, presigned, off, algorithms, alarms } }: StatusReport): string[] {
  const counts = [
    ...(signed > 0 ? [`${count(signed, 'zone')} signed (algorithm ${algorithms.join(', ')})`] : []),
    ...(presigned > 0 ? [`${presigned} presigned`] : []),
    ...(off > 0 ? [`${off} unsigned`] : []),
  ]
  return [
    counts.join(', ') || 'no zone is served',
    ...alarms.flatMap((alarm) => fold(paper, printable(alarm), LABEL_ROOM).map(paper.bad)),
  ]
}

function lastReload(status: StatusReport): string {
  if (status.lastReload === undefined) return ''
  const ago = (Date.now() - Date.parse(status.lastReload.at)) / 1000
  return `, last reload ${duration(ago)} ago: ${status.lastReload.outcome}`
}

function queries(status: StatusReport): string[] {
  const { queries } = status
  const total = queries.received + queries.receivedStream
  return [
    `${number(total)} received, ${number(queries.receivedStream)} of them over TCP`,
    ...(queries.signaturesMade > 0 ? [`${count(queries.signaturesMade, 'signature')} made for answers`] : []),
    ...(queries.silent > 0 ? [`${number(queries.silent)} not worth an answer`] : []),
    ...limits(queries),
    ...(queries.connections.opened > 0 ? [connections(queries.connections)] : []),
    ...(queries.sendFailed > 0 ? [`${number(queries.sendFailed)} could not be sent`] : []),
  ]
}

function limits({ limited, cookies, guard }: StatusReport['queries']): string[] {
  const { truncated, dropped, refused } = limited
  const all = truncated + dropped + refused
  const kinds = `${number(truncated)} sent to TCP, ${number(dropped)} dropped, ${number(refused)} refused`
  const deeds = [
    ...(guard.starved > 0 ? [`${number(guard.starved)} under a smaller budget`] : []),
    ...(guard.reacted > 0 ? [`${number(guard.reacted)} withheld by a reaction`] : []),
    ...(guard.banned > 0 ? [`${number(guard.banned)} of banned clients`] : []),
  ]
  return [
    ...(cookies.received > 0
      ? [`${number(cookies.received)} with a cookie, ${number(cookies.valid)} of them valid`]
      : []),
    ...(all > 0 ? [`${number(all)} limited: ${kinds}`] : []),
    ...(deeds.length > 0 ? [`guard: ${deeds.join(', ')}`] : []),
    ...(guard.lost > 0
      ? [`${number(guard.lost)} that the watch did not hear of, ${number(guard.told)} that it did`]
      : []),
  ]
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

function connections({ opened, pushedOut, failed }: StatusReport['queries']['connections']): string {
  const rest = [
    ...(pushedOut > 0 ? [`${pushedOut.toLocaleString('en-US')} closed to make room`] : []),
    ...(failed > 0 ? [`${failed.toLocaleString('en-US')} failed`] : []),
  ]
  return [count(opened, 'TCP connection'), ...rest].join(', ')
}

/** The counters that have counted something, most first, on one line. */
function nonZero(label: string, counters: Readonly<Record<string, number>>): [string, string][] {
  const counted = Object.entries(counters).filter(([, value]) => value > 0)
  if (counted.length === 0) return []
  const text = counted
    .sort((a, b) => b[1] - a[1])
    .map(([name, value]) => `${value.toLocaleString('en-US')} ${name}`)
    .join(', ')
  return [[label, text]]
}

function octets(number: number): string {
  if (number < 1e3) return `${number} B`
  if (number < 1e6) return `${(number / 1e3).toFixed(0)} kB`
  return number < 1e9 ? `${(number / 1e6).toFixed(1)} MB` : `${(number / 1e9).toFixed(2)} GB`
}
