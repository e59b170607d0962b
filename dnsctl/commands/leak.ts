import { Failure } from '../../console/failure.ts'
import { count, fold, labelled, type Paper, printable } from '../../console/paper.ts'
import { countProblems, shortPath } from '../../console/problems.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import { isError } from '../../zones/file-problem.ts'
import type { WaivedLeak } from '../../zones/leaks/lint.ts'
import type { LeakRule } from '../../zones/leaks/rule.ts'
import { command } from '../command.ts'
import { findZone, openConfiguration } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { readZones } from '../offline.ts'

/** One rule with what was found by it. */
interface FoundLeaks {
  readonly rule: LeakRule
  readonly problems: readonly FileProblem[]
  readonly waived: readonly WaivedLeak[]
}

interface Leaks {
  readonly zones: number
  readonly found: readonly FoundLeaks[]
  /** Zones that have errors of other kinds, and so were not looked at. */
  readonly unread: readonly string[]
}

export const leakCommand = command({
  name: 'leak',
  summary: 'look for records that tell strangers what is hidden from them',
  description: [
    'Reads the configuration and its zones as veild would, without a server, and goes through every view for data that give away what only other views have: names and addresses in records and in text, reverse names, holes in wildcards and more. Grouped by rule, each with its reason and how to mend it; docs/leaks.md explains the rules, their levels and waivers.',
    'Exits with 1 when there are errors, which keep a zone from being published; warnings alone do not count.',
  ],
  arguments: {
    ZONE: { summary: 'zones to report on; all when left out', variadic: true, completes: 'zone' },
  },
  options: {},
  examples: [
    { line: 'leak', summary: 'everything that ./veil.yaml names' },
    { line: 'leak example.com --json', summary: 'one zone, for a program' },
  ],
  async run(context, input) {
    const leaks = await findLeaks(context, input.ZONE)
    const problems = leaks.found.flatMap((each) => each.problems)
    return {
      exitCode: problems.some(isError) || leaks.unread.length > 0 ? ExitCode.Refused : ExitCode.Done,
      data: {
        rules: leaks.found.map(({ rule: { id, title, rationale, remedy }, ...found }) => ({
          ...{ rule: id, title, rationale, remedy },
          ...found,
        })),
        unread: leaks.unread,
      },
      print: (paper) => describe(paper, leaks, problems, context.workingDirectory),
    }
  },
})

/** Zones are linted together, for one may tell what another hides; `names` only chooses what is reported. */
async function findLeaks(context: Context, names: readonly string[]): Promise<Leaks> {
  const { configuration, problems: ofConfiguration, path } = await openConfiguration(context)
  if (configuration === undefined) {
    const next = `\`dnsctl config check --config ${path}\``
    throw new Failure({ exitCode: ExitCode.Refused, what: `${path} has errors`, next })
  }
  const chosen = new Set(names.map((name) => findZone(configuration, name).name))
  const all = await readZones(context, configuration, configuration.zones)
  const zones = all.filter(({ zone }) => chosen.size === 0 || chosen.has(zone.name))
  const problems = [...(chosen.size === 0 ? ofConfiguration : []), ...zones.flatMap((zone) => zone.problems)]
  const waived = zones.flatMap((zone) => zone.waived)
  const { LEAK_RULES } = await import('../../zones/leaks/rules.ts')
  const found = LEAK_RULES.map((rule) => ({
    rule,
    problems: problems.filter((problem) => problem.rule === rule.id),
    waived: waived.filter((each) => each.rule === rule.id),
  }))
  return {
    zones: zones.length,
    found: found.filter((each) => each.problems.length + each.waived.length > 0),
    unread: zones
      .filter((zone) => zone.problems.some((problem) => isError(problem) && problem.rule === undefined))
      .map(({ zone }) => zone.name),
  }
}

function describe(
  paper: Paper,
  { zones, found, unread }: Leaks,
  problems: readonly FileProblem[],
  workingDirectory: string,
): string[] {
  const waived = found.reduce((sum, each) => sum + each.waived.length, 0)
  const counted = countProblems(paper, problems) ?? paper.good('no leaks')
  return [
    ...found.flatMap((each) => [...describeRule(paper, each, workingDirectory), '']),
    ...unread.map((zone) => `${paper.bad(printable(zone))} has errors: dnsctl zone check ${printable(zone)}`),
    `${count(zones, 'zone')} looked at: ${counted}${waived === 0 ? '' : `, ${waived} waived`}.`,
  ]
}

function describeRule(paper: Paper, { rule, problems, waived }: FoundLeaks, workingDirectory: string): string[] {
  const place = ({ file, line }: { readonly file: string; readonly line: number }) =>
    `${printable(shortPath(file, workingDirectory))}${line === 0 ? '' : `:${line}`}`
  const mark = problems.some(isError) ? paper.bad : paper.warn
  const remedies = [...new Set(problems.map(({ remedy }) => remedy))]
  return [
    `${paper.bold(rule.title)} ${problems.length === 0 ? paper.dim('waived') : mark(problems.some(isError) ? 'error' : 'warning')} ${paper.dim(rule.id)}`,
    ...fold(paper, rule.rationale, 2).map((line) => `  ${line}`),
    ...labelled(
      paper,
      problems.map((problem) => [place(problem), printable(problem.found)] as const),
      '  ',
    ),
    ...labelled(
      paper,
      waived.map(
        (each) => [place(each), paper.dim(`waived: ${printable(each.found)}; ${printable(each.reason)}`)] as const,
      ),
      '  ',
    ),
    ...labelled(
      paper,
      remedies.map((remedy) => ['mend', printable(remedy)] as const),
      '  ',
    ),
  ]
}
