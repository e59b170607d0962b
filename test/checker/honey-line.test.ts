import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type HoneyChain, honeyRemedy, honeyValues } from '../../checker/controls/cloaking/honey-remedy.ts'
import { FAIL2BAN_ACTION, FAIL2BAN_FILTER } from '../../checker/controls/cloaking/veil-jail-files.ts'
import type { Jail } from '../../checker/facts/fail2ban.ts'
import { filterMatches, readFilter } from '../../checker/facts/fail2ban-filter.ts'
import { honeyLine } from '../../checker/facts/veil-log.ts'
import { createRemediedRoot } from '../../checker/remedy/remedied-root.ts'
import { shellOf } from '../../checker/remedy/shell.ts'
import { createMemoryRoot } from '../../checker/root/memory-root.ts'
import type { ReadFile } from '../../checker/root/root.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import type { NameNotice } from '../../server/guard/notices.ts'
import type { LogForm } from '../../server/log-line.ts'
import { BANNED, linesOf, SPARED } from '../interop/fail2ban-lines.ts'

const DEPLOY = join(import.meta.dirname, '../../deploy/fail2ban')
const EMPTY = createMemoryRoot({ label: '', entries: new Map(), commands: {} })

describe.each(['json', 'human'] satisfies LogForm[])('the line of a honey name, in the form %s', (form) => {
  const notices = [...BANNED.map(([, notice]) => notice), ...SPARED].filter(
    (notice): notice is NameNotice => notice.kind === 'honey-asked',
  )
  const log = { form, place: { kind: 'journal', unit: 'veil.service' }, identifier: 'veild', evidence: [] } as const
  const ofJail = (backend: string, notice: NameNotice) => honeyLine(log, { backend } as Jail, notice)
  const still = (line: string) => line.replace(/"time":"[^"]*","pid":\d+/, '').replace(/\d\d:\d\d:\d\d /, '')

  it('is what veild writes, whatever name was asked for', () => {
    const written = linesOf(form, notices).map(still)
    expect(notices.map((notice) => still(ofJail('auto', notice)))).toEqual(written)
    expect(notices.map((notice) => still(ofJail('systemd', notice)))).toEqual(
      written.map((line) => `host veild[4711]: ${line}`),
    )
  })

  it('is counted by the filter that a remedy writes where its address is proved, and by that of deploy/', () => {
    for (const text of [FAIL2BAN_FILTER, readFileSync(join(DEPLOY, 'filter.d/veil.conf'), 'utf8')]) {
      const filter = readFilter(
        createRemediedRoot(EMPTY, [{ file: '/etc/fail2ban/filter.d/veil.conf', content: text }]),
        {
          name: 'veil',
          options: new Map(),
        },
      )!
      for (const backend of ['auto', 'systemd']) {
        const counted = notices.map((notice) => filterMatches(filter, ofJail(backend, notice)))
        expect(counted).toEqual(notices.map(({ isProved }) => isProved))
      }
    }
  })
})

it('no remedy has a shell, or fail2ban, run what veil.yaml names as its state folder', () => {
  const configuration = { state: '/srv/$(id); id #' } as Configuration
  const zones = {
    configuration,
    file: { path: '/etc/veil/veil.yaml', text: 'guard:\n  ban: {}\n' } as ReadFile,
    zones: [],
  }
  const found: HoneyChain = {
    log: { form: 'json', place: { kind: 'file', path: '/var/log/a b' }, identifier: 'veild', evidence: [] },
    ...{ jail: { state: 'absent', why: '', evidence: [] }, alerts: { state: 'none', evidence: [] } },
    ...{ isAutomatic: false, isHeldBySshd: false },
  }
  const commands = shellOf(honeyRemedy(zones, found), honeyValues(zones, found))
  expect(commands.filter((command) => command.includes('id #'))).toEqual([])
  expect(commands.join('\n')).toContain(`action = veil[state=\${state}]`)
  expect(commands.at(-2)).toBe(`dnsctl --state \${state} reload`)
})

it('what a remedy writes for fail2ban is what stands in deploy/, without the remarks', () => {
  const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  expect(lines(FAIL2BAN_FILTER)).toEqual(lines(readFileSync(join(DEPLOY, 'filter.d/veil.conf'), 'utf8')))
  expect(lines(FAIL2BAN_ACTION)).toEqual(lines(readFileSync(join(DEPLOY, 'action.d/veil.conf'), 'utf8')))
})
