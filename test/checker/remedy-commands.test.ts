import { describe, expect, it } from 'vitest'
import type { Control } from '../../checker/catalogue/control.ts'
import { importCommand } from '../../checker/commands/import.ts'
import { hostcheckTool } from '../../checker/commands/tool.ts'
import { FOUND_SCHEMAS } from '../../checker/observations/found-schemas.ts'
import { RUNNERS } from '../../checker/probing/runners.ts'
import { readCommandLine } from '../../console/command-line.ts'
import { paperFor } from '../../console/paper.ts'
import type { Tool } from '../../console/tool.ts'
import { DNSCTL } from '../../dnsctl/tool.ts'
import { CATALOGUE } from './run.ts'

const PAPER = paperFor({}, 'never', {})
// biome-ignore lint/suspicious/noExplicitAny: what each tool tells its commands does not matter to their command lines.
const TOOLS: Readonly<Record<string, Tool<any>>> = {
  hostcheck: hostcheckTool({ controls: () => CATALOGUE, judges: {}, now: () => 0 }),
  dnsctl: DNSCTL,
}
const KINDS = RUNNERS.map(({ probe }) => probe.name)

/** Commands of our own tools in a remedy: those that it runs, and those that it tells to type. */
function ownCommands({ remedy }: Control): readonly string[] {
  const steps = [...remedy.debian, ...(remedy.ubuntu ?? [])]
  const texts = steps.flatMap((step) => {
    if ('run' in step) return step.run.split(/&&|\|\||[;|<>]/)
    return 'tell' in step ? [...step.tell.matchAll(/`([^`]+)`/g)].map(([, typed = '']) => typed) : []
  })
  return texts.map((text) => text.trim()).filter((text) => /^(?:hostcheck|dnsctl) /.test(text))
}

describe('what remedies have an operator type', () => {
  const typed = [...CATALOGUE.values()].flatMap((control) =>
    ownCommands(control).map((line) => [control.id, line] as const),
  )

  it('is seen', () => expect(typed.length).toBeGreaterThan(10))

  it.each(typed)('%s: %s', async (_, line) => {
    const [tool = '', ...argv] = line.split(/\s+/)
    const parsed = await readCommandLine(TOOLS[tool]!, argv, PAPER)
    expect(typeof parsed).toBe('object')
    if (argv[0] === 'probe') expect(KINDS).toContain(argv[1])
    if (argv[0] === 'import') expect(importCommand.arguments.PROGRAM?.completes).toContain(argv[1])
  })
})

describe('the probes that controls read', () => {
  const probes = [...new Set([...CATALOGUE.values()].flatMap((control) => control.probes))]

  it.each(probes)('%s is kept in the file of observations', (name) => {
    expect(FOUND_SCHEMAS.has(name)).toBe(true)
  })
})
