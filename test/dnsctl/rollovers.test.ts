import { describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { chainEntry, type HistoryEntry } from '../../keys/key-history.ts'
import { CommandError } from '../../server/control/server.ts'
import { keyWith, kskRoll, NOON, reportWith, serverWith } from '../helpers/rollover-reports.ts'
import { deskWith } from './rollover-server.ts'
import { personWho } from './run.ts'

const NARROW = { columns: 80, environment: { NO_COLOR: '1' } }

describe('dnsctl key show', () => {
  it('tells of one key what it is for, how far it has spread, and what its next step waits for', async () => {
    const desk = await deskWith({ rollovers: () => [kskRoll()] }, NOON + 600)
    const { stdout, exitCode } = await desk.run(['key', 'show', 'Example.COM', '7714'], NARROW)
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toBe(`ksk 7714 of example.com, algorithm 13 (ECDSAP256SHA256)

duty         in use since 2026-11-24 12:00:00 (1 d ago), replaces ksk 20331
made         2026-11-24 12:00:00 (1 d ago)
private key  here, sealed in the store
backup       never written to one: \`dnsctl key backup --to FILE\` does it

the DNSKEY                everywhere since 2026-11-25 12:00:00 (10 min ago)
the key set’s signatures  everywhere since 2026-11-25 12:00:00 (10 min ago)
the DS                    spreading since 2026-11-25 12:00:00 (10 min ago)
                          not seen at every address of the parent yet

Waits
  the DS of ksk 7714: spreading → everywhere
    The DS of ksk 7714 has to be at every address of the servers of com.
    At 2026-11-25 11:58:00: b.nic.test. (192.0.2.2) has it not.
`)
    expect(desk.asked).toEqual([{ name: 'rollovers', args: { zone: 'example.com.' } }])
  })

  it('says which keys there are where the tag is none of them', async () => {
    const desk = await deskWith({ rollovers: () => [kskRoll()] }, NOON)
    const { stderr, exitCode } = await desk.run(['key', 'show', 'example.com', '1'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stderr).toContain('It has 20331, 7714, 41021.')
    expect(stderr).toContain('`dnsctl key history example.com`')
    for (const tag of ['65536', '-1', '1e3', '0x10', 'ksk']) {
      expect((await desk.run(['key', 'show', 'example.com', '--', tag])).exitCode).toBe(ExitCode.Usage)
    }
  })
})

describe('dnsctl key roll', () => {
  it('begins a roll, shows the keys, and tells where to read on', async () => {
    const young = keyWith('zsk', 50812, 'RH', { replaces: 'zsk-41021', created: NOON, dutySince: NOON })
    const { keys } = reportWith()
    const reason = { kind: 'time', until: NOON + 7_200, since: NOON, ttl: 3_600, safety: 3_600 } as const
    const wait = { key: young.id, record: 'dnskey', from: 'rumoured', to: 'omnipresent', reason } as const
    const report = reportWith({ keys: [...keys, young], waits: [wait] })
    const desk = await deskWith({ 'key-roll': () => report }, NOON)
    const { stdout, exitCode } = await desk.run(['key', 'roll', 'example.com', '--role', 'zsk'], NARROW)
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toBe(`A roll of the zsk of example.com has begun.

example.com: zsk 41021 → 50812; waits for caches until 2026-11-25 14:00 UTC
KEY        ALG  DUTY    DNSKEY      SIGNS KEYS  SIGNS ZONE  DS
ksk 20331  13   in use  everywhere  everywhere              everywhere
zsk 41021  13   in use  everywhere              everywhere
zsk 50812  13   in use  spreading               nowhere

Waits for
  the DNSKEY of zsk 50812: spreading → everywhere
    Until 2026-11-25 14:00:00 (in 2 h) caches may still have the key set of
    before 2026-11-25 12:00:00, with a TTL of 1 h; 1 h is added for safety.

What it waits for, and what comes when: \`dnsctl key explain example.com\`
`)
    const asked = { zone: 'example.com.', role: 'zsk', isDryRun: false }
    expect(desk.asked).toEqual([{ name: 'key-roll', args: asked }])
  })

  it('changes nothing with --dry-run', async () => {
    const desk = await deskWith({ 'key-roll': () => reportWith() }, NOON)
    const { stdout } = await desk.run(['key', 'roll', 'example.com', '--algorithm', '15', '--dry-run'])
    expect(stdout).toMatch(
      /^Dry run, nothing was changed: a roll of all keys of algorithm 15 of example\.com would begin/,
    )
    expect(desk.asked).toEqual([{ name: 'key-roll', args: { zone: 'example.com.', algorithm: 15, isDryRun: true } }])
  })

  it('asks which key where none is said, and refuses algorithms that nobody should use', async () => {
    const desk = await deskWith({}, NOON)
    const bare = await desk.run(['key', 'roll', 'example.com'])
    expect([bare.exitCode, bare.stderr]).toEqual([ExitCode.Usage, expect.stringContaining('`--role zsk`')])
    const weak = await desk.run(['key', 'roll', 'example.com', '--algorithm', '5'])
    expect([weak.exitCode, weak.stderr]).toEqual([ExitCode.Usage, expect.stringContaining('RFC 9905')])
    expect(desk.asked).toEqual([])
  })

  it('passes on why the server refuses', async () => {
    const refuse = () => {
      throw new CommandError('refused', 'a roll of the KSK is going on', '`dnsctl key cancel example.com` ends it.')
    }
    const desk = await deskWith({ 'key-roll': refuse }, NOON)
    const { exitCode, stderr } = await desk.run(['key', 'roll', 'example.com', '--role', 'ksk'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stderr).toBe('error: A roll of the KSK is going on.\n  `dnsctl key cancel example.com` ends it.\n')
  })
})

describe.each(['step', 'pause', 'resume', 'cancel'] as const)('dnsctl key %s', (verb) => {
  it('tells the server, or only asks it', async () => {
    const reply = { [`key-${verb}`]: () => kskRoll() }
    const desk = await deskWith(reply, NOON)
    const real = await desk.run(['key', verb, 'example.com'])
    const dry = await desk.run(['key', verb, 'example.com', '--dry-run', '--json'])
    expect([real.exitCode, dry.exitCode]).toEqual([ExitCode.Done, ExitCode.Done])
    expect(real.stdout).toContain('ksk 20331 → 7714')
    expect(JSON.parse(dry.stdout)).toMatchObject({ ok: true, isDryRun: true, rollover: { zone: 'example.com.' } })
    expect(desk.asked.map(({ args }) => args)).toEqual([
      { zone: 'example.com.', isDryRun: false },
      { zone: 'example.com.', isDryRun: true },
    ])
  })
})

describe('dnsctl key ds --submitted', () => {
  const replies = { rollovers: () => [kskRoll()], 'key-ds-said': () => kskRoll() }
  const argv = ['key', 'ds', 'example.com', '--submitted', '7714']

  it('says what it risks, and takes only a yes for consent', async () => {
    const desk = await deskWith(replies, NOON)
    const unsure = personWho(['y'])
    const { exitCode, stderr } = await desk.run(argv, { dialogue: unsure })
    expect([exitCode, stderr]).toEqual([ExitCode.Refused, expect.stringContaining('Nothing was changed')])
    expect(unsure.heard.join(' ')).toContain('for them the zone is then bogus')
    expect(unsure.heard.join(' ')).toContain('`dnsctl key check-parent example.com`')
    expect(desk.asked.map(({ name }) => name)).toEqual(['rollovers'])
    const sure = await desk.run(argv, { dialogue: personWho(['yes']) })
    expect(sure.stdout).toMatch(/^Taken down: the DS of 7714 is at the parent\./)
    const said = { zone: 'example.com.', keyTag: 7714, says: 'submitted', isDryRun: false }
    expect(desk.asked.at(-1)).toEqual({ name: 'key-ds-said', args: said })
  })

  it('needs --yes where nobody can be asked', async () => {
    const desk = await deskWith(replies, NOON)
    expect((await desk.run(argv)).exitCode).toBe(ExitCode.Refused)
    expect(desk.asked.map(({ name }) => name)).toEqual(['rollovers'])
    expect((await desk.run([...argv, '--yes'])).exitCode).toBe(ExitCode.Done)
    expect(desk.asked.at(-1)!.name).toBe('key-ds-said')
  })

  it('takes one thing at a time, of one zone', async () => {
    const desk = await deskWith(replies, NOON)
    expect((await desk.run([...argv, '--withdrawn', '20331'])).exitCode).toBe(ExitCode.Usage)
    expect((await desk.run(['key', 'ds', '--withdrawn', '20331'])).exitCode).toBe(ExitCode.Usage)
    expect(desk.asked).toEqual([])
  })
})

describe('dnsctl key emergency', () => {
  const bad = keyWith('zsk', 41021, 'OU', { duty: 'retired' })
  const standby = keyWith('zsk', 50812, 'OR', { replaces: bad.id })
  const foreseen = (bogusSeconds: number) => ({
    ...reportWith({ keys: [keyWith('ksk', 20331, 'OOO'), bad, standby] }),
    ...{ bogusSeconds, forgeableSeconds: 3_600, needsParent: false },
  })
  const argv = ['key', 'emergency', 'example.com', '--key', '41021', '--security']

  it('says for how long what would be bogus before it asks for consent, which is the name of the zone', async () => {
    const desk = await deskWith({ 'key-emergency': () => foreseen(7_200) }, NOON)
    const person = personWho(['yes'])
    const { exitCode } = await desk.run(argv, { dialogue: person })
    expect(exitCode).toBe(ExitCode.Refused)
    expect(person.heard.join(' ').replace(/\s+/g, ' ')).toContain(
      'validators with old caches reject answers, all of them in the worst case: for up',
    )
    expect(desk.asked.map(({ args }) => (args as { isDryRun: boolean }).isDryRun)).toEqual([true])
    expect((await desk.run(argv, { dialogue: personWho(['example.com']) })).exitCode).toBe(ExitCode.Done)
    expect(desk.asked.at(-1)!.args).toEqual({
      ...{ zone: 'example.com.', keyTag: 41021, manner: 'security', isDryRun: false },
    })
  })

  it('shows the price with --dry-run, and changes nothing', async () => {
    const desk = await deskWith({ 'key-emergency': () => foreseen(0) }, NOON)
    const dry = ['key', 'emergency', 'example.com', '--key', '41021', '--continuity', '--dry-run']
    const { stdout } = await desk.run(dry, NARROW)
    expect(stdout).toBe(`Emergency: zsk 41021 of example.com is to go, --continuity.

takes over  zsk 50812, which is everywhere already
bogus       nothing, at no time
forgeries   stay possible for up to 1 h

Dry run, nothing was changed: the same command without \`--dry-run\` does it, once
you have typed the name of the zone.
`)
    expect(desk.asked).toHaveLength(1)
  })

  it('wants one of two manners', async () => {
    const desk = await deskWith({}, NOON)
    expect((await desk.run(argv.slice(0, 5))).exitCode).toBe(ExitCode.Usage)
    expect((await desk.run([...argv, '--continuity'])).exitCode).toBe(ExitCode.Usage)
  })
})

describe('dnsctl key check-parent', () => {
  it('shows each address, and exits with 1 where the look is worth nothing', async () => {
    const desk = await deskWith({ 'key-check-parent': () => kskRoll() }, NOON)
    const { stdout, exitCode } = await desk.run(['key', 'check-parent', 'example.com'], NARROW)
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toBe(`The parent of example.com, com
SERVER       ADDRESS    DS OF OURS  OTHERS  TTL
a.nic.test.  192.0.2.1  7714             0  1 d
b.nic.test.  192.0.2.2  20331            0  1 d
Looked at 2026-11-25 11:58:00 (2 min ago); the next look is in 8 min.
`)
    const parent = { ...kskRoll().parent, problem: 'the servers of com. do not agree about its serial' }
    const worthless = await deskWith({ 'key-check-parent': () => ({ ...kskRoll(), parent }) }, NOON)
    expect((await worthless.run(['key', 'check-parent', 'example.com'])).exitCode).toBe(ExitCode.Refused)
  })
})

describe('dnsctl key check-parent, of a parent that is hard to see,', () => {
  const told = { at: NOON - 60, target: 'scanner.test.@5359', outcome: 'acknowledged' } as const

  it('says why each address counts for nothing, and whether the parent was told', async () => {
    const servers = [
      serverWith('', '192.0.2.1', [20331], { port: 5300 }),
      serverWith('b.nic.test.', '2001:db8::2', [], { outcome: 'silent', reason: 'no answer came' }),
    ]
    const keys = (['everywhere', 'nowhere', 'partly', 'unknown'] as const).map((verdict, index) => ({
      ...{ id: verdict, keyTag: index + 1, verdict },
    }))
    const parent = { ...kskRoll().parent, servers, keys, notified: told }
    const desk = await deskWith({ 'key-check-parent': () => ({ ...kskRoll(), parent }) }, NOON)
    const { stdout, exitCode } = await desk.run(['key', 'check-parent', 'example.com'], NARROW)
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stdout).toBe(`The parent of example.com, com
SERVER       ADDRESS         DS OF OURS  OTHERS  TTL
             192.0.2.1@5300  20331            0  1 d
b.nic.test.  2001:db8::2                         1 d  silent: no answer came
The DS of 1 is everywhere.
The DS of 2 is nowhere.
The DS of 3 is at some of them: what waits for it waits on.
Of the DS of 4 nothing can be said before every address has answered.
Looked at 2026-11-25 11:58:00 (2 min ago); the next look is in 8 min.
The parent was told of new CDS records at scanner.test.@5359, and has answered,
2026-11-25 11:59:00 (1 min ago).
`)
  })

  it('says why nobody looks', async () => {
    const parent = { mode: 'off', servers: [], problem: 'only some views have the zone' } as const
    const desk = await deskWith({ 'key-check-parent': () => ({ ...kskRoll(), parent }) }, NOON)
    const { stdout } = await desk.run(['key', 'check-parent', 'example.com'])
    expect(stdout).toContain('Nobody looks at it: only some views have the zone. What it has is')
  })
})

describe('dnsctl key history', () => {
  const draft = (at: number, what: string) => ({
    ...{ at, epoch: 1, by: 'operator' as const, what, transitions: [], changes: [] },
  })
  const first = chainEntry('example.com.', undefined, draft(NOON, 'zsk 50812 was made'))
  const second = chainEntry('example.com.', first, draft(NOON + 60, 'the roll was paused'))

  it('tells what happened', async () => {
    const desk = await deskWith({ 'key-history': () => [first, second] }, NOON)
    const { stdout, exitCode } = await desk.run(['key', 'history', 'example.com', '--verify'])
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toBe(`1  2026-11-25 12:00:00  operator  zsk 50812 was made
2  2026-11-25 12:01:00  operator  the roll was paused

The chain of 2 entries is whole.
Last hash: ${second.hash}
`)
  })

  it.each<[string, readonly HistoryEntry[]]>([
    ['changed', [{ ...first, what: 'zsk 50813 was made' }, second]],
    ['left out', [second]],
  ])('notices an entry that was %s', async (_, entries) => {
    const desk = await deskWith({ 'key-history': () => entries }, NOON)
    const { stdout, exitCode } = await desk.run(['key', 'history', 'example.com', '--verify'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stdout).toContain('does not hold')
  })
})

describe('dnsctl dnssec', () => {
  const zones = () => [
    {
      ...{ zone: 'example.com.', file: 'a', dnssec: 'signed' as const, views: [], problems: [] },
      signing: { algorithms: [13], denial: 'compact', wildcards: 'flat' },
    },
    { zone: 'off.example.', file: 'b', dnssec: 'off' as const, views: [], problems: [] },
  ]

  it('status tells of keys, the parent, rolls and alarms', async () => {
    const report = { ...kskRoll(), alarms: ['The last step failed its check and was taken back.'] }
    const desk = await deskWith({ zones, rollovers: () => [report] }, NOON)
    const { stdout, exitCode } = await desk.run(['dnssec', 'status'], NARROW)
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stdout).toBe(`example.com: signed
  how       algorithm 13, denial compact, wildcards flat
  keys      ksk 20331 (retiring), ksk 7714, zsk 41021
  parent    DS 7714 at 1 of 2 addresses, DS 20331 at 1 of 2 addresses; looked at
            2 min ago
  rollover  ksk 20331 → 7714; waits for the parent
  alarm     The last step failed its check and was taken back.

off.example: not signed
`)
  })

  it('disable explains the order before it begins, and wants the name of the zone', async () => {
    const desk = await deskWith({ 'dnssec-disable': () => kskRoll() }, NOON)
    const person = personWho(['example.com'])
    const { stdout } = await desk.run(['dnssec', 'disable', 'example.com'], { dialogue: person })
    expect(person.heard.join(' ')).toMatch(/1\. The parent removes .* 2\. .* 1 d.* 3\. Then keys and signatures go/)
    expect(stdout).toMatch(/^example\.com is on its way to being insecure/)
    expect(desk.asked.map(({ args }) => (args as { isDryRun: boolean }).isDryRun)).toEqual([true, false])
  })
})
