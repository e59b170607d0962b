import { expect, it } from 'vitest'
import { keyWith, NOON, reportWith } from '../helpers/rollover-reports.ts'
import { deskWith } from './rollover-server.ts'

const NARROW = { columns: 80, environment: { NO_COLOR: '1' } }
const YEAR = 365 * 86_400
const HELD = {
  ...{ wallSeconds: NOON + YEAR, believedSeconds: NOON },
  hold: { cause: 'set', since: NOON - 350, aheadSeconds: YEAR, endsInSeconds: 3250 },
} as const

it('says why nothing is rolled, what is assured, and how it ends', async () => {
  const desk = await deskWith({ clock: () => HELD }, NOON + YEAR)
  expect((await desk.run(['key', 'clock'], NARROW)).stdout).toBe(`No key is rolled: the clock is not to be trusted.

why      the clock was set 365 days forward, or the machine stood still
shown    2027-11-25 12:00:00 by the clock
assured  2026-11-25 12:00:00 by what the machine has counted
held     since 2026-11-25 11:54:10 of assured time
ends     in 54 min, if the clock goes on without another jump

Next  \`timedatectl\` or \`chronyc tracking\`: is the clock right now?
      \`dnsctl key clock --confirm\` if it is
`)
})

it('says that it is trusted, and what is not assured yet', async () => {
  const trusted = await deskWith({ clock: () => ({ wallSeconds: NOON, believedSeconds: NOON }) }, NOON)
  expect((await trusted.run(['key', 'clock'])).stdout).toBe('The clock is trusted: 2026-11-25 12:00:00.\n')
  const behind = await deskWith({ clock: () => ({ wallSeconds: NOON, believedSeconds: NOON - 40 }) }, NOON)
  expect((await behind.run(['key', 'clock'])).stdout).toContain('11:59:20')
})

it('confirms it, and gives programs what was done', async () => {
  const desk = await deskWith(
    { 'clock-confirm': () => ({ wallSeconds: NOON, believedSeconds: NOON, shift: -7200 }) },
    NOON,
  )
  const { stdout } = await desk.run(['key', 'clock', '--confirm'])
  expect(stdout.replace(/\s+/g, ' ')).toContain('rollovers go on. Waits were moved by 2 h, and take as long')
  const json = await desk.run(['key', 'clock', '--confirm', '--json'])
  expect(JSON.parse(json.stdout)).toMatchObject({ shift: -7200, believedSeconds: NOON })
})

it('is told by key list and key explain, which go by assured time then', async () => {
  const wait = {
    key: 'zsk-2',
    record: 'dnskey',
    from: 'rumoured',
    to: 'omnipresent',
    reason: { kind: 'clock' },
  } as const
  const report = reportWith({
    keys: [keyWith('ksk', 1, 'OOO'), keyWith('zsk', 3, 'OO'), keyWith('zsk', 2, 'RH', { replaces: 'zsk-3' })],
    ...{ waits: [wait], clock: HELD, alarms: ['no key is rolled'] },
  })
  const desk = await deskWith({ rollovers: () => [report] }, NOON + YEAR)
  const { stdout } = await desk.run(['key', 'explain', 'example.com'])
  expect(stdout).toContain('held, for the clock is not to be trusted')
  expect(stdout).toContain('Alarm: no key is rolled')
  expect(stdout).toMatch(/Next.*`dnsctl key clock`/)
  expect(stdout).toContain('if the clock is confirmed now')
  expect(stdout).not.toContain('2027-11-25')
})
