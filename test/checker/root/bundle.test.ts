import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { createAsked } from '../../../checker/root/asked.ts'
import { type Bundle, BundleError, readBundle, rootOfBundle, writeBundle } from '../../../checker/root/bundle.ts'
import { collectBundle } from '../../../checker/root/collect-bundle.ts'
import { createTreeRoot } from '../../../checker/root/tree-root.ts'

const folder = mkdtempSync(join(tmpdir(), 'hostcheck-bundle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'etc/passwd': 'root:x:0:0::/root:/bin/sh\n',
  'etc/app/app.conf': 'password = hunter2\nport = 1\n',
  'etc/app/key.bin': Uint8Array.of(0, 255, 3),
  'usr/bin/app': Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 255),
  'usr/share/app/defaults': 'port = 2\n',
  'var/log/wtmp': Uint8Array.of(1, 2, 3, 254),
  'srv/left/out': 'secret',
}
for (const [path, content] of Object.entries(FILES)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}
symlinkSync('/usr/share/app/defaults', join(folder, 'etc/app/defaults'))
symlinkSync('../usr/share/app', join(folder, 'etc/linked'))
symlinkSync('/etc/nowhere', join(folder, 'etc/dangling'))
symlinkSync('../../../../../../etc/passwd', join(folder, 'etc/out'))
symlinkSync('circle', join(folder, 'etc/circle'))
chmodSync(join(folder, 'etc/passwd'), 0o640)

const WANTED = [
  { pattern: '/etc/**', content: 'text' },
  { pattern: '/etc/linked/*', content: 'text' },
  { pattern: '/usr/bin/*', content: 'status' },
  { pattern: '/var/log/wtmp*', content: { octets: 3 } },
  { pattern: '/srv/**', content: 'text' },
] as const
const collecting = { label: 'a tree', at: 1000, wanted: WANTED, leftOut: ['/srv/left/*'] }
const collected = collectBundle(createTreeRoot(folder, 'a tree'), collecting)
const octets = writeBundle(collected)
const root = rootOfBundle(readBundle(octets))

describe('a bundle', () => {
  it('says what the tree says of what was asked for, secrets left out', () => {
    expect(root.read('/etc/passwd')).toMatchObject({ outcome: 'read', text: FILES['etc/passwd'] })
    expect(root.status('/etc/passwd')).toMatchObject({ outcome: 'found', mode: 0o640, size: 26 })
    expect(root.read('/etc/app/app.conf')).toMatchObject({ text: 'password = [redacted]\nport = 1\n' })
    expect(String(gunzipSync(octets))).not.toContain('hunter2')
    expect(root.list('/etc/app')).toEqual({ outcome: 'listed', names: ['app.conf', 'defaults', 'key.bin'] })
    expect(root.octets('/var/log/wtmp', 9)).toEqual({ outcome: 'read', octets: Buffer.of(1, 2, 3) })
  })

  it('follows links inside the root, and only there', () => {
    expect(root.read('/etc/app/defaults')).toMatchObject({ outcome: 'read', text: 'port = 2\n' })
    expect(root.read('/etc/linked/defaults')).toMatchObject({ outcome: 'read', text: 'port = 2\n' })
    expect(root.list('/etc/linked')).toEqual({ outcome: 'listed', names: ['defaults'] })
    expect(root.read('/etc/out')).toMatchObject({ text: FILES['etc/passwd'] })
    expect(root.read('/etc/dangling')).toMatchObject({ outcome: 'absent' })
    expect(root.read('/etc/circle')).toMatchObject({ outcome: 'unreadable' })
    expect(root.link('/etc/app/defaults')).toBe('/usr/share/app/defaults')
  })

  it('takes what was not collected for unreadable, not for absent', () => {
    const why = 'not part of this bundle'
    expect(root.read('/usr/bin/app')).toMatchObject({ outcome: 'unreadable', why })
    expect(root.status('/usr/bin/app')).toMatchObject({ outcome: 'found', size: 7 })
    expect(root.status('/usr/bin/other')).toMatchObject({ outcome: 'absent' })
    expect(root.status('/usr/sbin/other')).toMatchObject({ outcome: 'unreadable', why })
    expect(root.list('/usr')).toMatchObject({ outcome: 'unreadable', why })
    expect(root.read('/srv/left/out')).toMatchObject({ outcome: 'unreadable', why })
    expect(root.list('/srv/left')).toMatchObject({ outcome: 'unreadable', why })
    expect(root.status('/etc/nothing')).toMatchObject({ outcome: 'absent' })
  })

  it('keeps no octets that are no text, for they may be a key', () => {
    expect(root.read('/etc/app/key.bin')).toMatchObject({ outcome: 'unreadable', why: 'not text' })
    expect(root.status('/etc/app/key.bin')).toMatchObject({ outcome: 'found', size: 3 })
  })

  it('comes back from its file as it was, packed or not', () => {
    const again = readBundle(gunzipSync(octets))
    expect({ ...again, entries: [...again.entries] }).toEqual({
      ...readBundle(octets),
      entries: [...readBundle(octets).entries],
    })
    expect(writeBundle(again)).toEqual(octets)
  })

  it.each([
    ['', 'Line 1 of the bundle is not JSON.'],
    ['{}', 'Line 1 is not the header of a bundle of hostcheck, version 1.'],
    ['HEADER\n{"path":"/etc/../x","type":"link"}', 'Line 2 of the bundle is neither a path nor a command.'],
    ['HEADER\n{"path":"etc","type":"link","to":"x"}', 'Line 2 of the bundle is neither a path nor a command.'],
    ['HEADER\n{"command":"rm","reading":{}}', 'Line 2 of the bundle is neither a path nor a command.'],
    ['HEADER\n{', 'Line 2 of the bundle is not JSON.'],
  ])('says of another file why it is none: %s', (text, sentence) => {
    const file = text.replace('HEADER', '{"hostcheck":1,"label":"x","at":1,"asked":[]}')
    expect(() => readBundle(gzipSync(file))).toThrow(new BundleError(sentence))
  })

  it('can be read whatever time somebody gives to a file of his', () => {
    const memory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hostcheck-time-'))
    try {
      writeFileSync(join(memory, 'file'), '')
      utimesSync(join(memory, 'file'), 0, 9_200_000_000_000_000)
      const wanted = [{ pattern: '/*', content: 'status' }] as const
      const bundle = collectBundle(createTreeRoot(memory, 'x'), { label: 'x', at: 1, wanted, leftOut: [] })
      expect(rootOfBundle(readBundle(writeBundle(bundle))).status('/file').outcome).toBe('found')
    } finally {
      rmSync(memory, { recursive: true, force: true })
    }
    expect(() => readBundle(Buffer.from('{"hostcheck":1,"label":"x","at":9000000000000000,"asked":[]}'))).toThrow(
      BundleError,
    )
  })

  it('does not unpack without end', () => {
    const piece = gzipSync(Buffer.alloc(10 * 1024 * 1024))
    expect(() => readBundle(Buffer.concat(Array.from({ length: 60 }, () => piece)))).toThrow(BundleError)
  })
})

describe('a bundle that somebody made up', () => {
  const header = (asked: readonly string[]) => JSON.stringify({ hostcheck: 1, label: 'x', at: 1, asked })
  const deep = '/a'.repeat(30_000)

  it.each([
    ['of empty lines alone', `${header([])}${'\n'.repeat(1_100_000)}`, /more than 1000000 lines/],
    ['of a path without end', `${header([])}\n${JSON.stringify({ path: deep, type: 'link', to: '/' })}`, /deeper/],
    ['asked for a path without end', header([deep]), /deeper/],
    ['asked for more than is ever wanted', header(Array(20_001).fill('/*')), /patterns/],
  ])('is refused before it takes memory and time: %s', (_, text, why) => {
    expect(() => readBundle(gzipSync(text))).toThrow(why)
  })
})

describe('what was asked for', () => {
  const asked = createAsked(['/etc/**', '/proc/*/status', '/var/log/a*b*c', '/x/y', '!/etc/no/**'])

  it.each([
    ['/etc', true],
    ['/etc/a/b', true],
    ['/etc/no', true],
    ['/etc/no/a', false],
    ['/proc/1', true],
    ['/proc/1/status', true],
    ['/proc/1/fd', false],
    ['/var/log/abc', true],
    ['/var/log/axxbyyc', true],
    ['/var/log/ab', false],
    ['/x', true],
    ['/x/z', false],
    ['/', true],
  ])('%s: %s', (path, wasAsked) => {
    expect(asked.wasAskedFor(path)).toBe(wasAsked)
  })

  it('lists a folder only where all its names were wanted', () => {
    const listed = ['/etc', '/etc/a', '/etc/no', '/proc', '/proc/1', '/var/log', '/x'].filter(asked.wasListed)
    expect(listed).toEqual(['/etc', '/etc/a', '/proc'])
  })
})

it('is never a part that looks like a whole', () => {
  const whole: Bundle = collectBundle(createTreeRoot(folder, ''), { ...collecting, wanted: [] })
  expect(rootOfBundle(whole).status('/etc')).toMatchObject({ outcome: 'unreadable' })
})
