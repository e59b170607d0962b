import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tried } from './try-remedy.ts'

const PAGE = join(import.meta.dirname, '../../../docs/hostcheck-remedies.md')

/** Writes what came of a remedy: its row, and the others as they stood. */
export function writeRemediesPage(tried: Tried, ids: readonly string[]): void {
  const day = new Date().toISOString().slice(0, 10)
  const rows = new Map(existsSync(PAGE) ? readRows(readFileSync(PAGE, 'utf8')) : [])
  rows.set(tried.control, rowOf(tried, day))
  const known = ids.flatMap((id) => rows.get(id) ?? [])
  writeFileSync(PAGE, `${introduction(known)}\n\n${HEAD}\n${known.join('\n')}\n`)
}

const HEAD = `| control | day | printed commands | what daemons say of their files | before | after | with what no command gives |
|-|-|-|-|-|-|-|`

function rowOf(tried: Tried, day: string): string {
  const { control, first, ran, failed, without, accepted, refused, before, after, reason, last } = tried
  const commands = [
    ...(first.length === 0 ? [] : [`with those of ${first.join(' and ')}`]),
    `${ran} ran`,
    ...failed.map((each) => `**${each}**`),
    ...without.map((each) => `not for real: ${each}`),
  ]
  const checks = [...accepted.map((name) => `\`${name}\``), ...refused.map((each) => `**${each}**`)]
  const left = after === 'pass' ? [after, ''] : [`${after}: ${reason}`, last]
  return `| ${[control, day, commands.join('; '), checks.join(', '), before, ...left].map(cell).join(' | ')} |`
}

function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
}

function readRows(page: string): [string, string][] {
  return page.split('\n').flatMap((line): [string, string][] => {
    const id = /^\| ([A-Z0-9-]+-\d+) \|/.exec(line)?.[1]
    return id === undefined ? [] : [[id, line]]
  })
}

function introduction(rows: readonly string[]): string {
  const passed = rows.filter((row) => / \| pass \| {2}\|$/.test(row)).length
  const bold = rows.filter((row) => row.includes('**')).length
  return `# Remedies, tried

What \`hostcheck fix --show\` prints, run word for word as root of a real Debian 12: the packages of the stock tree
(test/checker/stock), in a copy of its own for each control, with processes, mounts and a network of its own. The copy was made as
the red case of the control has it (test/checker/cases), judged, mended, and judged again. Of ${rows.length} controls ${passed} pass after
the commands alone; ${bold === 0 ? 'no command failed, and no daemon refused its files' : `of ${bold} something failed`}.

No init runs there: for \`systemctl\` stands a script that makes and removes the links of units by systemd's own, and looks for whatever
is to be started among the units, without starting it. What else could not be run for real, its row says; what that leads to was
made by hand. The last column is the state once there is, too, what no command of the host gives, as the case has it: what a person
writes or declares, what a probe finds, what only runs. "What daemons say" is their own look at files that were written, in the copy.

Made by \`npm run remedies:try\`; each row has its day.`
}
