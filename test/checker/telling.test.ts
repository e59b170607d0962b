import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AREAS, areaOf } from '../../checker/catalogue/areas.ts'
import { shellOf } from '../../checker/remedy/shell.ts'
import type { Step } from '../../checker/remedy/step.ts'
import { folderWith } from '../dnsctl/run.ts'
import { imagined, judged } from './imagined.ts'
import { CATALOGUE, runHostcheck } from './run.ts'

const BUNDLE = join(import.meta.dirname, 'stock/debian-12.bundle.gz')

describe('hostcheck explain', () => {
  it.each([...CATALOGUE.keys()])('tells all of %s, in 60 columns', async (id) => {
    const { exitCode, stdout } = await runHostcheck('/', ['explain', id.toLowerCase()], {
      columns: 60,
      environment: { NO_COLOR: '1' },
    })
    const told = stdout.replaceAll(/\s+/g, ' ')
    const control = CATALOGUE.get(id)!
    expect(exitCode).toBe(0)
    const { seed, title, rationale, rule, traps, tension, states } = control
    const texts = [
      seed.quote,
      title,
      rationale,
      rule,
      ...traps,
      ...(tension === undefined ? [] : [tension]),
      ...Object.values(states),
    ]
    for (const text of texts) expect(told).toContain(text.replaceAll(/\s+/g, ' ').trim())
  })

  it('quotes the sentence that asks for it first, with its document and section', async () => {
    const { stdout } = await runHostcheck('/', ['explain', 'SRV-BOOT-01', '--json'])
    expect(JSON.parse(stdout).asked[0]).toMatchObject({
      document: 'infrastructure-security',
      section: 'Encrypted server data',
      says: 'If the server is rebooted without authorization the server should ask a passphrase to decrypt the data partitions.',
    })
  })

  /** What the seeds wish for and what speaks against it is told, not hidden. */
  it.each(['MAIL-ENUM-01', 'SCN-01', 'CLK-01', 'CLK-02', 'SRV-BOOT-01', 'PHP-01'])(
    'says what speaks against %s',
    async (id) => {
      const { stdout } = await runHostcheck('/', ['explain', id])
      expect(stdout).toContain('What speaks against it')
    },
  )
})

describe('hostcheck list', () => {
  it('has every control once, in its area', async () => {
    const { stdout } = await runHostcheck('/', ['list'])
    for (const id of CATALOGUE.keys()) expect(stdout.split(`\n${id} `)).toHaveLength(2)
    const areas = new Set([...CATALOGUE.keys()].map(areaOf))
    for (const { title } of AREAS) expect(stdout.includes(`${title}\n`)).toBe(areas.has(title))
  })

  it('lists what is asked of a profile', async () => {
    const { stdout } = await runHostcheck('/', ['list', '--profile', 'small', '--json'])
    const ids = JSON.parse(stdout).controls.map(({ id }: { id: string }) => id)
    expect(ids).toContain('MAIL-VRFY-01')
    expect(ids).not.toContain('LOG-01')
  })
})

describe('the commands of every remedy', () => {
  it.each([...CATALOGUE.values()].map(({ id, remedy }) => [id, remedy] as const))(
    'of %s can be pasted: nothing in them is invisible, and a shell takes them',
    (_, remedy) => {
      for (const steps of [remedy.debian, remedy.ubuntu ?? []]) {
        const script = shellOf(steps).join('\n')
        expect(script.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        const { status, stderr } = spawnSync('bash', ['-n'], {
          input: script.replaceAll(/\$\{[\w-]+\}/g, 'VALUE'),
          encoding: 'utf8',
        })
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      }
    },
  )
})

describe('what of a host stands in commands', () => {
  const values = {
    folder: '/srv/$(id)',
    unit: '-oX=y',
    pool: 'a/../../b',
    site: "a'b",
    line: 'x\ny',
    plain: '/srv/a-b',
  }
  const filledIn: readonly (readonly [step: Step, command: string])[] = [
    [
      { run: `cd \${folder} && restart \${unit} \${site} \${plain}` },
      `cd \${folder} && restart \${unit} \${site} /srv/a-b`,
    ],
    [{ enable: `\${unit}` }, `systemctl enable --now '\${unit}'`],
    [{ remove: `/etc/pool.d/\${pool}.conf` }, `rm -f '/etc/pool.d/\${pool}.conf'`],
    [{ folder: `\${site}/\${line}` }, `install -d -m 0755 'a'\\''b/\${line}'`],
    [{ tell: `See \${line} of \${folder}.` }, `# See \${line} of /srv/$(id).`],
  ]

  it.each(filledIn)('is left for a person where it could mean more than itself: %j', (step, command) => {
    expect(shellOf([step], values)).toEqual([command])
  })

  it('runs what belongs to a site as its user, never as root where it lies', () => {
    for (const { remedy } of CATALOGUE.values()) {
      for (const step of remedy.debian) {
        if ('run' in step && /\bwp\b.*\b(?:plugin|core)\b/.test(step.run)) expect(step.run).toMatch(/^runuser -u /)
      }
    }
  })
})

describe('hostcheck fix --show', () => {
  it('shows the commands, and what they lead to in the image of the system', async () => {
    const { exitCode, stdout } = await runHostcheck('/', ['fix', '--show', 'MAIL-VRFY-01', '--bundle', BUNDLE])
    expect(exitCode).toBe(0)
    expect(stdout).toContain("\npostconf -e 'disable_vrfy_command = yes'\n")
    expect(stdout).toMatch(/^✗ → ✓ VRFY and EXPN are refused/)
  })

  it('gives each of several data folders a volume and a partition of its own', async () => {
    const folder = folderWith({ 'hostcheck.yaml': 'data-folders: [/srv/a, /srv/b]\n' })
    for (const name of ['proc/self', 'sys/dev/block/8:1', 'srv/a', 'srv/b']) {
      mkdirSync(join(folder, name), { recursive: true })
    }
    writeFileSync(join(folder, 'proc/self/mountinfo'), '22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n')
    const { stdout } = await runHostcheck(folder, ['fix', '--show', 'SRV-ENC-01', '--root', '.'])
    const lines = (words: string) => stdout.split('\n').filter((line) => line.startsWith(words))
    expect(lines('cryptsetup luksFormat')).toEqual(
      ['srv-a', 'srv-b'].map((each) => `cryptsetup luksFormat --type luks2 /dev/disk/by-partlabel/${each}`),
    )
    expect(lines('cryptsetup open')).toHaveLength(2)
  })

  it('shows first what a remedy builds on, asked for or not', async () => {
    const { stdout } = await runHostcheck('/', ['fix', '--show', 'FW-LOG-01', '--bundle', BUNDLE])
    expect(stdout).toMatch(
      /^✗ → ✓ .*\(FW-IN-01\)\n[\s\S]*\n✗ → ✓ .*\(FW-LOG-01\)\n {2}LOGFILE.*\n {2}After FW-IN-01\.\n/,
    )
  })

  it('says so, and ends with 1, where that would not suffice', async () => {
    const world = imagined({ 'MAIL-VRFY-01': [judged('fail', { reason: 'It always fails.' })] })
    const { exitCode, stdout } = await runHostcheck(folderWith(), ['fix', '--show', '--root', '.'], world)
    expect(exitCode).toBe(1)
    expect(stdout).toContain('By the files alone it would then be fail: It always fails.')
  })

  it('leaves waived findings aside, and does nothing without --show', async () => {
    const world = imagined({ 'MAIL-VRFY-01': [judged('fail')] })
    const waiver = 'waivers: [{ control: MAIL-VRFY-01, reason: r, owner: o, expires: 2027-01-01 }]'
    const folder = folderWith({ 'hostcheck.yaml': waiver })
    expect((await runHostcheck(folder, ['fix', '--show', '--root', '.'], world)).stdout).toBe(
      'Nothing here fails or warns.\n',
    )
    const { exitCode, stderr } = await runHostcheck(folder, ['fix', '--root', '.'], world)
    expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: expect.stringContaining('mends nothing by itself') })
  })
})

describe('docs/hostcheck.md', () => {
  it('shows what a run says', async () => {
    const page = readFileSync(new URL('../../docs/hostcheck.md', import.meta.url), 'utf8')
    const shown = /```text\n([\s\S]*?)```/.exec(page)![1]!
    const { stdout } = await runHostcheck('/', ['run', '--bundle', BUNDLE, '--only', 'MAIL-VRFY-01'])
    expect(stdout).toContain(shown)
  })
})

describe('hostcheck collect', () => {
  it('saves what a run of the bundle judges as the system itself, for nobody else to read', async () => {
    const system = folderWith({ hosts: '' })
    const folder = folderWith()
    const collected = await runHostcheck(folder, [
      'collect',
      '--root',
      system,
      '--label',
      'web1',
      '--output',
      'web1.gz',
    ])
    expect(collected.exitCode).toBe(0)
    expect(statSync(join(folder, 'web1.gz')).mode & 0o777).toBe(0o600)
    const judgedFrom = async (...source: string[]) => {
      const { stdout } = await runHostcheck(folder, ['run', ...source, '--only', 'MAIL-VRFY-01', '--json'])
      return JSON.parse(stdout)
    }
    const ofBundle = await judgedFrom('--bundle', 'web1.gz')
    expect(ofBundle.host).toEqual({ label: 'web1', kind: 'bundle' })
    expect(ofBundle.findings).toEqual((await judgedFrom('--root', system)).findings)
  })
})

describe('hostcheck show', () => {
  it('makes of a saved report what the run would have written', async () => {
    const world = imagined({ 'MAIL-VRFY-01': [judged('fail')] })
    const folder = folderWith()
    await runHostcheck(folder, ['run', '--root', '.', '--output', 'r.json', '--output', 'r.html'], world)
    await runHostcheck(folder, ['show', 'r.json', '--output', 'again.html'])
    const [first, again] = ['r.html', 'again.html'].map((name) => readFileSync(join(folder, name), 'utf8'))
    expect(again).toBe(first)
    const { stdout } = await runHostcheck(folder, ['show', 'r.json', '--format', 'prometheus'])
    expect(stdout).toContain('hostcheck_findings{state="fail"} 1')
  })

  it('lets nothing in a report of somebody else steer the terminal', async () => {
    const world = imagined({ 'MAIL-VRFY-01': [judged('fail')] })
    const folder = folderWith()
    await runHostcheck(folder, ['run', '--root', '.', '--output', 'r.json'], world)
    const file = join(folder, 'r.json')
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/"(?:title|area|reason|profile)": "/g, '$&\\u001b[2J'))
    const { stdout } = await runHostcheck(folder, ['show', 'r.json'])
    expect(stdout).toContain('\\x1b[2J')
    expect(stdout).not.toContain('\u001b')
  })
})
