import { describe, expect, it } from 'vitest'
import { glob } from '../../checker/facts/paths.ts'
import { createMemoryRoot, type Entry } from '../../checker/root/memory-root.ts'

const FILE: Entry = { type: 'file', octets: new Uint8Array(), mode: 0o644, uid: 0, gid: 0, modified: 0 }

function rootWith(...names: readonly string[]) {
  return createMemoryRoot({ label: '', entries: new Map(names.map((name) => [`/etc/d/${name}`, FILE])), commands: {} })
}

describe('patterns of paths', () => {
  it.each([
    ['*.conf', 'a.conf', true],
    ['*.conf', '.a.conf', false],
    ['.*', '.a', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxbyy', false],
    ['a*b*c', 'abcbc', true],
    ['[0-9][!0-9]-*', '1a-x', true],
    ['[0-9][!0-9]-*', '11-x', false],
    ['?b', 'ab', true],
    ['?b', 'b', false],
    ['a+b(c)', 'a+b(c)', true],
    ['[a', '[a', true],
    ['*', 'anything', true],
  ])('%s and %s: %s', (pattern, name, fits) => {
    expect(glob(rootWith(name), `/etc/d/${pattern}`)).toEqual(fits ? [`/etc/d/${name}`] : [])
  })

  it('take no time for a name that nearly fits in very many ways', () => {
    const before = process.cpuUsage()
    expect(glob(rootWith('a'.repeat(255)), `/etc/d/${'*a'.repeat(60)}*b`)).toEqual([])
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1)
  })
})
