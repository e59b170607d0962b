import { count, fold, type Paper, printable } from '../../console/paper.ts'
import { countProblems, describeProblems, linesOnDisk } from '../../console/problems.ts'
import type { ReloadReport } from '../../server/control/protocol.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { askServer } from '../running-server.ts'

/** Millions of names take their time. */
const PATIENCE_MS = 15 * 60_000

export const reloadCommand = command({
  name: 'reload',
  summary: 'make the running server read its files again',
  description: [
    'Waits until configuration and zones are read again and in effect, and tells what changed. Everything new takes effect at one moment. A zone with an error stays as it was, and the others go on; with an error in the configuration, or one in a zone while views change, nothing changes at all.',
    'Exits with 1 when anything was refused.',
  ],
  arguments: {},
  options: {},
  examples: [
    { line: 'reload', summary: 'reload, and show what changed or what is wrong' },
    { line: 'reload --json | jq .changed', summary: 'the zones that changed, for a script' },
  ],
  async run(context) {
    const report = await askServer(context, 'reload', {}, PATIENCE_MS)
    const isWhole = report.outcome === 'reloaded' || report.outcome === 'unchanged'
    return {
      exitCode: isWhole ? ExitCode.Done : ExitCode.Refused,
      data: { ...report },
      print: (paper) => describeReload(paper, report, context.workingDirectory),
    }
  },
})

/** What a reload did, problems first, the upshot last. */
function describeReload(paper: Paper, report: ReloadReport, workingDirectory: string): string[] {
  const problems = problemsOf(report)
  return [
    ...describeProblems(paper, problems, linesOnDisk(workingDirectory), workingDirectory),
    ...upshot(paper, report, countProblems(paper, problems)),
    ...report.notes.flatMap(({ isRisky, text }) =>
      fold(paper, printable(text)).map((line) => (isRisky ? paper.warn(line) : line)),
    ),
  ]
}

function problemsOf(report: ReloadReport): FileProblem[] {
  return [...report.problems, ...report.failed.flatMap((zone) => zone.problems)]
}

function upshot(paper: Paper, report: ReloadReport, counted: string | undefined): string[] {
  const time = paper.dim(`(${report.milliseconds.toLocaleString('en-US')} ms)`)
  const found = counted === undefined ? '' : ` ${counted}.`
  switch (report.outcome) {
    case 'unchanged':
      return report.settings.length === 0
        ? [`${paper.good('Reloaded:')} nothing has changed.${found} ${time}`]
        : [...fold(paper, `${paper.good('Reloaded:')} ${changes(report)}.${found} ${time}`), ...afterwards(report)]
    case 'reloaded':
      return [...fold(paper, `${paper.good('Reloaded:')} ${changes(report)}.${found} ${time}`), ...afterwards(report)]
    case 'incomplete':
      return [
        `${paper.bad('Reloaded in part:')} ${changes(report)}.${found} ${time}`,
        ...report.failed.map(
          ({ zone, kept }) => `  ${printable(shortName(zone))} ${kept ? 'stays as it was' : 'is not served'}`,
        ),
        'Mend the files, then: dnsctl reload',
      ]
    case 'refused':
      return refusal(paper, report, found)
  }
}

function refusal(paper: Paper, report: ReloadReport, found: string): string[] {
  const lead = `${paper.bad('Not reloaded:')} everything stays as it was.${found}`
  if (report.failed.length > 0) {
    const why = 'The views have changed, and a zone with errors cannot stay as it was for them.'
    return [lead, ...fold(paper, `${why} Mend the files, then: dnsctl reload`)]
  }
  if (report.needRestart.length === 0) return [lead, 'Mend the configuration, then: dnsctl reload']
  const settings = report.needRestart.map((setting) => printable(setting)).join(', ')
  return [lead, ...fold(paper, `Only a restart of veild can change: ${settings}.`)]
}

function changes({ changed, settings }: ReloadReport): string {
  const zones = `${count(changed.length, 'zone')} changed: ${someOf(changed)}`
  if (settings.length === 0) return changed.length === 0 ? 'no zone has changed' : zones
  const set = `${settings.length === 1 ? 'a setting' : 'settings'} changed: ${someOf(settings)}`
  return changed.length === 0 ? set : `${zones}; ${set}`
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map((name) => printable(shortName(name)))
  const more = names.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const MOST_NAMED = 5

/** How keys are to be may have begun a roll. */
function afterwards({ settings }: ReloadReport): string[] {
  const signed = settings.filter((setting) => setting.startsWith(DNSSEC)).map((setting) => setting.slice(DNSSEC.length))
  if (signed.length === 0) return []
  const which = signed.length === 1 ? ` ${printable(shortName(signed[0]!))}` : ''
  return [`Whether keys are rolled for it: \`dnsctl key explain${which}\``]
}

const DNSSEC = 'dnssec of '
