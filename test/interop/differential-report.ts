import { execFileSync } from 'node:child_process'
import { DIFFERENCES } from './differences.ts'

export interface DifferentialResult {
  readonly servers: readonly string[]
  readonly worlds: number
  readonly compared: number
  /** How many comparisons needed each declared difference. */
  readonly needed: ReadonlyMap<string, number>
}

/** The page docs/differential.md: what was compared, and every difference that stays. */
export function differentialReport({ servers, worlds, compared, needed }: DifferentialResult): string {
  const rows = DIFFERENCES.map(({ id, server, source, reason }) => {
    const text = reason.replaceAll(/\s+/g, ' ')
    return `| ${id} | ${server} | ${source} | ${text} | ${needed.get(id) ?? 0} |`
  })
  return `# Answers compared with NSD and Knot DNS

Made on ${new Date().toISOString().slice(0, 10)} by \`npm run test:differential\`; do not edit.

${versions(servers)} served the same zone files: ${worlds} worlds of generated zones (test/interop/hostile-zones.ts) full of wildcards,
empty non-terminals, cuts with and without glue, occluded data, aliases of both kinds, strange labels. Each was asked
${Math.round(compared / worlds)} questions over TCP, ${compared} in all. Header bits, RCODE, AA, TC, answer, authority, additional and EDNS
agree, but for what this table says. Order counts in the answer section; names compare without case.

A difference excuses one server for the questions that show it; those that are not excused must agree. A row that
no question needs any more fails the test.

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
