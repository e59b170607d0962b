import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DEFAULT_DNSSEC } from '../../server/configuration/dnssec.ts'
import { readConfiguration } from '../../server/configuration/read.ts'
import { offlineConflicts, offlineObstacle, refuseOfflineConflicts } from '../../server/keys/offline-configuration.ts'
import { folderWith } from '../dnsctl/run.ts'
import { NOW } from '../helpers/key-ring.ts'
import { signedZone } from '../helpers/keys.ts'
import { live, openOfflineWorld, takeOffline } from '../helpers/offline-ring.ts'

const TEXT = `listen: ["127.0.0.1@5300"]
state: state
dnssec:
  keys:
    standby: [zsk, ksk]
zones:
  Example.COM:
    file: a
    dnssec: { keys: { ksk-lifetime: 400d } }
  combined.test:
    file: a
    dnssec: { keys: { combined: true, standby: [] } }
`

it('names each entry that an offline key signing key cannot keep, where it stands: at a start as at a reload', async () => {
  const world = openOfflineWorld(signedZone('example.com.', { algorithms: [15] }), NOW)
  await live(world)
  await takeOffline(world, 4)
  const offline = world.ring.store.get('example.com.')!
  const folder = folderWith({ 'veil.yaml': TEXT, a: '' })
  const file = join(folder, 'veil.yaml')
  const reading = readConfiguration(file, folder)
  if (reading.outcome !== 'accepted') throw new Error(JSON.stringify(reading.problems))
  const here = { get: () => undefined }
  expect(offlineConflicts(reading.configuration, here, file)).toEqual([])
  const store = { get: (zone: string) => ({ ...offline, zone }) }
  const found = offlineConflicts(reading.configuration, store, file)
  expect(found.map(({ line, column, found: what }) => [line, column, what.split(', ')[0]])).toEqual([
    [9, 23, 'a `ksk-lifetime` for example.com.'],
    [5, 5, '`standby` with `ksk` for example.com.'],
    [12, 23, '`combined: true` for combined.test.'],
  ])
  expect(() => refuseOfflineConflicts(reading.configuration, store, file)).toThrow('the configuration is not for keys')
  writeFileSync(file, TEXT.replace('[zsk, ksk]', '[zsk]').replace('400d', 'unlimited').replace('true', 'false'))
  const mended = readConfiguration(file, folder)
  expect(mended.outcome === 'accepted' && offlineConflicts(mended.configuration, store, file)).toEqual([])
})

it('nor is a KSK taken offline where the configuration asks for one of them', () => {
  const { keys } = DEFAULT_DNSSEC
  expect(offlineObstacle(keys)).toBeUndefined()
  expect(offlineObstacle({ ...keys, kskLifetime: 400 * 86_400 })).toBe('a `ksk-lifetime`')
  expect(offlineObstacle({ ...keys, standbyKsk: true })).toBe('`standby` with `ksk`')
  expect(offlineObstacle({ ...keys, isCombined: true })).toBe('`combined: true`')
})
