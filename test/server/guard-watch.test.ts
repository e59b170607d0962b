import { describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { QUIET_MS } from '../../guard/detection/incident-report.ts'
import { WORDS } from '../../guard/detection/words.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { createTelling } from '../../server/guard/telling.ts'
import { INSIDER } from '../helpers/answering.ts'
import { type WatchedWorld, watchedWorld } from '../helpers/watched-world.ts'

const BASE = `$TTL 300
@ SOA ns1 hostmaster 1 7200 3600 1209600 300
@ NS ns1
ns1 A 192.0.2.53
www A 192.0.2.1
mail A 192.0.2.2
`
const OVERLAY = 'jenkins 60 A 10.0.0.1\nwiki.corp 60 A 10.0.0.2\n'
const ZONES = { 'example.com.': { base: BASE, overlays: { internal: OVERLAY } } }
const NOW = Date.UTC(2026, 10, 25, 12)

function scan(
  { ask, watch }: WatchedWorld,
  words: readonly string[],
  options?: Parameters<WatchedWorld['ask']>[1],
): void {
  for (const [index, word] of words.entries()) {
    ask(`${word}.example.com.`, options)
    if (index % 500 === 499) watch.look(NOW)
  }
}

describe('the watch over what workers are asked', () => {
  it('opens an incident, keeps it, responds to it, and ends it after it was quiet', async () => {
    const world = watchedWorld(ZONES)
    scan(world, WORDS.slice(0, 120))
    world.watch.look(NOW)
    expect(world.notices).toMatchObject([
      { kind: 'incident-opened', incident: { kind: 'enumeration', view: 'public' } },
    ])
    const { id, measures } = world.watch.open()[0]!
    expect(measures).toEqual([{ at: NOW, text: 'something was done' }])
    world.watch.look(NOW + QUIET_MS)
    await world.watch.settle()
    expect(world.notices.map(({ kind }) => kind)).toEqual(['incident-opened', 'incident-ended'])
    expect(world.responses).toEqual([[id], []])
    expect(world.watch.open()).toEqual([])
    expect(world.store.get(id)).toMatchObject({
      end: NOW,
      measures,
      learned: { names: ['mail.example.com.', 'www.example.com.'] },
    })
  })

  it('goes on when the clock is set back', () => {
    const { ask, watch } = watchedWorld(ZONES)
    ask('www.example.com.')
    watch.look(NOW)
    const [before] = watch.zoneRates()
    for (let second = 0; second < 60; second++) watch.look(NOW - 3_600_000 + 1000 * second)
    expect(before!.questions).toBeGreaterThan(0)
    expect(watch.zoneRates()).toEqual([])
  })

  it('says that incidents of a process that died are over', async () => {
    const first = watchedWorld(ZONES)
    scan(first, WORDS.slice(0, 120))
    first.watch.look(NOW)
    await first.watch.settle()
    expect(first.store.all()[0]!.end).toBeUndefined()
    const second = watchedWorld(ZONES, { store: first.store })
    await second.watch.settle()
    expect(second.store.all()).toMatchObject([{ id: '20261125-1', end: NOW }])
    scan(second, WORDS.slice(0, 120))
    second.watch.look(NOW)
    expect(second.watch.open()).toMatchObject([{ id: '20261125-2' }])
  })

  it('hears of transfers, though they are refused before a zone is looked for', () => {
    const world = watchedWorld(ZONES)
    world.ask('example.com.', { type: Type.AXFR, transport: Transport.Stream })
    world.watch.look(NOW)
    expect(world.watch.open()).toMatchObject([{ kind: 'transfer-attempt', sources: [{ isProved: true }] }])
  })

  it('looks for nothing where the configuration says so, and still guards honey and hidden names', () => {
    const world = watchedWorld(ZONES, { isDetecting: false, honey: ['trap.example.com.'] })
    scan(world, WORDS.slice(0, 300))
    world.ask('jenkins.example.com.')
    world.ask('trap.example.com.')
    world.watch.look(NOW)
    expect(world.notices.map(({ kind }) => kind)).toEqual(['hidden-name-asked', 'honey-asked'])
  })

  it('tells at once of a honey name that was asked for, and says whether the address is proved', () => {
    const world = watchedWorld(ZONES, { honey: ['trap.example.com.', 'www.example.com.'] })
    world.ask('trap.example.com.')
    world.ask('trap.example.com.')
    world.ask('www.example.com.', { transport: Transport.Stream, from: '192.0.2.9' })
    world.ask('trap.example.com.', { from: INSIDER })
    world.watch.look(NOW)
    expect(world.notices).toEqual([
      notice('honey-asked', 'trap.example.com.', { address: '192.0.2.1', isProved: false }),
      notice('honey-asked', 'www.example.com.', { address: '192.0.2.9', isProved: true }),
    ])
  })
})

describe('names below a honey name', () => {
  it('are told as it is, the first of an address alone, so that nobody takes the room of others', () => {
    const world = watchedWorld(ZONES, { honey: ['trap.example.com.', 'a.deep.example.com.'] })
    const proved = { transport: Transport.Stream, from: '192.0.2.9' }
    for (let index = 0; index < 600; index++) world.ask(`n${index}.trap.example.com.`, proved)
    world.ask('trap.example.com.', { ...proved, from: '192.0.2.10' })
    world.ask('x.a.deep.example.com.', proved)
    world.watch.look(NOW)
    expect(world.notices.filter(({ kind }) => kind === 'honey-asked')).toEqual([
      notice('honey-asked', 'n0.trap.example.com.', { address: '192.0.2.9', isProved: true }),
      notice('honey-asked', 'trap.example.com.', { address: '192.0.2.10', isProved: true }),
      notice('honey-asked', 'x.a.deep.example.com.', { address: '192.0.2.9', isProved: true }),
    ])
  })
})

describe('a name that another view knows', () => {
  it('is told to the operator once an hour, whoever asks for it', () => {
    const world = watchedWorld(ZONES)
    for (const from of ['192.0.2.7', '192.0.2.8', '192.0.2.9']) world.ask('jenkins.example.com.', { from })
    world.ask('wiki.corp.example.com.', { from: '192.0.2.7' })
    for (const other of ['corp', 'hudson', 'x.jenkins']) world.ask(`${other}.example.com.`)
    world.ask('jenkins.example.com.', { from: INSIDER })
    world.watch.look(NOW)
    expect(world.notices).toEqual([
      notice('hidden-name-asked', 'jenkins.example.com.', { address: '192.0.2.7', isProved: false }),
      notice('hidden-name-asked', 'wiki.corp.example.com.', { address: '192.0.2.7', isProved: false }),
    ])
    world.ask('jenkins.example.com.')
    world.watch.look(NOW + 3_600_000)
    expect(world.notices.at(-1)).toMatchObject({ name: 'jenkins.example.com.', times: 3 })
  })

  it('changes nothing that detectors decide: with and without it incidents and responses are the same', () => {
    const outcomes = [OVERLAY, 'sap 60 A 10.0.0.3\ngrafana 60 A 10.0.0.4\n', undefined].map((overlay) => {
      const world = watchedWorld({
        'example.com.': { base: BASE, ...(overlay && { overlays: { internal: overlay } }) },
      })
      scan(world, [...WORDS.slice(0, 60), 'jenkins', 'jenkinz', 'wiki.corp', 'sap', 'grafana', ...WORDS.slice(60, 900)])
      world.watch.look(NOW)
      const { scores, words } = world.watch.detector.sources.tracks
      return {
        open: world.watch.open(),
        responses: world.responses,
        scores: [...scores].filter(Boolean),
        words: [...words].filter(Boolean),
      }
    })
    expect(outcomes[0]!.open).toHaveLength(1)
    expect(outcomes[1]).toEqual(outcomes[0])
    expect(outcomes[2]).toEqual(outcomes[0])
  })
})

it('tells a thing at once and then rarely, of many things as many as there is room for', () => {
  const telling = createTelling(1000, 2)
  expect(['a', 'a', 'b', 'c'].map((key) => telling.happened(key, 0))).toEqual([1, undefined, 1, undefined])
  expect(telling.happened('a', 1000)).toBe(2)
  expect(telling.happened('c', 1000)).toBe(1)
})

function notice(kind: string, name: string, source: { address: string; isProved: boolean }) {
  return { ...{ kind, at: NOW, zone: 'example.com.', view: 'public', name, type: 1, times: 1 }, ...source }
}
