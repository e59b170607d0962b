import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Rehearsal, rehearse } from '../helpers/rehearsal.ts'

/*
 * What the pages about rolling keys quote: run here in the same order, on a virtual clock. Keys are other keys each time, so
 * numbers are left out where both are compared. `VEIL_WRITE_DOCS=1` puts what was said into the pages.
 */

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400]
/** 2026-11-01 09:00 UTC. */
const START = 1_793_523_600

/** What happens between commands, and commands; a `TAG` is that of the key with this role that is in use, or retires. */
type Act = ((rehearsal: Rehearsal) => Promise<void> | void) | string

const rolling: readonly Act[] = [
  'key list example.com',
  'key ds example.com',
  (zone) => zone.pass(3 * HOUR),
  (zone) => zone.registrarActs(),
  'key check-parent example.com',
  (zone) => zone.pass(2 * DAY),
  'key list example.com',
  'key simulate example.com --roll ksk --parent-delay 2d',
  (zone) => zone.pass(12 * HOUR),
  'key roll example.com --role zsk --dry-run',
  'key roll example.com --role zsk',
  (zone) => zone.pass(MINUTE),
  'key explain example.com',
  (zone) => zone.pass(10 * DAY),
  'key list example.com',
  'key roll example.com --role ksk',
  (zone) => zone.pass(3 * HOUR),
  'key explain example.com',
  'key ds example.com',
  (zone) => zone.pass(DAY),
  (zone) => zone.registrarActs(1),
  'key check-parent example.com',
  (zone) => zone.pass(HOUR),
  (zone) => zone.registrarActs(),
  'key timeline example.com',
  (zone) => zone.pass(2 * DAY),
  'key list example.com',
  'key roll example.com --algorithm 15 --dry-run',
  'key history example.com --verify',
]

const settle = async (zone: Rehearsal): Promise<void> => {
  await zone.pass(3 * HOUR)
  await zone.registrarActs()
  await zone.pass(2 * DAY)
}

const mending: readonly Act[] = [
  settle,
  'key emergency example.com --key ZSK --continuity --dry-run',
  'key emergency example.com --key ZSK --security --dry-run',
  'key emergency example.com --key KSK --continuity --dry-run',
  (zone) => zone.parentHas([]),
  'key check-parent example.com',
  (zone) => zone.parentHas([Buffer.from(`303913${'02'}${'5A'.repeat(32)}`, 'hex')]),
  'key check-parent example.com',
  'dnssec disable example.com --dry-run',
]

describe.each([
  ['rolling-keys.md', rolling],
  ['what-to-do-when.md', mending],
] as const)('docs/%s', (page, acts) => {
  it('quotes what the commands say (mend with: VEIL_WRITE_DOCS=1 npx vitest run test/dnsctl/rehearsed-docs.test.ts)', async () => {
    const path = new URL(`../../docs/${page}`, import.meta.url)
    const said = await runAll(acts)
    const text = readFileSync(path, 'utf8')
    const quoted = [...text.matchAll(BLOCK)].filter(([, line]) => isRehearsed(line!))
    expect(quoted.map(([, line]) => plain(line!))).toEqual(said.map(({ line }) => plain(line)))
    if (process.env.VEIL_WRITE_DOCS !== undefined) {
      const rest = [...said]
      writeFileSync(
        path,
        text.replace(BLOCK, (block, line) => (isRehearsed(line) ? print(rest.shift()!) : block)),
      )
      return
    }
    for (const [index, [, line, output]] of quoted.entries())
      expect(plain(output!), line!).toBe(plain(said[index]!.output))
  })
})

interface Said {
  readonly line: string
  readonly output: string
}

async function runAll(acts: readonly Act[]): Promise<Said[]> {
  const zone = await rehearse(START)
  const said: Said[] = []
  for (const act of acts) {
    if (typeof act !== 'string') await act(zone)
    else {
      const line = await withTags(zone, act)
      said.push({ line, output: (await zone.dnsctl(line)).trimEnd() })
    }
  }
  return said
}

/** The command with the tags of the keys that it is about. */
async function withTags(zone: Rehearsal, line: string): Promise<string> {
  if (!/[KZ]SK/.test(line)) return line
  const list = await zone.dnsctl('key list example.com')
  return line.replace(/[KZ]SK/, (role) => new RegExp(`^${role.toLowerCase()} (\\d+) .*in use`, 'm').exec(list)![1]!)
}

const BLOCK = /```console\n\$ dnsctl (.*)\n([\s\S]*?)```/g
/** What asks over the network, or is about the machine’s clock, is not run here. */
function isRehearsed(line: string): boolean {
  return !/^(dnssec verify|key clock)/.test(line)
}

function print({ line, output }: Said): string {
  return `\`\`\`console\n$ dnsctl ${line}\n${output}\n\`\`\``
}

/** Without what keys and their names make different: numbers, digests, and how long bars and gaps are. */
function plain(text: string): string {
  return text
    .replace(/[0-9A-F]{64,}|[0-9a-f]{64}|[A-Za-z0-9+/]{86}==/g, 'OCTETS')
    .replace(/\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?/g, 'TIME')
    .replace(/\b\d{1,5}\b/g, 'N')
    .replace(/([█▒░·])\1+/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
}
