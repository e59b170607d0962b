import { describe, expect, it, test } from 'vitest'
import { createArenaPool } from '../../server/arena-pool.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import { type LoadedZone, loadZones } from '../../server/loading/load-zones.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import { openMemoryStore } from '../helpers/memory-store.ts'
import { TEST_SECRET, wireName } from '../helpers/zone.ts'

const ZONE = 'file: a.zone, dnssec: { algorithm: 15 }'

function read(zone: string) {
  const text = `listen: ["127.0.0.1@5300"]\nzones:\n  example.com: { ${zone} }\n`
  return parseConfiguration(text, 'veil.yaml', '/var/lib/veil')
}

function configured(zone: string): Configuration {
  const reading = read(zone)
  if (reading.outcome === 'refused') throw new Error(reading.problems.map(formatProblem).join('\n'))
  return reading.configuration
}

/** What is wrong with the zone, without its place. */
function problemsOf(zone: string): string[] {
  const reading = read(zone)
  return reading.outcome === 'refused' ? reading.problems.map(formatProblem) : []
}

describe('decoys in the configuration', () => {
  test('are filled in', () => {
    const [zone] = configured(
      `${ZONE}, decoys: { public: { mode: selective, addresses: [192.0.2.0/24], ttl: 5m } }`,
    ).zones
    expect(zone!.decoys!.public).toMatchObject({ isSelective: true, ttl: 300, depth: 2, when: 'always', of: [] })
    expect(zone!.decoys!.public!.addresses).toHaveLength(1)
  })

  test('take names relative to the zone', () => {
    const [zone] = configured(
      `${ZONE}, decoys: { public: { mode: mirror, of: [www], depth: 3, when: incident } }`,
    ).zones
    expect(zone!.decoys!.public).toMatchObject({ of: [wireName('www.example.com.')], depth: 3, when: 'incident' })
  })

  test.each([
    ['{ mode: mirror }', 'nothing to make decoys of'],
    ['{ mode: prf, of: [www] }', '`mode: prf` with `of`'],
    ['{ mode: selective, of: [www], addresses: [192.0.2.0/24] }', '`of` and `addresses`'],
    ['{ mode: mirror, of: [www], ttl: 5m }', 'a TTL for decoys that have the data of real names'],
    ['{ mode: mirror, of: ["@"] }', 'which is not below the zone'],
    ['{ mode: prf, addresses: [192.0.2.1/24] }', 'bits set behind the length'],
    ['{ mode: wildcard }', 'A wildcard is a record of the zone file'],
  ])('are refused where they make no sense: %s', (decoys, words) => {
    expect(problemsOf(`${ZONE}, decoys: { public: ${decoys} }`).join()).toContain(words)
  })

  test.each([
    ['{ algorithm: 15, denial: cells }', '`denial: cells`'],
    ['{ algorithm: 15, wildcards: conventional }', '`wildcards: conventional`'],
    ['presigned', 'presigned'],
    ['{ algorithm: [13, 15] }', 'signed with algorithm 13'],
  ])('are refused where signing would give them away or deny them: %s', (dnssec, words) => {
    const problems = problemsOf(`file: a.zone, dnssec: ${dnssec}, decoys: { public: { mode: mirror, of: [www] } }`)
    expect(problems.join()).toContain(words)
  })

  test('may be had with randomised signatures by who says so, with a warning', () => {
    const decoys = 'decoys: { public: { mode: mirror, of: [www], allow-randomised-signatures: true } }'
    const reading = read(`file: a.zone, dnssec: { algorithm: 13 }, ${decoys}`)
    expect(reading.outcome).toBe('accepted')
    expect(reading.outcome === 'accepted' && reading.warnings).toHaveLength(1)
  })
})

describe('decoys of a zone that is loaded', () => {
  const RECORDS =
    '$TTL 60\n@ SOA ns hostmaster 7 3600 600 86400 300\n@ NS ns\nns A 192.0.2.1\nwww 600 A 192.0.2.2\nb A 192.0.2.3\n'

  async function load(decoys: string, records = RECORDS): Promise<LoadedZone> {
    const configuration = configured(`${ZONE}, decoys: { public: ${decoys} }`)
    const loaded = await loadZones(configuration, {
      readFile: () => Buffer.from(records),
      ...{ serials: openMemoryStore().serials, secret: TEST_SECRET, arenas: createArenaPool() },
    })
    return loaded.zones[0]!
  }

  it('have the most common TTL of the A records of the view where none is given', async () => {
    const zone = await load('{ mode: prf, addresses: [198.51.100.0/24] }')
    expect(zone.views[0]!.decoys!.ttl).toBe(60)
  })

  it.each([
    ['gone', RECORDS],
    ['cut', `${RECORDS}cut NS ns.example.net.\n`],
    ['host.cut', `${RECORDS}cut NS ns.example.net.\nhost.cut A 192.0.2.4\n`],
    ['tree', `${RECORDS}tree DNAME example.net.\n`],
  ])('cannot be like %s, which has nothing to give', async (name, records) => {
    const zone = await load(`{ mode: mirror, of: [${name}] }`, records)
    expect(zone.state).toBe('absent')
    expect(zone.problems.map(formatProblem).join()).toContain(
      `the data of ${name}.example.com., which has none to give`,
    )
  })

  it('cannot have a TTL that signatures do not last for', async () => {
    const zone = await load('{ mode: prf, addresses: [198.51.100.0/24], ttl: 8d }')
    expect(zone.problems.map(formatProblem).join()).toContain('decoys with a TTL of 691200 seconds')
  })

  it('are never seen behind a wildcard at the apex, which is said', async () => {
    const zone = await load('{ mode: mirror, of: [www] }', `${RECORDS}* A 192.0.2.9\n`)
    expect(zone.state).toBe('loaded')
    expect(zone.problems.map(formatProblem).join()).toContain('behind the wildcard *.example.com.')
  })
})
