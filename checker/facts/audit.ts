import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { namesIn } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface AuditRule {
  /** What it watches: a path, or system calls. */
  readonly path: string | undefined
  readonly calls: readonly string[]
  readonly at: Place
}

/** Rules that augenrules(8) puts together, by file name; a `-D` in any of them goes first, and takes back nothing. */
export const auditRules = fact('audit rules', ({ root }): readonly AuditRule[] => {
  const rules: AuditRule[] = []
  for (const name of namesIn(root, '/etc/audit/rules.d').filter((each) => each.endsWith('.rules'))) {
    const file = readIfThere(root, `/etc/audit/rules.d/${name}`)
    for (const { text, number } of file === undefined ? [] : linesOf(file)) {
      const path = /(?:^|\s)-w\s+(\S+)/.exec(text)?.[1] ?? /-F\s+(?:path|dir)=(\S+)/.exec(text)?.[1]
      const calls = [...text.matchAll(/-S\s+(\S+)/g)].flatMap((match) => match[1]!.split(','))
      if (path !== undefined || calls.length > 0) rules.push({ path, calls, at: placeIn(file!, number) })
    }
  }
  return rules
})

/** The last `-e`: 0 switches auditing off, 1 on, 2 keeps the rules as they are until the next boot (auditctl(8)). */
export const auditSwitch = fact(
  'audit switch',
  ({ root }): { readonly value: string; readonly at: Place } | undefined =>
    namesIn(root, '/etc/audit/rules.d')
      .filter((name) => name.endsWith('.rules'))
      .flatMap((name) => {
        const file = readIfThere(root, `/etc/audit/rules.d/${name}`)
        return (file === undefined ? [] : linesOf(file)).flatMap(({ text, number }) => {
          const value = /^\s*-e\s+([012])\s*$/.exec(text)?.[1]
          return value === undefined ? [] : [{ value, at: placeIn(file!, number) }]
        })
      })
      .at(-1),
)
