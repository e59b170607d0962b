import { describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { folderWith, runDnsctl } from './run.ts'

const CONFIGURATION = `
listen: ["192.0.2.53@53", "2001:db8::53@53"]
state: state
views:
  internal: { clients: [10.0.0.0/8] }
  public: {}
zones:
  example.com:
    file: example.com.zone
    overlays: { internal: example.com.internal.zone }
  113.0.203.in-addr.arpa: { file: reverse.zone }
`
const APEX = '$TTL 300\n@ SOA ns1.example.com. host 1 2 3 4 5\n@ NS ns1.example.com.\n'
const BASE = `${APEX}ns1 A 192.0.2.53\n`

function folder(base: string, configuration = CONFIGURATION): string {
  return folderWith({
    'veil.yaml': configuration,
    'example.com.zone': BASE + base,
    'example.com.internal.zone': 'vault 300 A 203.0.113.9\n',
    'reverse.zone': `${APEX}9 PTR host9.example.net.\n`,
  })
}

describe('leak', () => {
  const LEAKY = 'www A 192.168.1.4 ; veil: allow private-address "guests, too"\nshop CNAME vault\n'

  it('reports by rule, with waivers, from zones and configuration', async () => {
    const { exitCode, stdout } = await runDnsctl(folder(LEAKY), ['leak'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stdout).toMatchInlineSnapshot(`
      "A record names what only another view has error hidden-name
        Targets of CNAME, DNAME, MX, SRV, NS, PTR, HTTPS, SVCB and NAPTR, MNAME and RNAME of the SOA,
        and names in any other field are read by everyone who may ask for the record. A hidden name
        that stands there is published, and mostly leads nowhere besides.
        example.com.zone:6  vault.example.com. in the CNAME record of shop.example.com., which view
                            public sees
        mend  Move the record to the overlay of view internal, or give view public another one.

      An address that only means something inside waived private-address
        Private, unique local and link-local addresses and those behind a carrier’s NAT, in address
        records, glue, HTTPS and SVCB hints, APL, IPSECKEY and AMTRELAY, tell strangers how the
        network inside is numbered, and lead them to a host of their own network that happens to have
        the address. A server with one view hides nothing; there this is a warning.
        example.com.zone:5  waived: 192.168.1.4, a private address (RFC 1918), in the A record of
                            www.example.com., which view public sees; guests, too

      A hidden host’s address has a public reverse name warning reverse-of-hidden-host
        Sweeping the reverse zone is the cheapest enumeration there is. That the address has a record
        at all says that there is a host.
        reverse.zone:4  9.113.0.203.in-addr.arpa., the reverse name of 203.0.113.9, which view public
                        sees
        mend  Move the record to the overlay of view internal, or give view public another one.

      Address families that reach different views warning uneven-families
        Insiders who have both families get their view by one and the strangers’ by the other,
        whichever their resolver fancies; the answers end in one cache.
        veil.yaml:5  clients of view internal that are IPv4 only
        mend  Add the prefixes of the other family to \`clients\` of view internal, or else they get
              view public.

      2 zones looked at: 1 error, 2 warnings, 1 waived.
      "
    `)
  })

  it('gives the same as JSON, for one zone too', async () => {
    const all = JSON.parse((await runDnsctl(folder(LEAKY), ['leak', '--json'])).stdout)
    expect(all.rules.map(({ rule }: { rule: string }) => rule)).toEqual([
      'hidden-name',
      'private-address',
      'reverse-of-hidden-host',
      'uneven-families',
    ])
    const one = JSON.parse((await runDnsctl(folder(LEAKY), ['leak', '113.0.203.in-addr.arpa', '--json'])).stdout)
    expect(one).toMatchObject({ rules: [{ rule: 'reverse-of-hidden-host', problems: [{ severity: 'warning' }] }] })
  })

  it('has nothing to say where nothing leaks', async () => {
    const even = CONFIGURATION.replace('10.0.0.0/8', '10.0.0.0/8, fd00::/8').replace(/ {2}113.*\n/, '')
    const { exitCode, stdout } = await runDnsctl(folder('www A 192.0.2.80\n', even), ['leak'])
    expect({ exitCode, stdout }).toEqual({ exitCode: ExitCode.Done, stdout: '1 zone looked at: no leaks.\n' })
  })

  it('says which zones it could not look at', async () => {
    const { exitCode, stdout } = await runDnsctl(folder('www A 192.0.2.800\n'), ['leak'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stdout).toContain('example.com. has errors: dnsctl zone check example.com.')
  })
})
