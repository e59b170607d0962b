import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arenasOf } from '../../server/generation.ts'
import type { LoadedZones } from '../../server/loading/load-zones.ts'
import type { SerialEntry, SerialStore } from '../../server/state/store.ts'
import { BASE, createServer, type Files, INTERNAL, report, VIEWS, zone } from '../helpers/loading-server.ts'
import { APEX_RECORDS, RECORDS } from '../helpers/random-zone.ts'
import { wireName } from '../helpers/zone.ts'
import { MODEL_APEX, modelText } from '../helpers/zone-model.ts'

function serials(loaded: LoadedZones, name = 'example.com.'): Record<string, number> {
  return Object.fromEntries(report(loaded, name).views.map(({ view, serial }) => [view, serial]))
}

const errorsOf = (loaded: LoadedZones, name: string) =>
  report(loaded, name).problems.filter(({ severity }) => severity === 'error')

describe('loading', () => {
  test('gives each view its images in the order of the zones', async () => {
    const server = createServer({
      'b.zone': BASE,
      'a.zone': `${BASE}x A 192.0.2.2\n`,
      'internal.zone': 'db 60 A 10.0.0.1\n',
    })
    const loaded = await server.load([zone('b.', INTERNAL), zone('a.', { views: ['public'] })])
    expect(loaded.views.map(({ name, images }) => [name, images.length])).toEqual([
      ['internal', 1],
      ['public', 2],
    ])
    expect(server.names('internal')).toEqual(['b.', 'db.b.', 'ns1.b.'])
    expect(server.names('public')).toEqual(['b.', 'ns1.b.'])
    expect(server.names('public', 1)).toEqual(['a.', 'ns1.a.', 'x.a.'])
    expect(report(loaded, 'b.')).toMatchObject({
      state: 'loaded',
      file: 'b.zone',
      loadedAt: 1,
      problems: [],
      views: [
        { view: 'internal', overlay: 'internal.zone', serial: 7, records: 4, rrsets: 4, names: 3 },
        { view: 'public', overlay: undefined, serial: 7, records: 3, rrsets: 3, names: 2 },
      ],
    })
  })

  test('shares one image between views that see the same', async () => {
    const server = createServer({ 'example.com.zone': BASE, 'internal.zone': '; nothing yet\n' })
    const loaded = await server.load([zone('example.com.', INTERNAL)])
    expect(arenasOf(loaded).size).toBe(1)
    server.files['internal.zone'] = 'db 60 A 10.0.0.1\n'
    expect(arenasOf(await server.load([zone('example.com.', INTERNAL)])).size).toBe(2)
  })

  test('reads each file once', async () => {
    const reads: string[] = []
    const files: Files = new Proxy<Files>(
      { 'example.com.zone': BASE, 'i.zone': 'db 60 A 10.0.0.1\n' },
      {
        get: (target, path: string) => {
          reads.push(path)
          return target[path]
        },
      },
    )
    await createServer(files).load([zone('example.com.', { overlays: { internal: 'i.zone', public: 'i.zone' } })])
    expect(reads).toEqual(['example.com.zone', 'i.zone'])
  })

  test('keeps the images of zones that did not change, and moves only what did', async () => {
    const server = createServer({ 'a.zone': BASE, 'b.zone': BASE, 'internal.zone': 'db 60 A 10.0.0.1\n' })
    const zones = [zone('a.', INTERNAL), zone('b.')]
    const first = await server.load(zones)
    const again = await server.load(zones)
    expect(again.views).toEqual(first.views)
    server.files['internal.zone'] = 'db 60 A 10.0.0.2\n'
    const third = await server.load(zones)
    const arenas = (loaded: LoadedZones) => loaded.views.flatMap(({ images }) => images.map(({ arena }) => arena))
    const [internalA, ...others] = arenas(third)
    expect(others).toEqual(arenas(first).slice(1))
    expect(arenas(first)).not.toContain(internalA)
  })
})

describe('serials', () => {
  test('belong to views: the public one does not move when hidden records do', async () => {
    const server = createServer({ 'example.com.zone': BASE, 'internal.zone': 'db 60 A 10.0.0.1\n' })
    const zones = [zone('example.com.', INTERNAL)]
    expect(serials(await server.load(zones))).toEqual({ internal: 7, public: 7 })
    const before = server.octets('public')
    server.files['internal.zone'] = 'db 60 A 10.0.0.2\n'
    expect(serials(await server.load(zones))).toEqual({ internal: 8, public: 7 })
    expect(server.octets('public').equals(before)).toBe(true)
    server.files['example.com.zone'] = `${BASE}www A 192.0.2.2\n`
    expect(serials(await server.load(zones))).toEqual({ internal: 9, public: 8 })
    server.files['example.com.zone'] = `${BASE.replace(' 7 ', ' 20 ')}www A 192.0.2.3\n`
    expect(serials(await server.load(zones))).toEqual({ internal: 20, public: 20 })
  })

  test('never go back, so that views which come to see the same may still differ in it', async () => {
    const server = createServer({ 'example.com.zone': BASE, 'internal.zone': 'db 60 A 10.0.0.1\n' })
    const zones = [zone('example.com.', INTERNAL)]
    await server.load(zones)
    server.files['internal.zone'] = ''
    const loaded = await server.load(zones)
    expect(serials(loaded)).toEqual({ internal: 8, public: 7 })
    const [internal, outside] = report(loaded, 'example.com.').views
    expect(internal!.digest).toBe(outside!.digest)
    expect(server.octets('internal').equals(server.octets('public'))).toBe(false)
  })

  test('are stored before the load resolves, and only those that moved', async () => {
    const server = createServer({ 'example.com.zone': BASE, 'internal.zone': 'db 60 A 10.0.0.1\n' })
    const stored: SerialEntry[][] = []
    let isFlushed = false
    const slow: SerialStore = {
      get: server.store.serials.get,
      put: async (entries) => {
        stored.push([...entries])
        isFlushed = false
        await new Promise((resolve) => setImmediate(resolve))
        await server.store.serials.put(entries)
        isFlushed = true
      },
    }
    const zones = [zone('example.com.', INTERNAL)]
    await server.load(zones, VIEWS, slow)
    expect(isFlushed).toBe(true)
    server.files['internal.zone'] = 'db 60 A 10.0.0.2\n'
    await server.load(zones, VIEWS, slow)
    await server.load(zones, VIEWS, slow)
    expect(stored.map((entries) => entries.map(({ zone: name, view, serial }) => [name, view, serial]))).toEqual([
      [
        ['example.com.', 'internal', 7],
        ['example.com.', 'public', 7],
      ],
      [['example.com.', 'internal', 8]],
      [],
    ])
  })

  test('that cannot be stored make the load fail, and nothing stays reserved', async () => {
    const server = createServer({ 'example.com.zone': BASE })
    const full: SerialStore = { get: () => undefined, put: () => Promise.reject(new Error('disk full')) }
    await expect(server.load([zone('example.com.')], VIEWS, full)).rejects.toThrow('disk full')
    expect(server.arenas.usage().used).toBe(0)
  })
})

describe('an error in a zone', () => {
  test('keeps the whole zone as it was: no view of it moves, and the others go on', async () => {
    const server = createServer({ 'a.zone': BASE, 'b.zone': BASE, 'internal.zone': 'db 60 A 10.0.0.1\n' })
    const zones = [zone('a.', INTERNAL), zone('b.')]
    const first = await server.load(zones)
    server.files['a.zone'] = `${BASE}www A 192.0.2.2\n`
    server.files['b.zone'] = `${BASE}www A 192.0.2.2\n`
    server.files['internal.zone'] = 'db 60 A 10.0.0.256\n'
    const second = await server.load(zones)
    expect(report(second, 'a.')).toMatchObject({ state: 'kept', loadedAt: 1, views: report(first, 'a.').views })
    expect(errorsOf(second, 'a.')).toMatchObject([{ file: 'internal.zone', line: 1 }])
    expect(server.names('public', 0)).toEqual(['a.', 'ns1.a.'])
    expect(server.names('public', 1)).toEqual(['b.', 'ns1.b.', 'www.b.'])
    server.files['internal.zone'] = 'db 60 A 10.0.0.2\n'
    const third = await server.load(zones)
    expect(report(third, 'a.').state).toBe('loaded')
    expect(server.names('public', 0)).toEqual(['a.', 'ns1.a.', 'www.a.'])
  })

  test('that only base and overlay together have is reported for the view', async () => {
    const server = createServer({ 'a.zone': BASE })
    const hide = { public: [{ name: wireName('a.'), subtree: false, types: [2] }] }
    const loaded = await server.load([zone('a.', { hide })])
    expect(errorsOf(loaded, 'a.')).toMatchObject([
      { found: expect.stringMatching(/no NS record at a\. as view public/) },
    ])
  })

  test('at the first load leaves the zone out, and it comes with the next', async () => {
    const server = createServer({ 'a.zone': BASE })
    const zones = [zone('a.'), zone('missing.')]
    const first = await server.load(zones)
    expect(report(first, 'missing.')).toMatchObject({ state: 'absent', views: [], loadedAt: 0 })
    expect(errorsOf(first, 'missing.')).toHaveLength(1)
    expect(first.views.map(({ images }) => images.length)).toEqual([1, 1])
    server.files['missing.zone'] = BASE
    expect(report(await server.load(zones), 'missing.').state).toBe('loaded')
  })

  test('does not bring back a view that is gone, nor invent one that is new', async () => {
    const server = createServer({ 'a.zone': BASE })
    const all = [...VIEWS, { name: 'partner', clients: undefined, listen: undefined }]
    await server.load([zone('a.')], all.slice(0, 2))
    server.files['a.zone'] = 'nonsense\n'
    const loaded = await server.load([zone('a.')], all.slice(1))
    expect(loaded.views.map(({ name, images }) => [name, images.length])).toEqual([
      ['public', 1],
      ['partner', 0],
    ])
  })
})

const LENIENT = { 'hidden-name': 'warning', 'hidden-name-in-text': 'warning' }

describe('non-interference', () => {
  test('hidden records and their history leave no trace in what the public view is served', async () => {
    await fc.assert(
      fc.asyncProperty(RECORDS, fc.array(RECORDS, { minLength: 1, maxLength: 3 }), async (records, overlays) => {
        const base = modelText([...APEX_RECORDS, ...records])
        const with_ = createServer({ [`${MODEL_APEX}zone`]: base, 'internal.zone': '' })
        const without = createServer({ [`${MODEL_APEX}zone`]: base })
        await without.load([zone(MODEL_APEX)])
        for (const overlay of overlays) {
          with_.files['internal.zone'] = modelText(overlay)
          // What is hidden here may be named in the base: that is for the leak lint.
          const loaded = await with_.load([zone(MODEL_APEX, INTERNAL)], VIEWS, undefined, LENIENT)
          expect(errorsOf(loaded, MODEL_APEX)).toEqual([])
          expect(with_.octets('public').equals(without.octets('public'))).toBe(true)
        }
      }),
      { numRuns: 100 },
    )
  })
})

test('looks at each zone a few times, however many there are', async () => {
  let looks = 0
  const zones = Array.from({ length: 100 }, (_, index) => {
    const plain = zone(`z${index}.test.`, { file: 'base' })
    return Object.defineProperty(plain, 'overlays', {
      get: () => {
        looks++
        return {}
      },
    })
  })
  const loaded = await createServer({ base: BASE }).load(zones)
  expect(loaded.views.map(({ images }) => images.length)).toEqual([100, 100])
  expect(looks).toBeLessThan(100 * 20)
})
