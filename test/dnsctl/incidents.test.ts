import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createPaper, textWidth } from '../../console/paper.ts'
import { screenOn } from '../../console/screen.ts'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { incidentTable } from '../../dnsctl/incident-text.ts'
import { topText } from '../../dnsctl/top-text.ts'
import type { Incident } from '../../guard/incident.ts'
import { CONTROL_SOCKET } from '../../server/control/protocol.ts'
import { type ControlHandlers, type ControlServer, serveControl } from '../../server/control/server.ts'
import type { TopReport } from '../../server/guard/watch-reports.ts'
import { openStore } from '../../server/state/store.ts'
import { incidentWith } from '../helpers/incidents.ts'
import { folderWith, runDnsctl } from './run.ts'

const SPREAD = incidentWith({
  ...{ id: '20261125-2', isSpread: true, sourceCount: { count: 50, isEstimate: false } },
  tool: { name: 'gobuster', why: 'it asked for a random UUID, as gobuster does first' },
  learned: { names: [], count: { count: 0, isEstimate: false } },
})
const TOP: TopReport = {
  ...{ at: '2026-11-25T13:51:29.000Z', detection: true, verdicts: { found: 4, absent: 35.2, nodata: 0 }, limited: 3 },
  zones: [{ zone: 'example.com.', view: 'public', questions: 39.2, absent: 35.2 }],
  sources: [
    {
      ...{ prefix: '192.0.2.7/32', zone: 'example.com.', view: 'public', queries: 734, absentNames: 249 },
      ...{ isEstimate: true, score: 225.9, threshold: 25 },
    },
  ],
  incidents: [incidentWith()],
}

let server: ControlServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

async function folderOf(incidents: readonly Incident[]): Promise<string> {
  const folder = folderWith({ 'veil.yaml': 'listen: ["127.0.0.1@5300"]\nstate: state\nzones: { a: { file: a } }\n' })
  mkdirSync(join(folder, 'state'), { mode: 0o700 })
  const handlers = { incidents: () => incidents, top: () => TOP } as Partial<ControlHandlers> as ControlHandlers
  server = await serveControl(join(folder, 'state', CONTROL_SOCKET), handlers, () => {})
  return folder
}

describe('dnsctl incident', () => {
  it('lists those that are told, and tells where to read on', async () => {
    const folder = await folderOf([SPREAD, incidentWith({ end: Date.UTC(2026, 10, 25, 13, 9) })])
    const { stdout, exitCode } = await runDnsctl(folder, ['incident', 'list'])
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toMatch(
      /^INCIDENT .*\n20261125-2 {2}enumeration {2}example\.com\. .* goes on .* 50 resolvers\n20261125-1 .* 2 min /,
    )
    expect(stdout).toContain('dnsctl incident show 20261125-2')
    const open = JSON.parse((await runDnsctl(folder, ['incident', 'list', '--open', '--json'])).stdout)
    expect(open).toMatchObject({ ok: true, source: 'server', incidents: [{ id: '20261125-2' }] })
  })

  it('lists them within 80 columns, without what the story says', () => {
    const attempt = incidentWith({ kind: 'transfer-attempt', absentNames: { count: 3034, isEstimate: true } })
    const wide = incidentTable(createPaper(Number.POSITIVE_INFINITY, false), [attempt])
    expect(wide[0]).toMatch(/ VIEW +BEGAN .* BY$/)
    const narrow = incidentTable(createPaper(80, false), [attempt])
    expect(Math.max(...narrow.map(textWidth))).toBeLessThanOrEqual(80)
    expect(narrow[1]).toMatch(/attempted transfer .* about 3,034 /)
    expect(narrow[0]).toMatch(/^INCIDENT +WHAT +ZONE +LASTED +ABSENT NAMES +LEARNED$/)
  })

  it('tells the story of one: who, since when, with what, what they learned, why, what was done', async () => {
    const folder = await folderOf([SPREAD, incidentWith({ end: Date.UTC(2026, 10, 25, 13, 9) })])
    const { stdout } = await runDnsctl(folder, ['incident', 'show', '20261125-1'])
    for (const told of [
      /^Incident 20261125-1: enumeration of example\.com\., as the view public has it\.\n/,
      /when +from 2026-11-25 13:07:00 \(UTC\), to 2026-11-25 13:09:00\n/,
      /who +1 source; no address is proved, so it may be somebody else’s\n/,
      /asked +300 questions, for 300 names that are not there; recognised after 31\n/,
      /word list +120 of 2,674 \(4 %\)/,
      /learned +2 names that exist\n/,
      /done +2026-11-25 13:08:00: 192\.0\.2\.7\/32: a tenth of the answers/,
      /\n {2}www\.example\.com\. mail\.example\.com\.\n/,
      / 30 {2}asked for 120 of our/,
      /`dnsctl attack example\.com`/,
    ]) {
      expect(stdout).toMatch(told)
    }
    const latest = (await runDnsctl(folder, ['incident', 'show', 'latest'])).stdout
    expect(latest).toMatch(/it goes on\.[\s\S]*through 50 sources[\s\S]*tool +gobuster: it asked for a random UUID/)
  })

  it('says that there is none by that name', async () => {
    const folder = await folderOf([])
    const { stderr, exitCode } = await runDnsctl(folder, ['incident', 'show', '20261125-9'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stderr).toBe('error: There is no incident "20261125-9".\nNext: `dnsctl incident list`\n')
    expect((await runDnsctl(folder, ['incident', 'list'])).stdout).toBe('No incident.\n')
  })

  it('reads the store where no server runs', async () => {
    const folder = await folderOf([])
    await server!.close()
    server = undefined
    const store = openStore(join(folder, 'state'))
    await store.incidents.put(incidentWith({ end: 1 }))
    await store.close()
    const { stdout } = await runDnsctl(folder, ['incident', 'list', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ source: 'store', incidents: [{ id: '20261125-1' }] })
  })
})

describe('dnsctl top', () => {
  it('shows answers, incidents, zones and sources', async () => {
    const { stdout } = await runDnsctl(await folderOf([]), ['top', '--once'])
    expect(stdout).toMatch(/^veild at 13:51:29 \(UTC\): 39 questions a second, 3 limited\n35 absent, 4 found\n/)
    expect(stdout).toMatch(
      /\n20261125-1 .*\n[\s\S]*\nexample\.com\. +public +39 +35\n[\s\S]*\n192\.0\.2\.7\/32 .* ~734 +~249 +225\.9\n/,
    )
  })

  it('says that nothing goes on, and that nothing is looked for', () => {
    const calm = { ...TOP, detection: false, verdicts: {}, limited: 0, zones: [], sources: [], incidents: [] }
    const text = topText(createPaper(80, false), calm, 8).join('\n')
    expect(text).toContain('nothing was asked in the last second')
    expect(text).toContain('guard.detection is false')
    expect(text).toContain('No incident goes on.')
  })

  it('refuses an interval that is none', async () => {
    const { stderr, exitCode } = await runDnsctl('/', ['top', '--interval', '0'])
    expect({ exitCode, stderr }).toEqual({
      exitCode: ExitCode.Usage,
      stderr: 'error: "0" is no number of seconds from 1 to 3600.\nNext: `dnsctl top --help`\n',
    })
  })

  it('draws one picture over the other, as much of it as the terminal has room for', () => {
    let written = ''
    const screen = screenOn({ isTTY: true, rows: 3, write: (text) => (written += text) }, createPaper(80, false))!
    screen.draw(['one', 'two', 'three'])
    screen.draw(['four'])
    expect(written).toBe('\u001b[2J\u001b[Hone\u001b[K\ntwo\u001b[K\n\u001b[J\u001b[Hfour\u001b[K\n\u001b[J')
    expect(screenOn({ write: () => {} }, createPaper(80, false))).toBeUndefined()
  })
})
