import { describe, expect, it } from 'vitest'
import { INCIDENTS_KEPT, incidentIds } from '../../server/guard/incident-records.ts'
import { openStoreToRead } from '../../server/state/read-only-store.ts'
import { incidentWith } from '../helpers/incidents.ts'
import { openMemoryStore } from '../helpers/memory-store.ts'
import { useStoreFolder } from '../helpers/store-folder.ts'

const { path, open, reopen, close } = useStoreFolder()

describe.each([
  ['on disk', open],
  ['in memory', openMemoryStore],
])('incidents %s', (_title, make) => {
  it('are found by their identifier, and listed with the latest first', async () => {
    const { incidents } = make()
    for (const id of ['20261124-2', '20261125-1', '20261125-2']) await incidents.put(incidentWith({ id }))
    await incidents.put(incidentWith({ id: '20261125-1', end: 5 }))
    expect(incidents.get('20261125-1')).toEqual(incidentWith({ id: '20261125-1', end: 5 }))
    expect(['20261125-3', 'nonsense', ''].map((id) => incidents.get(id))).toEqual([undefined, undefined, undefined])
    expect(incidents.all().map(({ id }) => id)).toEqual(['20261125-2', '20261125-1', '20261124-2'])
    // What lists them must not be changed by having listed them.
    expect(incidents.all()).toHaveLength(3)
  })
})

it('incidents outlive the process, in the order of their numbers', async () => {
  const store = open()
  for (const id of ['20261125-9', '20261125-10']) await store.incidents.put(incidentWith({ id }))
  const again = await reopen(store)
  expect(again.incidents.all()).toEqual([incidentWith({ id: '20261125-10' }), incidentWith({ id: '20261125-9' })])
  await close(again)
  const reading = openStoreToRead(path())!
  expect(reading.incidents.get('20261125-9')).toEqual(incidentWith({ id: '20261125-9' }))
  await reading.close()
})

it('of too many incidents the oldest are dropped', async () => {
  const { incidents } = open()
  const ids = Array.from({ length: INCIDENTS_KEPT + 5 }, (_, index) => `20261125-${index + 1}`)
  await Promise.all(ids.map((id) => incidents.put(incidentWith({ id, sources: [] }))))
  expect(incidents.all()).toHaveLength(INCIDENTS_KEPT)
  expect(incidents.get('20261125-5')).toBeUndefined()
  expect(incidents.get('20261125-6')).toBeDefined()
})

it('identifiers go on where the last process stopped', () => {
  const all = () => [incidentWith({ id: '20261125-3' }), incidentWith({ id: '20261124-8' })]
  const next = incidentIds({ all })
  expect([next(Date.UTC(2026, 10, 25)), next(Date.UTC(2026, 10, 25, 23)), next(Date.UTC(2026, 10, 26))]).toEqual([
    '20261125-4',
    '20261125-5',
    '20261126-1',
  ])
})
