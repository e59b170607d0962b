import { describe, expect, test } from 'vitest'
import type { ZoneConfiguration } from '../../server/configuration/types.ts'
import { BASE, createServer, INTERNAL, report, zone } from '../helpers/loading-server.ts'
import { wireName } from '../helpers/zone.ts'

describe('the leak lint', () => {
  const warnings = async (base: string, overlay: string, options: Partial<ZoneConfiguration> = {}) => {
    const server = createServer({
      'example.com.zone': `${BASE}${base}`,
      'internal.zone': overlay,
    })
    const loaded = await server.load([zone('example.com.', { ...INTERNAL, ...options })])
    return report(loaded, 'example.com.').problems.map(({ line, found }) => `${line}: ${found}`)
  }

  test('warns of public records that name what only another view has', async () => {
    const lines = ['a CNAME db', 'b MX 1 DB', 'c TXT "v=spf1 include:db.example.com -all"', 'd SRV 0 0 1 db']
    const found = await warnings(`${lines.join('\n')}\n`, 'db 60 A 10.0.0.1\n')
    const leaks = found.filter((line) => line.includes('which view public sees'))
    expect(leaks).toEqual([
      '5: db.example.com. in the CNAME record of a.example.com., which view public sees',
      '6: db.example.com. in the MX record of b.example.com., which view public sees',
      '7: db.example.com. in the TXT record of c.example.com., which view public sees',
      '8: db.example.com. in the SRV record of d.example.com., which view public sees',
    ])
  })

  test('warns of SOA and CAA too', async () => {
    const found = await warnings('@ CAA 0 issue "ca.example.net; account=x.db.example.com"\n', 'x.db 60 A 10.0.0.1\n')
    expect(found.join('\n')).toContain('x.db.example.com. in the CAA record')
    const soa = BASE.replace('ns1 hostmaster', 'hidden root.mail')
    const server = createServer({
      'example.com.zone': soa,
      'internal.zone': 'hidden 60 A 10.0.0.1\nmail 60 A 10.0.0.2\n',
    })
    const { problems } = report(await server.load([zone('example.com.', INTERNAL)]), 'example.com.')
    expect(problems.map(({ found: text }) => text).filter((text) => text.includes('view public'))).toEqual([
      'hidden.example.com. in the SOA record of example.com., which view public sees',
      'mail.example.com. in the SOA record of example.com., which view public sees',
    ])
  })

  test('knows zones that a view does not have at all', async () => {
    const server = createServer({
      'example.com.zone': `${BASE}a CNAME x.corp.example.net.\n`,
      'corp.example.net.zone': BASE,
    })
    const zones = [zone('example.com.'), zone('corp.example.net.', { views: ['internal'] })]
    const { problems } = report(await server.load(zones), 'example.com.')
    expect(problems.map(({ found }) => found)).toEqual([
      'x.corp.example.net. in the CNAME record of a.example.com., which view public sees',
    ])
  })

  test('is silent where nothing leaks', async () => {
    const base = 'a CNAME www\nwww A 192.0.2.2\nc TXT "see www.example.com and db.example.net"\n'
    // The internal view may name its own hosts, and a name that is an empty non-terminal of the public view is no secret.
    expect(
      await warnings(`${base}x.db A 192.0.2.3\n_x TXT "db.example.com"\n`, 'db 60 A 10.0.0.1\ne 60 MX 1 db\n'),
    ).toEqual([])
  })

  test('keeps a zone that leaks from being published, and the others not', async () => {
    const server = createServer({
      'example.com.zone': BASE,
      'example.net.zone': BASE,
      'internal.zone': 'db 60 A 10.0.0.1\n',
    })
    const zones = [zone('example.com.', INTERNAL), zone('example.net.')]
    await server.load(zones)
    const before = server.octets('public')
    server.files['example.com.zone'] = `${BASE}x CNAME db\nnew A 192.0.2.9\n`
    server.files['example.net.zone'] = `${BASE}new A 192.0.2.9\n`
    const leaky = await server.load(zones)
    expect(report(leaky, 'example.com.')).toMatchObject({ state: 'kept', problems: [{ severity: 'error', line: 5 }] })
    expect(report(leaky, 'example.net.').state).toBe('loaded')
    expect(server.octets('public').equals(before)).toBe(true)
    expect(server.names('public', 1)).toContain('new.example.net.')
    // Waived, it goes out.
    server.files['example.com.zone'] = `${BASE}x CNAME db ; veil: allow hidden-name "all know of db"\nnew A 192.0.2.9\n`
    expect(report(await server.load(zones), 'example.com.')).toMatchObject({ state: 'loaded', problems: [] })
    expect(server.names('public')).toContain('new.example.com.')
  })

  test('of a new zone that leaks serves nothing', async () => {
    const server = createServer({ 'example.com.zone': `${BASE}x CNAME db\n`, 'internal.zone': 'db 60 A 10.0.0.1\n' })
    const loaded = await server.load([zone('example.com.', INTERNAL)])
    expect(report(loaded, 'example.com.')).toMatchObject({ state: 'absent', views: [] })
    const lenient = await server.load([zone('example.com.', INTERNAL)], undefined, undefined, {
      'hidden-name': 'warning',
    })
    expect(report(lenient, 'example.com.')).toMatchObject({ state: 'loaded', problems: [{ severity: 'warning' }] })
  })

  test('says that hiding fails open', async () => {
    const hide = { public: [{ name: wireName('secret.example.com'), subtree: true, types: undefined }] }
    const found = await warnings('secret A 192.0.2.9\nb MX 1 secret\n', '', { hide })
    expect(found).toEqual([
      '1: names hidden from view public',
      '6: secret.example.com. in the MX record of b.example.com., which view public sees',
    ])
  })
})
