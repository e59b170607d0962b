import { describe, expect, test } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { nameToText } from '../../dns/name.ts'
import { signaturePolicy } from '../../keys/signature-policy.ts'
import { createArenaPool } from '../../server/arena-pool.ts'
import { DEFAULT_DNSSEC } from '../../server/configuration/dnssec.ts'
import type { Configuration, SigningConfiguration, ZoneConfiguration } from '../../server/configuration/types.ts'
import { type LoadedZones, loadZones } from '../../server/loading/load-zones.ts'
import { projectViews } from '../../server/loading/project-views.ts'
import { type BootstrapRecords, planSignalling } from '../../server/loading/signalling.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import { projectedOwner } from '../../zones/projection.ts'
import { openMemoryStore } from '../helpers/memory-store.ts'
import { TEST_SECRET, wireName } from '../helpers/zone.ts'

const VIEWS = ['internal', 'public'].map((name) => ({ name, clients: undefined, listen: undefined }))
const apexOf = (server: string) => `$TTL 60\n@ SOA ${server} hostmaster 7 3600 600 86400 300\n@ NS ${server}\n`

function zone(name: string, options: Partial<ZoneConfiguration> = {}): ZoneConfiguration {
  const plain = { file: `${name}zone`, overlays: {}, hide: {}, views: undefined, dnssec: DEFAULT_DNSSEC }
  return { name, apex: wireName(name), ...plain, ...options }
}

const signed = (options: Partial<SigningConfiguration>): SigningConfiguration => ({ ...DEFAULT_DNSSEC, ...options })

function reader(files: Readonly<Record<string, string>>) {
  return (path: string): Uint8Array => {
    if (files[path] === undefined) throw new Error(`no file ${path}`)
    return Buffer.from(files[path])
  }
}

const configurationOf = (zones: readonly ZoneConfiguration[]) =>
  ({ listen: [], views: VIEWS, zones }) as unknown as Configuration

describe('TTLs of a signed zone', () => {
  const files = {
    'a.zone': `${apexOf('ns')}ns A 192.0.2.1\nlong 100000 A 192.0.2.2\nright 90000 A 192.0.2.3\n`,
    'inner.zone': '$TTL 60\ninner 2d A 10.0.0.1\n',
  }
  const policy = signaturePolicy(180_000, 90_000)
  const problemsOf = (options: Partial<ZoneConfiguration>) =>
    projectViews(zone('a.', options), ['internal', 'public'], reader(files)).problems.map(formatProblem)

  test('above the largest that signatures allow are errors with place and remedy', () => {
    expect(problemsOf({ dnssec: signed({ policy }) })).toEqual([
      'a.zone:5:1: found a TTL of 100000 seconds in a zone that is signed; expected at most 90000: signatures hold for 180000, and no cache may keep a record for longer. Lower it, or say `dnssec: { validity: 4d, max-ttl: 2d }` of the zone.',
    ])
  })

  test('are refused in the overlay of any view', () => {
    const dnssec = signed({ policy: signaturePolicy(216_000, 108_000) })
    expect(problemsOf({ dnssec, overlays: { internal: 'inner.zone' } })).toEqual([
      expect.stringContaining('inner.zone:2:1: found a TTL of 172800 seconds'),
    ])
  })

  test('are no matter in a zone that is not signed', () => {
    expect(problemsOf({ dnssec: { kind: 'off' }, overlays: { internal: 'inner.zone' } })).toEqual([])
  })
})

describe('signalling records', () => {
  const bootstraps: BootstrapRecords[] = [
    { zone: 'new.', rrsets: [{ type: Type.CDS, ttl: 3600, rdatas: [Uint8Array.of(1, 2, 13, 2, 5)] }] },
  ]
  const bootstrapped = (options: Partial<ZoneConfiguration> = {}) =>
    zone('new.', { dnssec: signed({ bootstrap: true }), ...options })

  function plan(zones: readonly ZoneConfiguration[], files: Readonly<Record<string, string>>) {
    const options = { readFile: reader(files), knownHosts: () => ['ns.known.'] }
    const signalling = planSignalling(configurationOf(zones), bootstraps, options)
    const places = zones.flatMap(({ name }) =>
      VIEWS.flatMap((view) =>
        (signalling.recordsFor(name, view.name) ?? []).map(
          ({ owner, type, ttl }) => `${view.name} ${name} ${nameToText(owner)} ${ttl} ${type}`,
        ),
      ),
    )
    return { places, warnings: (signalling.warnings.get('new.') ?? []).map(formatProblem) }
  }

  test('go to the zone that the name server lies in, whichever view has both', () => {
    const zones = [bootstrapped({ views: ['internal'] }), zone('op.'), zone('deep.op.', { views: ['public'] })]
    expect(plan(zones, { 'new.zone': apexOf('ns.deep.op.') })).toEqual({
      places: ['internal op. _dsboot.new._signal.ns.deep.op. 3600 59'],
      warnings: [],
    })
  })

  test('have no larger TTL than the zone that carries them may have', () => {
    const zones = [
      bootstrapped({ views: ['public'] }),
      zone('op.', { dnssec: signed({ policy: signaturePolicy(86_400, 300) }) }),
    ]
    expect(plan(zones, { 'new.zone': apexOf('ns.op.') }).places).toEqual([
      'public op. _dsboot.new._signal.ns.op. 300 59',
    ])
  })

  test('differ where the name servers of a view do', () => {
    const zones = [bootstrapped({ overlays: { internal: 'overlay' } }), zone('op.')]
    const files = { 'new.zone': apexOf('ns1.op.'), overlay: '@ 60 NS NS2.op.\n' }
    expect(plan(zones, files).places).toEqual([
      'internal op. _dsboot.new._signal.ns2.op. 3600 59',
      'public op. _dsboot.new._signal.ns1.op. 3600 59',
    ])
  })

  test('never stand in the bootstrapped zone itself, nor where nobody is asked', () => {
    const zones = [bootstrapped(), zone('op.')]
    const files = { 'new.zone': `${apexOf('ns')}ns A 192.0.2.1\n@ NS ns.elsewhere.\n` }
    expect(plan(zones, files)).toEqual({ places: [], warnings: [] })
  })

  test('are warned of where their zone is not signed, or their name too long', () => {
    const zones = [bootstrapped(), zone('op.', { dnssec: { kind: 'off' } }), zone('long.')]
    const long = `${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(48)}.long.`
    const { places, warnings } = plan(zones, { 'new.zone': `${apexOf('ns.op.')}@ NS ${long}\n` })
    expect(places).toEqual([])
    expect(warnings[0]).toContain('the name server ns.op., in op., a zone that is not signed here')
    expect(warnings.filter((text) => text.includes('signalling name would have 25'))).toHaveLength(2)
  })

  test('stay what they were while the bootstrapped zone has errors', () => {
    expect(plan([bootstrapped(), zone('known.')], { 'new.zone': 'oops' }).places).toHaveLength(2)
  })

  test('are part of what is projected, empty non-terminals and digest included', async () => {
    const files = { 'new.zone': apexOf('ns.op.'), 'op.zone': `${apexOf('ns')}ns A 192.0.2.1\n` }
    const arenas = createArenaPool()
    const load = (given: readonly BootstrapRecords[], previous?: LoadedZones) =>
      loadZones(configurationOf([bootstrapped({ views: ['internal'] }), zone('op.')]), {
        ...{ readFile: reader(files), serials: openMemoryStore().serials, secret: TEST_SECRET, arenas },
        ...{ bootstraps: given, previous },
      })
    const viewsOf = (loaded: LoadedZones) => loaded.zones[1]!.views
    const [plain, added] = [viewsOf(await load([])), viewsOf(await load(bootstraps))]
    expect(plain[0]!.digest).toBe(plain[1]!.digest)
    expect(added[1]!.digest).toBe(plain[1]!.digest)
    expect(added[0]!.digest).not.toBe(plain[0]!.digest)
    // _signal.ns.op., new._signal.ns.op. and the owner.
    expect(added[0]!.names - plain[0]!.names).toBe(3)
  })

  test('join what an overlay has', () => {
    const files = { 'op.zone': `${apexOf('ns')}ns A 192.0.2.1\n`, overlay: 'db 60 A 10.0.0.1\n' }
    const added = [{ owner: wireName('x.op.'), type: Type.CDS, ttl: 60, rdata: Uint8Array.of(1, 2, 13, 2, 5) }]
    const carrier = zone('op.', { overlays: { internal: 'overlay' } })
    const { projections } = projectViews(carrier, ['internal', 'public'], reader(files), {
      added: (view) => (view === 'internal' ? added : undefined),
    })
    const owners = (view: string) => {
      const projection = projections.get(view)!
      return Array.from({ length: projection.rrsetCount }, (_, rrset) => nameToText(projectedOwner(projection, rrset)))
    }
    expect(owners('internal')).toEqual(expect.arrayContaining(['db.op.', 'x.op.']))
    expect(owners('public')).toEqual(['op.', 'op.', 'ns.op.'])
  })
})
