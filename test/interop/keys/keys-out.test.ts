import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../../dnsctl/exit-code.ts'
import { runDnsctl } from '../../dnsctl/run.ts'
import { type Daemon, startDaemon } from '../../helpers/daemon.ts'
import { ALL_ALGORITHMS } from '../../helpers/keys.ts'
import { missingPeerPackage, startPeer, zonesAnswer } from '../../helpers/peers.ts'
import { endAll, runVeild } from '../../helpers/veild-process.ts'
import { faultOf, filesIn, missingPackages, openPdns, run, ZONE_TEXT } from './tools.ts'

/*
 * Keys of Veil go out and sign elsewhere, and the answers validate for who trusts the DS that Veil gives.
 */
const ZONES = ALL_ALGORITHMS.map((algorithm) => ({ algorithm, zone: `a${algorithm}.test` }))
const missing = [
  ...missingPackages({ 'dnssec-signzone': 'bind9-utils', 'ldns-signzone': 'ldnsutils', delv: 'bind9-dnsutils' }),
  ...missingPackages({ keymgr: 'knot', kzonesign: 'knot-dnssecutils', pdnsutil: 'pdns-server' }),
  ...(['NSD', 'PowerDNS'] as const).flatMap((name) => missingPeerPackage(name) ?? []),
]
if (missing.length > 0) console.warn(`SKIPPED: keys that go out; install ${missing.join(', ')}`)

it.runIf(process.env.CI === 'true')('all that is needed is installed where tests must not be left out', () => {
  expect(missing).toEqual([])
})

describe.skipIf(missing.length > 0)('keys that Veil has made', () => {
  let folder: string
  const anchors = new Map<string, string[]>()
  const daemons: Daemon[] = []

  /** veild makes a KSK and a ZSK of each algorithm. */
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'veil-keys-out-'))
    writeFileSync(join(folder, 'example.zone'), ZONE_TEXT)
    const entry = ({ zone, algorithm }: (typeof ZONES)[number]) =>
      `  ${zone}: { file: example.zone, dnssec: { algorithm: ${algorithm}, keys: { standby: [] } } }`
    writeFileSync(
      join(folder, 'veil.yaml'),
      `listen: ["127.0.0.1@0"]\nstate: state\nzones:\n${ZONES.map(entry).join('\n')}\n`,
    )
    const veild = runVeild(['--config', join(folder, 'veil.yaml'), '--workers', '1'])
    await veild.logged('ready')
    await endAll()
    for (const { zone } of ZONES) {
      const { stdout } = await runDnsctl(folder, ['key', 'ds', zone, '--form', 'ds'])
      anchors.set(
        zone,
        stdout.split('\n').filter((line) => / \d+ 2 /.test(line)),
      )
    }
  })

  afterAll(async () => {
    await endAll()
    for (const daemon of daemons) await daemon.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Exports a zone's keys to a folder of the peer; the commands that take them in. */
  async function exported(peer: string, zone: string, format: string): Promise<{ to: string; commands: string[] }> {
    const to = join(folder, peer, zone)
    mkdirSync(join(folder, peer), { recursive: true })
    const words = ['key', 'export', zone, '--format', format, '--to', to, '--yes', '--json']
    const { exitCode, stdout } = await runDnsctl(folder, words)
    expect(exitCode).toBe(ExitCode.Done)
    return { to, commands: JSON.parse(stdout).commands }
  }

  async function expectSecure(port: number): Promise<void> {
    const faults = ZONES.map(({ zone }) => faultOf(folder, port, zone, anchors.get(zone)!))
    expect(await Promise.all(faults)).toEqual(ZONES.map(() => undefined))
  }

  /** Signed files, served by NSD. */
  async function expectSecureFiles(signed: (zone: string) => string): Promise<void> {
    const zones = ZONES.map(({ zone }) => ({ apex: zone, path: signed(zone) }))
    const nsd = await startPeer('NSD', { zones })
    daemons.push(nsd)
    await expectSecure(nsd.port)
  }

  it('sign with dnssec-signzone', async () => {
    for (const { zone } of ZONES) {
      const { to } = await exported('bind', zone, 'bind')
      writeFileSync(join(to, 'zone'), ZONE_TEXT)
      await run(to, 'dnssec-signzone', '-S', '-K', to, '-o', zone, '-f', join(to, 'signed'), join(to, 'zone'))
    }
    await expectSecureFiles((zone) => join(folder, 'bind', zone, 'signed'))
  })

  it('sign with ldns-signzone', async () => {
    for (const { zone } of ZONES) {
      const { to } = await exported('ldns', zone, 'bind')
      writeFileSync(join(to, 'zone'), ZONE_TEXT)
      const keys = filesIn(to).flatMap((path) => /^(.*)\.private$/.exec(path)?.[1] ?? [])
      await run(to, 'ldns-signzone', '-o', zone, '-f', join(to, 'signed'), join(to, 'zone'), ...keys)
    }
    await expectSecureFiles((zone) => join(folder, 'ldns', zone, 'signed'))
  })

  it('sign with Knot DNS', async () => {
    const home = join(folder, 'knot')
    const configured = ZONES.map(
      ({ zone }) =>
        `  - domain: ${zone}\n    file: ${join(home, `${zone}.zone`)}\n    dnssec-signing: on\n    dnssec-policy: manual`,
    )
    const text = `server:\n    rundir: ${home}\ndatabase:\n    storage: ${home}\npolicy:\n  - id: manual\n    manual: on\nzone:\n${configured.join('\n')}\n`
    mkdirSync(join(home, 'signed'), { recursive: true })
    writeFileSync(join(home, 'knot.conf'), text)
    for (const { zone } of ZONES) {
      writeFileSync(join(home, `${zone}.zone`), `$ORIGIN ${zone}.\n${ZONE_TEXT}`)
      const { to, commands } = await exported('knot', zone, 'knot')
      expect(commands).toHaveLength(2)
      for (const line of commands) await run(to, 'keymgr', '-c', join(home, 'knot.conf'), ...line.split(' ').slice(1))
      await run(home, 'kzonesign', '-c', join(home, 'knot.conf'), '-o', join(home, 'signed'), zone)
    }
    expect(readdirSync(join(home, 'signed'))).toHaveLength(ZONES.length)
    await expectSecureFiles((zone) => join(home, 'signed', `${zone}.zone`))
  })

  it('sign with PowerDNS, as it answers', async () => {
    const home = join(folder, 'pdns')
    mkdirSync(home, { recursive: true })
    const names = ZONES.map(({ zone }) => zone)
    const pdnsutil = await openPdns(home, names)
    for (const zone of names) {
      const { to, commands } = await exported('pdns-keys', zone, 'powerdns')
      expect(commands).toHaveLength(2)
      for (const line of commands) {
        const [, verb, name, file, ...flags] = line.split(' ')
        await pdnsutil(verb!, name!, join(to, file!), ...flags)
      }
      await pdnsutil('rectify-zone', zone)
    }
    const server = await startDaemon({
      ...{ name: 'PowerDNS', command: 'pdns_server', environment: { PATH: `${process.env.PATH ?? ''}:/usr/sbin` } },
      prepare: () => {},
      arguments: (port, socketFolder) => [
        ...[
          `--config-dir=${home}`,
          '--local-address=127.0.0.1',
          `--local-port=${port}`,
          `--socket-dir=${socketFolder}`,
        ],
        ...['--daemon=no', '--guardian=no', '--security-poll-suffix=', '--disable-syslog=yes', '--loglevel=3'],
      ],
      ready: zonesAnswer(names.map((zone) => ({ apex: zone, path: '' }))),
    })
    daemons.push(server)
    await expectSecure(server.port)
  })
})
