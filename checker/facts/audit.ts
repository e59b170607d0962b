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
