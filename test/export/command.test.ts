import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { readConfiguration } from '../../server/configuration/read.ts'
import { unlockKeys } from '../../server/keys/key-file.ts'
import { openKeyRing } from '../../server/keys/key-ring.ts'
import { openStore } from '../../server/state/store.ts'
import { projectionDigest } from '../../zones/projection-digest.ts'
import { folderWith, type Run, runDnsctl } from '../dnsctl/run.ts'
import { settleKeys } from '../helpers/key-ring.ts'
import { zoneProjection } from '../helpers/zone.ts'
import { complaintOf, missingVerifier, VERIFIERS, type Verifier } from './verifiers.ts'

const ZONE = `$TTL 3600
@ SOA ns hostmaster 7 3600 600 86400 300
@ NS ns
ns A 192.0.2.1
* TXT "from a wildcard"
sub NS ns.sub
ns.sub A 192.0.2.2
old DNAME new.example.org.
a.old A 192.0.2.3
`
const OVERLAY = '$TTL 3600\nsecret A 192.0.2.77\n'
const CONFIGURATION = `
listen: ["127.0.0.1@0"]
state: state
views:
  internal: { clients: [10.0.0.0/8] }
  public: {}
zones:
  example.com:
    file: example.com.zone
    overlays: { internal: internal.zone }
    dnssec: { algorithm: 15 }
  plain.example: { file: plain.zone, dnssec: off }
  single.example: { file: single.zone, views: [internal] }
`
const FILES = {
  'veil.yaml': CONFIGURATION,
  'example.com.zone': ZONE,
  'internal.zone': OVERLAY,
  'plain.zone': ZONE,
  'single.zone': ZONE,
}

let folder: string
beforeEach(() => {
  folder = folderWith(FILES)
})

const zoneExport = (...words: string[]): Promise<Run> => runDnsctl(folder, ['zone', 'export', ...words])

/** Leaves a state folder as veild does once it has served the zones. */
async function serveOnce(): Promise<void> {
  const state = join(folder, 'state')
  mkdirSync(state, { mode: 0o700, recursive: true })
  const reading = readConfiguration(join(folder, 'veil.yaml'), state)
  if (reading.outcome !== 'accepted') throw new Error(JSON.stringify(reading.problems))
  const store = openStore(state)
  const ring = openKeyRing({
    store: store.keys,
    secret: new Uint8Array(32),
    unlock: () => unlockKeys(state, store.keys),
    report: () => {},
  })
  const now = Math.floor(Date.now() / 1000)
  await ring.keySets(reading.configuration.zones, now)
  // As once all caches have the keys, and CDS asks for their DS.
  await settleKeys(store.keys, store.keys.zones(), now)
  await store.close()
}

async function serveSerial(view: string, serial: number, digest: Uint8Array = new Uint8Array(32)): Promise<void> {
  const store = openStore(join(folder, 'state'))
  await store.serials.put([{ zone: 'example.com.', view, serial, digest }])
  await store.close()
}

describe('dnsctl zone export without --signed', () => {
  it('writes what a view sees to standard output, and nothing else there', async () => {
    const { exitCode, stdout, stderr } = await zoneExport('example.com', '--view', 'public')
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'note: veild has not served example.com to public yet: the serial is the file’s.\n',
    })
    expect(stdout).toBe(
      [
        'example.com.\t3600\tIN\tSOA\tns.example.com. hostmaster.example.com. 7 3600 600 86400 300',
        'example.com.\t3600\tIN\tNS\tns.example.com.',
        '*.example.com.\t3600\tIN\tTXT\t"from a wildcard"',
        'ns.example.com.\t3600\tIN\tA\t192.0.2.1',
        'old.example.com.\t3600\tIN\tDNAME\tnew.example.org.',
        'sub.example.com.\t3600\tIN\tNS\tns.sub.example.com.',
        'ns.sub.example.com.\t3600\tIN\tA\t192.0.2.2',
        '',
      ].join('\n'),
    )
  })

  it('shows to a view what is its own', async () => {
    expect((await zoneExport('example.com', '--view', 'internal')).stdout).toContain('secret.example.com.')
    expect((await zoneExport('example.com', '--view', 'public')).stdout).not.toContain('secret')
  })

  it('takes the view for everybody, or the only one that has the zone, where none is named', async () => {
    const { stdout } = await zoneExport('example.com')
    expect(stdout).toBe((await zoneExport('example.com', '--view', 'public')).stdout)
    expect(stdout).not.toContain('secret')
    expect((await zoneExport('single.example')).exitCode).toBe(0)
    expect((await zoneExport('single.example', '--view', 'public')).exitCode).toBe(1)
  })

  it('asks for the view where each is for somebody', async () => {
    const closed = CONFIGURATION.replace('public: {}', 'public: { clients: [192.0.2.0/24] }')
    writeFileSync(join(folder, 'veil.yaml'), closed)
    const { exitCode, stdout, stderr } = await zoneExport('example.com')
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('--view names one: internal, public.')
  })

  it('gives the serial that the server gave to that view', async () => {
    await serveSerial('public', 4711, projectionDigest(zoneProjection('example.com', ZONE)))
    const same = await zoneExport('example.com', '--view', 'public')
    expect({ stderr: same.stderr, isSame: same.stdout.includes(' 4711 ') }).toEqual({ stderr: '', isSame: true })
  })

  it('gives the serial that comes next where the files have changed', async () => {
    await serveSerial('public', 4711)
    const { stdout, stderr } = await zoneExport('example.com', '--view', 'public')
    expect(stdout).toContain('hostmaster.example.com. 4712 ')
    expect(stderr).toContain('4712 is the serial that `dnsctl reload`')
  })

  it('adds ZONEMD where it is asked for', async () => {
    const { stdout } = await zoneExport('plain.example', '--view', 'public', '--zonemd', 'both')
    expect(stdout.match(/^plain\.example\.\t3600\tIN\tZONEMD\t7 1 [12] [0-9A-F]+$/gm)).toHaveLength(2)
  })
})

describe('dnsctl zone export --signed', () => {
  it.each(Object.values<Verifier>(VERIFIERS).filter((verifier) => missingVerifier(verifier) === undefined))(
    'is accepted by $command, with either chain',
    async (verifier) => {
      await serveOnce()
      for (const chain of ['nsec', 'nsec3']) {
        const { exitCode, stdout } = await zoneExport('example.com', '--view', 'public', '--signed', '--denial', chain)
        expect(exitCode).toBe(0)
        expect(stdout).toContain(chain === 'nsec' ? '\tNSEC\t' : '\tNSEC3\t1 0 0 - ')
        expect(complaintOf(verifier, 'example.com', stdout)).toBeUndefined()
      }
    },
  )

  it('signs the key set by the KSK and all else by the ZSK', async () => {
    await serveOnce()
    const { stdout } = await zoneExport('example.com', '--view', 'public', '--signed', '--json')
    const { keys, text } = JSON.parse(stdout) as { keys: { role: string; keyTag: number }[]; text: string }
    const tags = (types: RegExp) =>
      new Set(
        [...text.matchAll(/RRSIG\t(\S+) 15 \d+ \d+ \d+ \d+ (\d+) /g)].flatMap(([, type, tag]) =>
          types.test(type!) ? [Number(tag)] : [],
        ),
      )
    expect(tags(/^(DNSKEY|CDS|CDNSKEY)$/)).toEqual(new Set([keys.find(({ role }) => role === 'ksk')!.keyTag]))
    expect(tags(/^(?!(DNSKEY|CDS|CDNSKEY)$)/)).toEqual(new Set([keys.find(({ role }) => role === 'zsk')!.keyTag]))
  })

  it('says what a file gives away that veild does not', async () => {
    await serveOnce()
    const nsec3 = await zoneExport('example.com', '--view', 'public', '--signed')
    expect(nsec3.stderr).toMatch(/note: The chain of NSEC3 records can be collected/)
    expect(nsec3.stderr).toMatch(/note: Wildcards are signed conventionally/)
    const nsec = await zoneExport('example.com', '--view', 'public', '--signed', '--denial', 'nsec')
    expect(nsec.stderr).toMatch(/note: The chain of NSEC records names every name/)
  })

  it('is the same octet for octet when done again, for Ed25519 is deterministic', async () => {
    await serveOnce()
    const first = await zoneExport('example.com', '--view', 'public', '--signed')
    const second = await zoneExport('example.com', '--view', 'public', '--signed')
    expect(second.stdout).toBe(first.stdout)
  })

  it('has the signalling records that veild adds for others (RFC 9615), signed by the ZSK', async () => {
    writeFileSync(
      join(folder, 'veil.yaml'),
      `${CONFIGURATION}  child.example: { file: child.zone, dnssec: { algorithm: 15, bootstrap: true } }\n`,
    )
    writeFileSync(join(folder, 'child.zone'), '$TTL 60\n@ SOA ns.example.com. h 1 2 3 4 5\n@ NS ns.example.com.\n')
    await serveOnce()
    const { stdout } = await zoneExport('example.com', '--view', 'public', '--signed', '--denial', 'nsec', '--json')
    const { text, keys } = JSON.parse(stdout) as { text: string; keys: { role: string; keyTag: number }[] }
    const zsk = keys.find(({ role }) => role === 'zsk')!.keyTag
    const lines = text.split('\n').filter((line) => line.startsWith('_dsboot.child.example._signal.ns.example.com.\t'))
    expect(lines.map(summaryOf)).toEqual([
      'CDS',
      `RRSIG CDS by ${zsk}`,
      'CDNSKEY',
      `RRSIG CDNSKEY by ${zsk}`,
      'NSEC',
      `RRSIG NSEC by ${zsk}`,
    ])
  })

  it('needs keys, and makes none', async () => {
    const { exitCode, stderr } = await zoneExport('example.com', '--view', 'public', '--signed')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('There are no keys of example.com yet')
    expect(existsSync(join(folder, 'state'))).toBe(false)
  })

  it('needs the key file', async () => {
    await serveOnce()
    writeFileSync(join(folder, 'state/key'), Buffer.alloc(32), { mode: 0o600 })
    const { exitCode, stderr } = await zoneExport('example.com', '--view', 'public', '--signed')
    expect(exitCode).toBe(4)
    expect(stderr).toContain('does not open the private keys')
  })

  it('refuses a zone that is not signed here, and a chain without signatures', async () => {
    const plain = await zoneExport('plain.example', '--view', 'public', '--signed')
    expect(plain.exitCode).toBe(1)
    expect(plain.stderr).toContain('plain.example is not signed here')
    expect((await zoneExport('example.com', '--view', 'public', '--denial', 'nsec')).exitCode).toBe(2)
    expect((await zoneExport('example.com', '--view', 'public', '--signed', '--denial', 'nsec5')).exitCode).toBe(2)
  })
})

/** Type; of a signature, what it covers and whose it is. */
function summaryOf(line: string): string {
  const [, , , type, rdata] = line.split('\t')
  const words = rdata!.split(' ')
  return type === 'RRSIG' ? `RRSIG ${words[0]} by ${words[6]}` : type!
}

describe('dnsctl zone export --output', () => {
  it('writes the file and tells of it', async () => {
    await serveOnce()
    const { exitCode, stdout } = await zoneExport('example.com', '--view', 'public', '--signed', '-o', 'out.zone')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^Wrote .*out\.zone\n/)
    expect(stdout).toMatch(/signatures +\d+, until 20/)
    expect(stdout).toMatch(/renewal +export again before 20/)
    expect(readFileSync(join(folder, 'out.zone'), 'utf8')).toBe(
      (await zoneExport('example.com', '--view', 'public', '--signed')).stdout,
    )
  })

  it('gives a summary to programs', async () => {
    await serveOnce()
    const { stdout } = await zoneExport('example.com', '--view', 'public', '--signed', '-o', 'out.zone', '--json')
    const text = readFileSync(join(folder, 'out.zone'), 'utf8')
    const lines = text.trimEnd().split('\n')
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      zone: 'example.com.',
      view: 'public',
      output: join(folder, 'out.zone'),
      serial: 7,
      signed: true,
      presigned: false,
      denial: 'nsec3',
      zonemd: 1,
      records: lines.length,
      signatures: lines.filter((line) => line.includes('\tRRSIG\t')).length,
      denials: lines.filter((line) => line.includes('\tNSEC3\t')).length,
      owners: new Set(lines.map((line) => line.split('\t')[0])).size,
    })
  })

  it('follows links, keeps the mode, and leaves nothing else behind', async () => {
    writeFileSync(join(folder, 'real.zone'), 'before', { mode: 0o640 })
    symlinkSync('real.zone', join(folder, 'link.zone'))
    const before = readdirSync(folder).sort()
    expect((await zoneExport('plain.example', '--view', 'public', '-o', 'link.zone')).exitCode).toBe(0)
    expect(readdirSync(folder).sort()).toEqual(before)
    expect(lstatSync(join(folder, 'link.zone')).isSymbolicLink()).toBe(true)
    expect(statSync(join(folder, 'real.zone')).mode & 0o777).toBe(0o640)
    expect(readFileSync(join(folder, 'real.zone'), 'utf8')).toContain('SOA')
  })

  it('leaves what was there when it cannot go on', async () => {
    const into = await zoneExport('plain.example', '--view', 'public', '-o', 'no-such-folder/out.zone')
    expect({ exitCode: into.exitCode, text: into.stderr.includes('Cannot write') }).toEqual({ exitCode: 4, text: true })
    const over = await zoneExport('plain.example', '--view', 'public', '-o', '.')
    expect({ exitCode: over.exitCode, text: over.stderr.includes('it is no file') }).toEqual({
      exitCode: 4,
      text: true,
    })
  })
})
