import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EXPECTED, OFTEN_ASKED, WORDS } from '../../../guard/detection/words.ts'

/** The lists that Debian's tools bring along, with the least share of each that ours is to know. */
const LISTS = [
  { tool: 'dnsenum', path: '/usr/share/dnsenum/dns.txt', least: 0.1 },
  { tool: 'fierce', path: '/usr/lib/python3/dist-packages/fierce/lists/default.txt', least: 0.4 },
  { tool: 'fierce, 5000 names', path: '/usr/lib/python3/dist-packages/fierce/lists/5000.txt', least: 0.25 },
  { tool: 'dnsrecon', path: '/usr/share/dnsrecon/namelist.txt', least: 0.5 },
  { tool: 'nmap', path: '/usr/share/nmap/nselib/data/vhosts-default.lst', least: 0.9 },
  { tool: 'nmap, all', path: '/usr/share/nmap/nselib/data/vhosts-full.lst', least: 0.3 },
]

describe('the list of common names', () => {
  it('holds labels, each once', () => {
    expect(WORDS.length).toBeGreaterThan(1500)
    expect(WORDS.length).toBeLessThanOrEqual(2688)
    expect(WORDS.filter((word) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(word))).toEqual([])
    expect(new Set(WORDS).size).toBe(WORDS.length)
  })

  it('knows what is often asked as words, and expects only names that programs look for', () => {
    expect([...OFTEN_ASKED].filter((word) => !WORDS.includes(word))).toEqual([])
    expect([...EXPECTED].every((word) => /^[a-z0-9-]+$/.test(word))).toBe(true)
  })

  it.each(LISTS)('overlaps with what $tool asks, and is no copy of it', ({ tool, path, least }) => {
    if (!existsSync(path)) {
      if (process.env.CI === 'true') throw new Error(`${path} is missing: apt-get install dnsenum fierce dnsrecon nmap`)
      console.log(`SKIPPED: ${path} is not installed, so the overlap with it is not measured`)
      return
    }
    const theirs = new Set(
      readFileSync(path, 'utf8')
        .toLowerCase()
        .split(/\r?\n/)
        .map((line) => line.trim().split('.')[0]!)
        .filter((label) => label !== ''),
    )
    const common = WORDS.filter((word) => theirs.has(word)).length
    console.log(
      `${tool}: knows ${common} of its ${theirs.size} labels (${Math.round((100 * common) / theirs.size)} %), ` +
        `which are ${Math.round((100 * common) / WORDS.length)} % of ours`,
    )
    expect(common / theirs.size).toBeGreaterThan(least)
    expect(common / WORDS.length).toBeLessThan(0.8)
  })
})
