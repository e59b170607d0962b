import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { Ajv2020 } from 'ajv/dist/2020.js'
import draft04 from 'ajv-draft-04'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import type { Judgement } from '../../checker/judging/judgement.ts'
import { FORMS } from '../../checker/reports/forms.ts'
import { describeReport } from '../../checker/reports/report-schema.ts'
import { folderWith } from '../dnsctl/run.ts'
import { declared, NAME, PATH, reportAs, world } from './hostile-report.ts'
import { imagined, judged } from './imagined.ts'
import { runHostcheck } from './run.ts'

describe.each(FORMS)('the report as %s', (form) => {
  it('lets nothing through that steers a terminal or turns what is read', async () => {
    const text = (await reportAs(form, { all: true })).replaceAll('\n', '').replaceAll('\t', '')
    expect(text).toContain('MAIL-VRFY-01')
    expect(text).not.toMatch(/[\p{Cc}\u200b\u202a-\u202e\u2066-\u2069]/u)
  })
})

describe('the report on a terminal', () => {
  it.each([40, 60, 80, 120])('fits %d columns, commands aside, which are to be pasted', async (columns) => {
    const lines = (await reportAs('terminal', { columns, all: true })).split('\n')
    const commands =
      /^ {6}\S*.*(?:touch|install -D|EOF|value|restic|RESTIC|crypt|grep|mount|postconf|systemctl|apt-get|#|umask|echo)/
    const wide = lines
      .map(stripVTControlCharacters)
      .filter((line) => [...line].length > columns && !commands.test(line))
    expect(wide).toEqual([])
  })

  it('has colours on a terminal only, and none with NO_COLOR', async () => {
    const run = (options: object) =>
      runHostcheck(folderWith(declared), ['run', '--root', '.'], { ...world, ...options }).then(({ stdout }) => stdout)
    const sequence = '\u001b['
    expect(await run({ columns: 80 })).toContain(sequence)
    expect(await run({})).not.toContain(sequence)
    expect(await run({ columns: 80, environment: { NO_COLOR: '1' } })).not.toContain(sequence)
  })

  it('tells worst first, with evidence, what mends it, and a summary that fits a screen', async () => {
    const text = await reportAs('terminal')
    const order = ['SRV-BKP-01', 'SRV-ENC-01', 'MAIL-VRFY-01', 'Summary'].map((word) => text.indexOf(word))
    expect(order).toEqual([...order].sort((one, other) => one - other))
    expect(text).toContain(':7')
    expect(text.slice(text.indexOf('Summary')).split('\n').length).toBeLessThan(24)
    expect(text).toContain('Next: `hostcheck explain MAIL-VRFY-01`')
  })
})

describe('commands with values of the host in them', () => {
  it('cannot be made to run what the host says: what is no plain word is left for a person to fill in', async () => {
    const { stdout } = await runHostcheck(folderWith(), ['run', '--root', '.', '--json'], world)
    const { mend } = JSON.parse(stdout).findings.find(({ control }: { control: string }) => control === 'MAIL-VRFY-01')
    expect(mend[0]).toBe(`touch ${NAME}`)
    expect(mend[1]).toMatch(/^install -D -m 0644 \/dev\/stdin \/etc\/x <<'EOF'\nvalue /)
    for (const line of mend[2].split('\n')) expect(line).toMatch(/^#/)
  })
})

describe('the report in JSON', () => {
  it('is what its schema describes', async () => {
    const { ok, exitCode, ...report } = JSON.parse(
      (await runHostcheck(folderWith(declared), ['run', '--root', '.', '--json'], world)).stdout,
    )
    expect({ ok, exitCode }).toEqual({ ok: false, exitCode: 1 })
    const validate = new Ajv2020({ strict: false }).compile(describeReport())
    expect(validate(report) || validate.errors).toBe(true)
    expect(JSON.parse(await reportAs('json'))).toEqual({
      ...report,
      host: expect.any(Object),
      declarations: expect.any(String),
    })
  })
})

describe('what stays unknown', () => {
  const unread = (...paths: readonly string[]): Judgement =>
    judged('unknown', {
      subject: paths.join(' '),
      evidence: paths.map((path) => ({ source: 'status', path, excerpt: 'could not be read: permission denied' })),
    })
  const summaryOf = async (argv: readonly string[], found: Parameters<typeof imagined>[0]) => {
    const { stdout } = await runHostcheck(folderWith({}), ['run', ...argv], { ...imagined(found), columns: 500 })
    const plain = stripVTControlCharacters(stdout).replaceAll(/\s+/g, ' ')
    return plain.slice(plain.indexOf('Summary'))
  }
  const found = {
    'SRV-ENC-01': [unread('/etc/a', '/etc/b'), unread('/etc/b', '/etc/c', '/etc/d')],
    'SRV-VM-01': [judged('unknown')],
  }

  it('is told in one place: what could not be read, by whom, and the command that reads it', async () => {
    const summary = await summaryOf(['--root', '.'], found)
    const { uid } = userInfo()
    const user = uid === 0 ? 'root' : `uid ${uid}`
    expect(summary).toContain(
      `Could not be read as ${user}: /etc/a, /etc/b, /etc/c and more. That leaves 2 findings open, of SRV-ENC-01.`,
    )
    expect(summary).toContain(user === 'root' ? 'Not even root may: ' : '`sudo hostcheck run --root ')
    expect(summary).toContain('Also unknown, by what stands with each: SRV-VM-01.')
  })

  it('is told of a bundle without a user, and not at all where nothing is', async () => {
    const bundle = fileURLToPath(new URL('stock/debian-12.bundle.gz', import.meta.url))
    const summary = await summaryOf(['--bundle', bundle], found)
    expect(summary).toContain('Could not be read: /etc/a')
    expect(summary).toContain('Collected by root, or read over ssh as root')
    expect(await summaryOf(['--root', '.'], { 'SRV-VM-01': [judged('pass')] })).not.toMatch(/unknown|Could not/)
  })
})

describe('the report as SARIF', () => {
  it('is valid by the schema of SARIF 2.1.0', async () => {
    const ajv = new draft04.default({ strict: false, allErrors: true, unicodeRegExp: false })
    formats.default(ajv)
    const file = new URL('../fixtures/sarif/sarif-2.1.0-rtm.5.json', import.meta.url)
    const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')))
    const sarif = JSON.parse(await reportAs('sarif'))
    expect(validate(sarif) || validate.errors).toBe(true)
    sarif.runs[0].results[0].level = 'dreadful'
    expect(validate(sarif)).toBe(false)
  })

  it('has what fails and warns as results, waived ones suppressed, what is unknown as notifications', async () => {
    const [run] = JSON.parse(await reportAs('sarif')).runs
    const told = run.results.map((result: Record<string, unknown[]>) => [result.ruleId, result.suppressions!.length])
    expect(told).toEqual(
      expect.arrayContaining([
        ['MAIL-VRFY-01', 0],
        ['SRV-ENC-01', 1],
        ['SRV-BKP-01', 0],
      ]),
    )
    expect(told).toHaveLength(3)
    expect(run.invocations[0].toolExecutionNotifications).toMatchObject([{ associatedRule: { id: 'SRV-ENC-01' } }])
    const [{ physicalLocation }] = run.results.find(
      ({ ruleId }: { ruleId: string }) => ruleId === 'MAIL-VRFY-01',
    ).locations
    const { uri, uriBaseId } = physicalLocation.artifactLocation
    expect(decodeURIComponent(uri)).toBe(PATH.slice(1))
    expect(run.originalUriBaseIds[uriBaseId].uri).toMatch(/^file:\/\/\/.*\/$/)
  })
})

describe('the report as HTML', () => {
  it('is one file that asks nobody for anything and runs nothing, by its own policy', async () => {
    const page = await reportAs('html')
    expect(page).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-/,
    )
    expect(page.match(/<style>/g)).toHaveLength(1)
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|embed|base|form)\b/i)
    expect(page).not.toMatch(/<[^>]*\s(?:src|style|on\w+)=/i)
    expect([...page.matchAll(/href="([^"]*)"/g)].filter(([, href]) => !href!.startsWith('#'))).toEqual([])
    expect(page).not.toMatch(/url\(|@import/)
  })

  it('is well-formed: each element is closed, and each link leads somewhere', async () => {
    const page = await reportAs('html')
    const open: string[] = []
    for (const [, close, name, end] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
      if (['meta', 'br', 'input'].includes(name!) || end === '/') continue
      if (close === '') open.push(name!)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const body = page.slice(page.indexOf('<body>'))
    for (const [, target] of body.matchAll(/(?:href="#|for=")([^"]*)"/g)) expect(ids).toContain(target)
  })
})

describe('the report for Prometheus', () => {
  it('is text that its parser takes', async () => {
    const text = await reportAs('prometheus')
    const sample = /^[a-z_]+(?:\{(?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)*\})? \d+$/
    const comment = /^# (?:HELP [a-z_]+ .+|TYPE [a-z_]+ gauge)$/
    expect(text.endsWith('\n')).toBe(true)
    for (const line of text.slice(0, -1).split('\n')) expect(line).toMatch(line.startsWith('#') ? comment : sample)
    expect(text).toContain('hostcheck_control{control="MAIL-VRFY-01",severity="medium",area="Mail",state="fail"} 1')
    expect(text).toContain('hostcheck_findings_waived 1')
  })
})
