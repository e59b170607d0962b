import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BANNED, linesOf, SPARED } from './fail2ban-lines.ts'

const DEPLOY = join(import.meta.dirname, '../../deploy/fail2ban')
const FILTER = join(DEPLOY, 'filter.d/veil.conf')

const isMissing = spawnSync('fail2ban-regex', ['--version']).status !== 0
if (isMissing && process.env.CI === 'true') throw new Error('fail2ban is missing: apt install fail2ban')
if (isMissing) console.warn('SKIPPED the filter for fail2ban: apt install fail2ban')

/** Addresses that the filter finds in these lines, one for each line that matches. */
function found(lines: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'veil-fail2ban-'))
  const log = join(folder, 'log')
  writeFileSync(log, `${lines.join('\n')}\n`)
  const output = execFileSync('fail2ban-regex', ['--out', 'ip', log, FILTER], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  return output.split('\n').filter((line) => line !== '')
}

/** As the systemd backend gives the line to the filter. */
const inJournal = (line: string) => `ns1 veild[4711]: ${line}`

describe.skipIf(isMissing)('the filter for fail2ban', () => {
  const addresses = BANNED.map(([address]) => address)

  it.each(['json', 'human'] as const)('finds in lines of the form %s who is to be banned', (form) => {
    expect(
      found(
        linesOf(
          form,
          BANNED.map(([, notice]) => notice),
        ),
      ),
    ).toEqual(addresses)
  })

  it('finds it in the journal', () => {
    for (const form of ['json', 'human'] as const) {
      expect(
        found(
          linesOf(
            form,
            BANNED.map(([, notice]) => notice),
          ).map(inJournal),
        ),
      ).toEqual(addresses)
    }
  })

  it.each(['json', 'human'] as const)('finds nobody in others of the form %s, whatever name was asked for', (form) => {
    const lines = linesOf(form, SPARED)
    expect(lines.length).toBeGreaterThanOrEqual(SPARED.length)
    for (const line of lines) expect(line).not.toMatch(/[\n\r]/)
    expect(found(lines)).toEqual([])
    expect(found(lines.map(inJournal))).toEqual([])
  })

  it('finds what it should in the examples that are shipped, which are what veild writes', () => {
    const shipped = (name: string) =>
      readFileSync(join(DEPLOY, 'examples', name), 'utf8')
        .trimEnd()
        .split('\n')
    const banned = BANNED.map(([, notice]) => notice)
    const both = (notices: typeof SPARED) => [...linesOf('json', notices), ...linesOf('human', notices)]
    const still = (line: string) =>
      line
        .replace(/"time":"[^"]*","pid":\d+/, '"time":"2026-11-25T13:05:23.123Z","pid":4711')
        .replace(/^\d\d:\d\d:\d\d /, '13:05:23 ')
    for (const [name, notices] of [
      ['banned.txt', banned],
      ['spared.txt', SPARED],
    ] as const) {
      if (process.env.VEIL_WRITE_DOCS === '1') {
        mkdirSync(join(DEPLOY, 'examples'), { recursive: true })
        writeFileSync(join(DEPLOY, 'examples', name), `${both(notices).map(still).join('\n')}\n`)
      }
      expect(shipped(name)).toEqual(both(notices).map(still))
    }
    expect(found(shipped('banned.txt'))).toEqual([...addresses, ...addresses])
    expect(found(shipped('spared.txt'))).toEqual([])
  })
})
