import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../checker/commands/commands.ts'
import { HOSTCHECK_WORDS } from '../../checker/commands/reference.ts'
import { GLOBAL_OPTIONS, hostcheckTool } from '../../checker/commands/tool.ts'
import { EXIT_CODES, ExitCode } from '../../checker/reports/exit-code.ts'
import { flagOf, optionSynopsis, synopsis } from '../../console/command.ts'
import { complete } from '../../console/complete.ts'
import { referenceText } from '../../console/reference.ts'
import { runHostcheck } from './run.ts'

const tool = hostcheckTool({ controls: () => new Map(), judges: {}, now: () => 0 })

describe("hostcheck's command table", () => {
  it.each(COMMANDS.map((entry) => [entry.name, entry] as const))(
    '%s says what it does, with an example, and takes no option that every command has',
    (_, entry) => {
      expect(entry.summary).toMatch(/^[a-z].*[^.]$/)
      expect(entry.description.length).toBeGreaterThan(0)
      expect(entry.examples.length).toBeGreaterThan(0)
      for (const example of entry.examples) expect(example.line.startsWith(entry.name)).toBe(true)
      const own = Object.keys(entry.options).map(flagOf)
      for (const key of Object.keys(GLOBAL_OPTIONS)) expect(own).not.toContain(flagOf(key))
    },
  )

  it.each(COMMANDS.map((entry) => [entry.name, entry] as const))('the help of %s names all of it', async (_, entry) => {
    const { stdout, exitCode } = await runHostcheck('/', [...entry.name.split(' '), '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(synopsis('hostcheck', entry))
    for (const [key, option] of Object.entries(entry.options)) expect(stdout).toContain(optionSynopsis(key, option))
    for (const { meanings } of Object.values(entry.arguments))
      for (const word of Object.keys(meanings ?? {})) expect(stdout).toMatch(new RegExp(`^  ${word}  `, 'm'))
    for (const example of entry.examples) expect(stdout).toContain(`hostcheck ${example.line}`)
  })

  it('numbers each exit code once, as scripts rely on', () => {
    expect(EXIT_CODES.map(({ code }) => code)).toEqual(Object.values(ExitCode))
    expect(ExitCode).toEqual({ Clean: 0, Failed: 1, Open: 2, Drift: 3, Usage: 64, Fault: 70, Interrupted: 130 })
  })

  it('is what docs/hostcheck-commands.md says (mend with: npx vitest run test/checker/command-table.test.ts -u)', async () => {
    await expect(referenceText(tool, HOSTCHECK_WORDS)).toMatchFileSnapshot('../../docs/hostcheck-commands.md')
  })

  it('completes ids of controls', () => {
    expect(complete(tool, ['explain', ''])).toEqual({ kind: 'names', of: 'control' })
  })
})

describe("hostcheck's command line", () => {
  it.each([
    [['rnu'], 'Did you mean run?', '`hostcheck --help`'],
    [['explain'], "Missing required argument 'ID'", '`hostcheck explain --help`'],
    [['run', '--fail-on', 'never'], 'low, medium, high, critical', '`hostcheck run --help`'],
    [['explain', 'MAIL-VRFI-01'], 'Did you mean MAIL-VRFY-01?', '`hostcheck list`'],
  ])('refuses %j with a hint and the next command', async (argv, hint, next) => {
    const { exitCode, stdout, stderr } = await runHostcheck('/', argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' })
    expect(stderr).toContain(hint)
    expect(stderr).toContain(`Next: ${next}`)
  })
})
