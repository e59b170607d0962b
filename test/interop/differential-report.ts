import { execFileSync } from 'node:child_process'
import { DIFFERENCES, type Difference } from './differences.ts'
import { OF_SIGNATURES } from './signed-differences.ts'

export interface DifferentialResult {
  readonly servers: readonly string[]
  readonly worlds: number
  readonly compared: number
  /** How many comparisons needed each declared difference. */
  readonly needed: ReadonlyMap<string, number>
}

/** What a page says beyond its numbers. */
export interface Subject {
  readonly title: string
  /** Of the worlds that were compared. */
  readonly worlds: string
  readonly differences: readonly Difference[]
  readonly remark: string
}

/** The page docs/differential.md. */
export const UNSIGNED: Subject = {
  title: 'Answers compared with NSD and Knot DNS',
  worlds: `generated zones (test/interop/hostile-zones.ts) full of wildcards,
empty non-terminals, cuts with and without glue, occluded data, aliases of both kinds, strange labels`,
  differences: DIFFERENCES,
  remark: ' Zones that bring their signatures have [a page of their own](differential-presigned.md).',
}

/** The page docs/differential-presigned.md. */
export const PRESIGNED: Subject = {
  title: 'Answers from presigned zones compared with NSD and Knot DNS',
  worlds: `the same kind of zones as in [differential.md](differential.md), signed by BIND's dnssec-signzone with NSEC,
with NSEC3 and with NSEC3 and opt-out; asked with DO set and without`,
  differences: OF_SIGNATURES,
  remark: ' Differences that have nothing to do with signatures are those of [differential.md](differential.md).',
}

/** A page that says what was compared, and every difference that stays. */
export function differentialReport(
  { servers, worlds, compared, needed }: DifferentialResult,
  subject: Subject,
): string {
  const rows = subject.differences.map(({ id, server, source, reason }) => {
    const text = reason.replaceAll(/\s+/g, ' ')
    return `| ${id} | ${server} | ${source} | ${text} | ${needed.get(id) ?? 0} |`
  })
  return `# ${subject.title}

Made on ${new Date().toISOString().slice(0, 10)} by \`npm run test:differential\`; do not edit.

${versions(servers)} served the same zone files: ${worlds} worlds of ${subject.worlds}. Each was asked
${Math.round(compared / worlds)} questions over TCP, ${compared} in all. Header bits, RCODE, AA, TC, answer, authority, additional and EDNS
agree, but for what this table says. Order counts in the answer section; names compare without case.

A difference excuses one server for the questions that show it; those that are not excused must agree. A row that
no question needs any more fails the test.${subject.remark}

| id | server | source | what and why | seen |
|-|-|-|-|-|
${rows.join('\n')}
`
}

function versions(servers: readonly string[]): string {
  const commands: Readonly<Record<string, string>> = { NSD: 'nsd -v', Knot: 'knotd -V' }
  const names = servers.map((server) => {
    const command = commands[server]
    return command === undefined ? server : `${server} ${versionFrom(command)}`
  })
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function versionFrom(command: string): string {
  const output = execFileSync('sh', ['-c', `PATH="$PATH:/usr/sbin" ${command} 2>&1 || true`], { encoding: 'utf8' })
  return /\d+\.\d+[.\w-]*/.exec(output)?.[0] ?? ''
}
