import { describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { createRandom } from '../helpers/random.ts'
import { folderWith, type Run, runDnsctl } from './run.ts'

const APEX =
  '$TTL 300\n@ SOA ns1 host 1 2 3 4 5\n@ NS ns1\n@ MX 10 mail\nns1 3600 A 203.0.113.53\nmail A 203.0.113.25\n'
const REVERSE = '$TTL 300\n@ SOA ns1.example.com. host.example.com. 1 2 3 4 5\n@ NS ns1.example.com.\n'
const PRF = '{ mode: prf, addresses: [198.51.100.0/24] }'

/** Hosts that look as decoys of that range do. */
const PLAIN = hosts(40)

function hosts(count: number): string {
  const random = createRandom(3)
  const numbers = new Set<number>()
  while (numbers.size < count) numbers.add(1 + random.below(254))
  return [...numbers].map((number, index) => `host${index} A 198.51.100.${number}\n`).join('')
}

function audit(
  zone: string,
  decoys = PRF,
  options: { reverse?: string; generate?: string; json?: boolean } = {},
): Promise<Run> {
  const { reverse = '', generate, json = false } = options
  const folder = folderWith({
    'veil.yaml': [
      'listen: ["192.0.2.53@53"]',
      'state: state',
      'dnssec: { algorithm: 15 }',
      'zones:',
      `  example.com: { file: zone, decoys: { public: ${decoys} }${generate === undefined ? '' : `, generate: { public: [${generate}] }`} }`,
      '  100.51.198.in-addr.arpa: { file: reverse }',
    ].join('\n'),
    zone: APEX + zone,
    reverse: REVERSE + reverse,
  })
  return runDnsctl(folder, ['decoy', 'audit', ...(json ? ['--json'] : [])])
}

describe('decoy audit', () => {
  it('is content where real names are like decoys, and does not mind what everybody is told', async () => {
    const { exitCode, stdout } = await audit(PLAIN)
    expect(stdout).toContain('No name stands out.')
    expect(stdout).toContain('ns1.example.com., mail.example.com.')
    expect(exitCode).toBe(ExitCode.Done)
  })

  it.each([
    ['TTL', 'odd 60 A 198.51.100.7', '60 s'],
    ['type set', 'odd A 198.51.100.7\nodd TXT "x"', 'A TXT'],
    ['type set', 'odd CNAME host1', 'CNAME'],
    ['type set', 'odd A 198.51.100.7\nodd HTTPS 1 . alpn=h2', 'A HTTPS'],
    ['RRset sizes', 'odd A 198.51.100.7\nodd A 198.51.100.8', 'A 4+4'],
    ['address range', 'odd A 203.0.113.7', 'an address that no decoy has'],
    ['delegation', 'odd NS ns.example.net.', 'a referral'],
    ['names below', 'odd A 198.51.100.7\n_443._tcp.odd TXT "x"', 'service names'],
    ['names below', 'odd A 198.51.100.7\n*.odd A 198.51.100.8', 'a wildcard'],
    ['depth', 'a.b.odd A 198.51.100.7', '3 labels below the zone'],
  ])('finds who stands out by %s: %s', async (feature, lines, has) => {
    const { exitCode, stdout } = await audit(`${PLAIN}${lines}\n`, PRF, { json: true })
    expect(exitCode).toBe(ExitCode.Refused)
    const [{ standingOut }] = JSON.parse(stdout).audits
    const name = lines.startsWith('a.b') ? 'a.b.odd.example.com.' : 'odd.example.com.'
    expect(standingOut).toContainEqual(expect.objectContaining({ name, feature, has }))
    expect(new Set(standingOut.map((each: { name: string }) => each.name))).toEqual(new Set([name]))
  })

  it('finds names of the shape that selective decoys leave absent', async () => {
    const selective = '{ mode: selective, addresses: [198.51.100.0/24] }'
    const { stdout } = await audit(`${PLAIN}qxkzvbtjwm A 198.51.100.7\n`, selective)
    expect(stdout).toContain('shape of the label: 1 name stands out')
    expect((await audit(PLAIN, selective)).exitCode).toBe(ExitCode.Done)
  })

  it('finds PTR records that point back, and lets generated ones be', async () => {
    const reverse = '7 PTR odd.example.com.\n'
    const odd = `${PLAIN}odd A 198.51.100.7\n`
    expect((await audit(odd, PRF, { reverse })).stdout).toContain('PTR: 1 name stands out')
    const generate = '{ prefix: 198.51.100.0/24, name: "host-{address}" }'
    expect((await audit(odd, PRF, { generate })).exitCode).toBe(ExitCode.Done)
    expect((await audit(odd, PRF, { generate, reverse })).stdout).toContain('points back to it')
  })

  it('finds addresses that huddle together', async () => {
    const huddled = Array.from({ length: 40 }, (_, index) => `h${index} A 198.51.100.${100 + index}\n`).join('')
    const { exitCode, stdout } = await audit(huddled, PRF, { json: true })
    const [{ features, standingOut }] = JSON.parse(stdout).audits
    expect(standingOut).toEqual([])
    expect(features).toContainEqual(
      expect.objectContaining({ feature: 'distance between IPv4 addresses', tells: true }),
    )
    expect(exitCode).toBe(ExitCode.Refused)
  })

  it('takes a mirror of everything for what it is, and finds what a mirror of one leaves out', async () => {
    const zone = 'www A 203.0.113.80\nshop 60 CNAME www\napi A 203.0.113.81\napi TXT "x"\n'
    expect((await audit(zone, '{ mode: mirror, of: [www, shop, api] }')).exitCode).toBe(ExitCode.Done)
    const { stdout } = await audit(zone, '{ mode: mirror, of: [www] }', { json: true })
    const [{ standingOut }] = JSON.parse(stdout).audits
    expect(standingOut.map(({ name, feature }: Record<string, string>) => `${name} ${feature}`)).toEqual([
      'api.example.com. type set',
      'api.example.com. RRset sizes',
      'api.example.com. address range',
      'shop.example.com. TTL',
      'shop.example.com. type set',
      'shop.example.com. RRset sizes',
      'shop.example.com. address range',
    ])
  })

  it('says what to do where nothing has decoys', async () => {
    const folder = folderWith({
      'veil.yaml': 'listen: ["192.0.2.53@53"]\nzones: { example.com: { file: zone } }\n',
      zone: APEX,
    })
    const { exitCode, stderr } = await runDnsctl(folder, ['decoy', 'audit'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stderr).toContain('no decoys are configured')
  })
})
