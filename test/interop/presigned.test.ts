import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Flag, Rcode, Type } from '../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { readZone } from '../../zones/master-file/read.ts'
import { rdataOf } from '../../zones/record-table.ts'
import { type Daemon, startDaemon } from '../helpers/daemon.ts'
import { missingCommandPackage } from '../helpers/resolvers.ts'
import { connectUdp } from '../helpers/udp-client.ts'
import { isVeildBuilt, startVeild } from '../helpers/veild.ts'
import { SIGNERS, signZone, type ToBeSigned } from './presigned-zones.ts'

/** Which signer, which chain, which algorithm. */
const ZONES: readonly ToBeSigned[] = [
  { apex: 'bind-nsec.test', signer: 'BIND', denial: 'nsec', algorithm: 13 },
  { apex: 'bind-nsec3.test', signer: 'BIND', denial: 'nsec3', algorithm: 15 },
  { apex: 'bind-opt-out.test', signer: 'BIND', denial: 'opt-out', algorithm: 8 },
  { apex: 'ldns-nsec.test', signer: 'ldns', denial: 'nsec', algorithm: 15 },
  { apex: 'ldns-nsec3.test', signer: 'ldns', denial: 'nsec3', algorithm: 8 },
  { apex: 'ldns-opt-out.test', signer: 'ldns', denial: 'opt-out', algorithm: 13 },
  { apex: 'knot-nsec.test', signer: 'Knot', denial: 'nsec', algorithm: 8 },
  { apex: 'knot-nsec3.test', signer: 'Knot', denial: 'nsec3', algorithm: 15 },
]
/** Signed as well, and then something is written into its file. */
const FORGED: ToBeSigned = { apex: 'forged.test', signer: 'ldns', denial: 'nsec', algorithm: 13 }

const TEXT = `$TTL 300
@ SOA ns1 hostmaster 1 7200 3600 1209600 60
@ NS ns1
@ MX 10 mail
ns1 A 192.0.2.1
mail A 192.0.2.2
www CNAME mail
*.wild A 192.0.2.3
*.alias CNAME www
*.astray CNAME nothing.here
d DNAME elsewhere
host.elsewhere A 192.0.2.8
a.b.ent A 192.0.2.4
x.*.odd A 192.0.2.5
insecure NS ns.insecure
ns.insecure A 192.0.2.6
deep.cut NS ns.insecure
secure NS ns1
secure DS 12345 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
`

/**
 * Name, type, RCODE, and what opt-out leaves insecure (RFC 5155 §9.2): what a span covers, where there might be a delegation;
 * and delegations, if the signer spares them their NSEC3, which ldns does not.
 */
const QUESTIONS: readonly (readonly [string, string, keyof typeof Rcode, 'secure' | 'spared' | 'cut'])[] = [
  ['', 'SOA', 'NoError', 'secure'],
  ['', 'DNSKEY', 'NoError', 'secure'],
  ['', 'MX', 'NoError', 'secure'],
  ['', 'TXT', 'NoError', 'secure'],
  ['mail', 'A', 'NoError', 'secure'],
  ['mail', 'AAAA', 'NoError', 'secure'],
  ['www', 'A', 'NoError', 'secure'],
  ['www', 'AAAA', 'NoError', 'secure'],
  ['x.wild', 'A', 'NoError', 'spared'],
  ['x.y.wild', 'A', 'NoError', 'spared'],
  ['x.wild', 'TXT', 'NoError', 'spared'],
  ['*.wild', 'A', 'NoError', 'secure'],
  ['x.alias', 'A', 'NoError', 'spared'],
  ['x.alias', 'TXT', 'NoError', 'spared'],
  ['x.astray', 'A', 'NxDomain', 'spared'],
  ['host.d', 'A', 'NoError', 'secure'],
  ['none.d', 'A', 'NxDomain', 'spared'],
  ['ent', 'A', 'NoError', 'secure'],
  ['b.ent', 'A', 'NoError', 'secure'],
  ['x.ent', 'A', 'NxDomain', 'spared'],
  ['x.odd', 'A', 'NoError', 'spared'],
  ['absent', 'A', 'NxDomain', 'spared'],
  ['a.b.absent', 'A', 'NxDomain', 'spared'],
  ['secure', 'DS', 'NoError', 'secure'],
  ['insecure', 'DS', 'NoError', 'cut'],
  ['deep.cut', 'DS', 'NoError', 'cut'],
]

const missing = [
  ...Object.values(SIGNERS).map(([command, name]) => missingCommandPackage(command, name)),
  missingCommandPackage('unbound', 'unbound'),
].filter((name) => name !== undefined)
if (missing.length > 0) console.warn(`Presigned zones are not validated: install ${missing.join(', ')}.`)

it.runIf(process.env.CI === 'true')('signers and validator are installed where tests must not be left out', () => {
  expect(missing).toEqual([])
  expect(isVeildBuilt()).toBe(true)
})

describe.skipIf(missing.length > 0 || !isVeildBuilt())('presigned zones behind a validating resolver', () => {
  let folder: string
  let veild: Daemon
  let unbound: Daemon
  let ask: (name: string, type: string) => Promise<Message>
  let close = () => {}

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'veil-presigned-'))
    const signed = join(folder, 'signed')
    mkdirSync(signed)
    const zones = [...ZONES, FORGED]
    for (const zone of zones) signZone(zone, TEXT, join(signed, `${zone.apex}.zone`), folder)
    const forged = join(signed, `${FORGED.apex}.zone`)
    writeFileSync(forged, readFileSync(forged, 'utf8').replace('192.0.2.2', '192.0.2.99'))
    veild = await startVeild({ arguments: ['--zones', signed, '--presigned', '--no-rate-limit', '--workers', '1'] })
    unbound = await startUnbound(
      veild.port,
      zones.map(({ apex }) => anchorOf(apex, join(signed, `${apex}.zone`))),
    )
    const client = await connectUdp({ port: unbound.port, timeoutMs: 10_000 })
    close = () => client.close()
    ask = async (name, type) => {
      const query = buildQuery({
        id: 1,
        name: nameFromText(name),
        type: typeFromText(type)!,
        rd: true,
        edns: { do: true },
      })
      const answer = readMessage((await client.ask(query)) ?? new Uint8Array())
      if (answer === undefined) throw new Error(`no answer about ${name} ${type}`)
      return answer
    }
  }, 60_000)

  afterAll(async () => {
    close()
    await Promise.all([unbound?.stop(), veild?.stop()])
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(ZONES)(
    '$apex: every answer is secure, or as insecure as opt-out leaves it',
    async ({ apex, denial, signer }) => {
      const verdicts: string[] = []
      for (const [name, type] of QUESTIONS) {
        const { rcode, flags } = await ask(`${name === '' ? '' : `${name}.`}${apex}.`, type)
        verdicts.push(`${name} ${type} ${rcode} ${(flags & Flag.AD) !== 0 ? 'secure' : 'insecure'}`)
      }
      const expected = QUESTIONS.map(([name, type, rcode, security]) => {
        const isSpared = denial === 'opt-out' && (security === 'spared' || (security === 'cut' && signer === 'BIND'))
        return `${name} ${type} ${Rcode[rcode]} ${isSpared ? 'insecure' : 'secure'}`
      })
      expect(verdicts).toEqual(expected)
    },
  )

  it('finds out what was changed in a signed file', async () => {
    expect((await ask(`mail.${FORGED.apex}.`, 'A')).rcode).toBe(Rcode.ServFail)
    expect((await ask(`mail.${FORGED.apex}.`, 'AAAA')).rcode).toBe(Rcode.NoError)
  })
})

/** The zone's DNSKEY records: whoever has them trusts them. */
function anchorOf(apex: string, path: string): string[] {
  const name = nameFromText(`${apex}.`)
  const { table } = readZone({ apex: name, path, readFile: readFileSync, kind: 'base', presigned: true })
  const keys = Array.from({ length: table.count }, (_, record) => record).filter(
    (record) => table.types[record] === Type.DNSKEY,
  )
  return [apex, ...keys.map((record) => `${apex}. DNSKEY ${rdataToText(Type.DNSKEY, rdataOf(table, record))}`)]
}

/** Each answer is proved by itself: none is made of what was learned from another. */
function startUnbound(veilPort: number, anchors: readonly string[][]): Promise<Daemon> {
  return startDaemon({
    name: 'Unbound',
    command: 'unbound',
    prepare: (port, folder) =>
      writeFileSync(
        join(folder, 'unbound.conf'),
        [
          'server:',
          `  interface: 127.0.0.1@${port}`,
          `  directory: "${folder}"`,
          '  do-daemonize: no\n  do-ip6: no\n  chroot: ""\n  username: ""\n  pidfile: ""\n  use-syslog: no',
          '  do-not-query-localhost: no\n  aggressive-nsec: no\n  qname-minimisation: no\n  num-threads: 1',
          '  local-zone: "test." nodefault',
          '  module-config: "validator iterator"',
          ...anchors.flatMap(([, ...records]) => records.map((record) => `  trust-anchor: "${record}"`)),
          'remote-control:\n  control-enable: no',
          ...anchors.map(([apex]) => `stub-zone:\n  name: "${apex}"\n  stub-addr: 127.0.0.1@${veilPort}`),
        ].join('\n'),
      ),
    arguments: (_port, folder) => ['-d', '-c', join(folder, 'unbound.conf')],
    environment: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
    ready: async (port) => {
      const client = await connectUdp({ port, timeoutMs: 300 })
      const name = nameFromText(`${anchors[0]![0]}.`)
      const answer = await client.ask(buildQuery({ id: 1, name, type: Type.SOA, rd: true }))
      client.close()
      return answer !== undefined && readMessage(answer)?.rcode === Rcode.NoError
    },
  })
}
