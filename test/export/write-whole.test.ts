import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeWhole } from '../../server/export-file.ts'
import { folderWith, runDnsctl } from '../dnsctl/run.ts'

it('leaves the file that was there, and nothing beside it, when the pieces end early', async () => {
  const folder = folderWith({ 'out.zone': 'before' })
  const pieces = function* (): Generator<string> {
    yield 'x'.repeat(1 << 20)
    throw new Error('no more')
  }
  await expect(writeWhole(join(folder, 'out.zone'), pieces(), () => {})).rejects.toThrow('no more')
  expect(readdirSync(folder)).toEqual(['out.zone'])
  expect(readFileSync(join(folder, 'out.zone'), 'utf8')).toBe('before')
})

it('has the old file in place until all of the new one is written', async () => {
  const folder = folderWith({ 'out.zone': 'before' })
  const seen: string[] = []
  await writeWhole(join(folder, 'out.zone'), ['a'.repeat(1 << 19), 'b'.repeat(1 << 19)], () =>
    seen.push(readFileSync(join(folder, 'out.zone'), 'utf8')),
  )
  expect(seen).toEqual(['before', 'before'])
  expect(readFileSync(join(folder, 'out.zone'), 'utf8')).toBe('a'.repeat(1 << 19) + 'b'.repeat(1 << 19))
})

it('leaves nothing behind where the file cannot take its place', async () => {
  const folder = folderWith()
  mkdirSync(join(folder, 'taken'))
  writeFileSync(join(folder, 'taken/inside'), '')
  await expect(writeWhole(join(folder, 'taken'), ['x'], () => {})).rejects.toThrow()
  expect(readdirSync(folder)).toEqual(['taken'])
})

it('shows on a terminal how far it has come, and clears that', async () => {
  const hosts = Array.from({ length: 2500 }, (_, i) => `h${i} A 192.0.2.1\n`).join('')
  const zone = `$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n${hosts}`
  const folder = folderWith({
    'veil.yaml':
      'listen: ["127.0.0.1@0"]\nstate: state\nviews: { public: {} }\nzones: { example.com: { file: z.zone } }\n',
    'z.zone': zone,
  })
  const words = ['zone', 'export', 'example.com', '-o', 'out.zone', '--color', 'never']
  const watched = await runDnsctl(folder, words, { columns: 80 })
  expect(watched.exitCode).toBe(0)
  expect(watched.stderr).toContain('1,000 names')
  expect(watched.stderr).toContain('2,000 names')
  expect(watched.stderr).toContain('\r\u001b[Knote: ')
  const piped = await runDnsctl(folder, words)
  expect(piped.stderr).not.toContain('\r')
})
