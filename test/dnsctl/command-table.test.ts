import { describe, expect, it } from 'vitest'
import { flagOf, optionSynopsis, synopsis } from '../../console/command.ts'
import { referenceText } from '../../console/reference.ts'
import { COMMANDS } from '../../dnsctl/commands.ts'
import { EXIT_CODES, ExitCode } from '../../dnsctl/exit-code.ts'
import { GLOBAL_OPTIONS } from '../../dnsctl/global-options.ts'
import { DNSCTL_WORDS } from '../../dnsctl/reference.ts'
import { DNSCTL } from '../../dnsctl/tool.ts'
import { folderWith, runDnsctl } from './run.ts'

describe('the command table', () => {
  it('has every command that the manual promises', () => {
    expect(COMMANDS.map((entry) => entry.name).sort()).toEqual([
      'attack',
      'ban add',
      'ban explain',
      'ban list',
      'ban rm',
      'completion',
      'config check',
      'decoy audit',
      'dnssec disable',
      'dnssec enable',
      'dnssec status',
      'dnssec verify',
      'incident list',
      'incident show',
      'init',
      'key backup',
      'key bundle import',
      'key bundle request',
      'key bundle sign',
      'key bundle take-offline',
      'key cancel',
      'key check-parent',
      'key clock',
      'key ds',
      'key emergency',
      'key explain',
      'key export',
      'key history',
      'key import',
      'key list',
      'key pause',
      'key restore',
      'key resume',
      'key roll',
      'key show',
      'key simulate',
      'key standby',
      'key step',
      'key timeline',
      'leak',
      'lock',
      'prove-hidden',
      'reload',
      'slot add',
      'slot list',
      'slot rm',
      'status',
      'stop',
      'top',
      'unlock',
      'view diff',
      'view list',
      'view test',
      'zone check',
      'zone edit',
      'zone export',
      'zone list',
      'zone seal',
      'zone show',
      'zone unseal',
    ])
  })

  it.each(COMMANDS.map((entry) => [entry.name, entry] as const))(
    '%s says what it does, with an example',
    (_, entry) => {
      expect(entry.name.split(' ').length).toBeLessThanOrEqual(3)
      expect(entry.summary).toMatch(/^[a-z].*[^.]$/)
      expect(entry.description.length).toBeGreaterThan(0)
      expect(entry.examples.length).toBeGreaterThan(0)
      for (const example of entry.examples) expect(example.line.startsWith(entry.name)).toBe(true)
    },
  )

  it.each(COMMANDS.map((entry) => [entry.name, entry] as const))(
    '%s takes no option that every command has',
    (_, entry) => {
      const own = Object.entries(entry.options).flatMap(([key, option]) => [flagOf(key), option.short ?? ''])
      for (const key of Object.keys(GLOBAL_OPTIONS)) expect(own).not.toContain(flagOf(key))
      expect(own).not.toContain('h')
    },
  )

  it.each(COMMANDS.map((entry) => [entry.name, entry] as const))('the help of %s names all of it', async (_, entry) => {
    const { stdout, exitCode } = await runDnsctl('/', [...entry.name.split(' '), '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(synopsis('dnsctl', entry))
    for (const [key, option] of Object.entries(entry.options)) expect(stdout).toContain(optionSynopsis(key, option))
    for (const example of entry.examples) expect(stdout).toContain(`dnsctl ${example.line}`)
  })

  it('shows beforehand what it asks consent for', () => {
    const asking = COMMANDS.filter(({ name, options }) => 'yes' in options && name !== 'init')
    expect(asking.map(({ name }) => name)).toContain('key export')
    for (const { name, options } of asking) expect(Object.keys(options), name).toContain('dryRun')
  })

  it('numbers each exit code once', () => {
    expect(EXIT_CODES.map(({ code }) => code)).toEqual(Object.values(ExitCode))
    expect(new Set(EXIT_CODES.map(({ code }) => code)).size).toBe(EXIT_CODES.length)
  })

  it('is what docs/dnsctl.md says (mend with: npx vitest run test/dnsctl -u)', async () => {
    await expect(referenceText(DNSCTL, DNSCTL_WORDS)).toMatchFileSnapshot('../../docs/dnsctl.md')
  })
})

describe('the command line', () => {
  const folder = '/'

  it('gives the overview when nothing is asked', async () => {
    const bare = await runDnsctl(folder, [])
    expect(bare).toMatchObject({ exitCode: 0, stderr: '' })
    for (const entry of COMMANDS) expect(bare.stdout).toContain(entry.summary)
    expect((await runDnsctl(folder, ['--help'])).stdout).toBe(bare.stdout)
  })

  it('lists the commands of a group', async () => {
    const { stdout, exitCode } = await runDnsctl(folder, ['zone'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('zone check')
    expect(stdout).not.toContain('view list')
  })

  it('prints the version', async () => {
    expect((await runDnsctl(folder, ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([
    [['zoen'], 'Did you mean zone?', '`dnsctl --help`'],
    [['zone', 'chek'], 'Did you mean check?', '`dnsctl zone --help`'],
    [['view', 'test', 'a.example', '--form', '1.2.3.4'], 'Did you mean --from?', '`dnsctl view test --help`'],
    [['view', 'test', 'a.example'], "Missing required option '--from ADDRESS'", '`dnsctl view test --help`'],
    [['zone', 'show'], "Missing required argument 'ZONE'", '`dnsctl zone show --help`'],
    [['completion', 'csh'], 'bash, zsh, fish', '`dnsctl completion --help`'],
    [['status', '--color', 'blue'], 'auto, always, never', '`dnsctl status --help`'],
    [['status', 'now'], 'Too many arguments', '`dnsctl status --help`'],
  ])('refuses %j with a hint and the next command', async (argv, hint, next) => {
    const { exitCode, stdout, stderr } = await runDnsctl(folder, argv)
    expect(exitCode).toBe(ExitCode.Usage)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^error: [A-Z]/)
    expect(stderr).toContain(hint)
    expect(stderr).toContain(`Next: ${next}`)
  })

  it('says what is wrong as JSON, on standard output alone, when asked for JSON', async () => {
    const { exitCode, stdout, stderr } = await runDnsctl(folder, ['zone', 'chek', '--json'])
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode, error: { what: "Unknown command 'chek'" } })
    expect(exitCode).toBe(ExitCode.Usage)
  })

  it('takes the options of every command before and after its name', async () => {
    const nowhere = folderWith()
    const before = await runDnsctl(nowhere, ['--json', '--socket', 'none.sock', 'status'])
    const between = await runDnsctl(nowhere, ['status', '--socket', 'none.sock', '--json'])
    expect(before.exitCode).toBe(ExitCode.NoServer)
    expect(before).toEqual(between)
    expect(JSON.parse(before.stdout).error.what).toContain(`${nowhere}/none.sock`)
  })

  it.each([
    [{ columns: 80 }, true],
    [{}, false],
    [{ columns: 80, environment: { NO_COLOR: '1' } }, false],
    [{ columns: 80, environment: { TERM: 'dumb' } }, false],
  ])('colours what goes to %j: %s', async (options, colored) => {
    const { stderr } = await runDnsctl(folder, ['zoen'], options)
    expect(stderr.includes('\u001b[')).toBe(colored)
  })

  it('lets --color have the last word', async () => {
    const never = await runDnsctl(folder, ['zoen', '--color=never'], { columns: 80 })
    const always = await runDnsctl(folder, ['zoen', '--color', 'always'], { environment: { NO_COLOR: '1' } })
    expect(never.stderr).not.toContain('\u001b[')
    expect(always.stderr).toContain('\u001b[')
  })
})
