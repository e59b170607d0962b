import { type Noticed, STEP } from './incidents.ts'
import { HIDDEN, type NamedHost, UNADVERTISED } from './names.ts'
import type { Haul } from './scan.ts'
import type { Contestant } from './servers.ts'

/** By which way a tool asks: the server itself, or a resolver in front of it. */
export type Road = 'direct' | 'unbound'

/** What one tool took home from one server, by one road. */
export interface Row {
  readonly contestant: Contestant
  readonly road: Road
  readonly haul: Haul
}

/** When Veil noticed a tool that was held back until it might have. */
export interface Notice {
  readonly tool: string
  readonly road: Road
  readonly asked: number
  readonly noticed: Noticed | undefined
}

const COLUMNS = 'hidden | unadvertised | mistaken | questions | seconds'

/** The page docs/enumeration-comparison.md. */
export function enumerationReport(rows: readonly Row[], notices: readonly Notice[], words: readonly string[]): string {
  const listed = (hosts: readonly NamedHost[]): number => hosts.filter(({ name }) => words.includes(name)).length
  const contestants = [...new Set(rows.map(({ contestant }) => contestant))]
  return `# What enumeration tools learn

Made on ${new Date().toISOString().slice(0, 10)} by \`VEIL_WRITE_DOCS=1 npm run test:long -- test/interop/enumeration\`; do not edit.

Each tool was let loose on each server with the same zone and the same list of ${words.length} words, first directly, then through
an unbound with an empty cache, in a network without any way out. The zone has ${UNADVERTISED.length} names that are
published and told to nobody, ${listed(UNADVERTISED)} of them in the list, and ${HIDDEN.length} that only insiders may see, ${listed(HIDDEN)} of them in the list. What counts:

- **hidden**: names of insiders that the tool reports; **unadvertised**: published ones; **mistaken**: names that it reports
  and that do not exist.
- **questions** that reached the server, and **seconds** until the tool ended; “>” where it was ended for taking too long.
- Tools that harvest NSEC3 hashes are helped out: their hashes are cracked with the list of words.

Those called replicas are no tools of their own: they resolve the words by themselves, and then test for wildcards and
accept names as the sources of the tool do (\`test/interop/enumeration/replicas.ts\`).

${contestants
  .map((contestant) =>
    section(
      contestant,
      rows.filter((row) => row.contestant === contestant),
    ),
  )
  .join('\n')}
${noticed(notices)}`
}

function noticed(notices: readonly Notice[]): string {
  const tools = [...new Set(notices.map(({ tool }) => tool))]
  const cells = (tool: string, road: Road): string => {
    const notice = notices.find((each) => each.tool === tool && each.road === road)
    if (notice?.noticed === undefined) return `${notice === undefined ? '' : `not in ${notice.asked}`} | | `
    const { questions, incident } = notice.noticed
    return `${questions} | ${incident.kind} | ${incident.tool?.name ?? ''}`
  }
  return `## Until Veil notices

Questions that had reached the server when there was an incident, in steps of ${STEP}: for this, tools were held back until
veild had looked. What kind of incident it was, and which tool the guard took it for.

| tool | questions | incident | taken for | through unbound: questions | incident | taken for |
|-|-:|-|-|-:|-|-|
${tools.map((tool) => `| ${tool} | ${cells(tool, 'direct')} | ${cells(tool, 'unbound')} |`).join('\n')}
`
}

function section({ name, hiddenNames }: Contestant, rows: readonly Row[]): string {
  const tools = [...new Set(rows.map(({ haul }) => haul.tool))]
  const cells = (tool: string, road: Road): string => {
    const haul = rows.find((row) => row.road === road && row.haul.tool === tool)?.haul
    return haul === undefined ? ' | | | |' : figures(haul)
  }
  return `## ${name}

Hidden names are ${hiddenNames}.

| tool | ${COLUMNS} | through unbound: ${COLUMNS} |
|-|${'-:|'.repeat(10)}
${tools.map((tool) => `| ${tool} | ${cells(tool, 'direct')} | ${cells(tool, 'unbound')} |`).join('\n')}
`
}

function figures({ hidden, unadvertised, mistaken, questions, seconds, ended }: Haul): string {
  const time = `${ended ? '' : '> '}${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)}`
  return [hidden.length, unadvertised.length, mistaken, questions, time].join(' | ')
}
