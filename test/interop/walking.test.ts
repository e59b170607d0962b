import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalName, nameFromText } from '../../dns/name.ts'
import { CELLS } from '../../zones/denial/cells.ts'
import type { Daemon } from '../helpers/daemon.ts'
import { LONG } from '../helpers/long.ts'
import { missingPeerPackage, startPeer, zonesAnswer } from '../helpers/peers.ts'
import { missingCommandPackage } from '../helpers/resolvers.ts'
import { isVeildBuilt, startVeild } from '../helpers/veild.ts'
import { presign } from './dnssec/presign.ts'
import { mayRelay, openRelay, type Relay } from './dnssec/relay.ts'
import { runTool } from './run-tool.ts'
import { hashName, walkZone } from './walker.ts'

/** Words that nobody asks for unless he was told, and where they stand. */
const HOSTS = [
  'acorn-ledger',
  'birchvault',
  'copperline',
  'dunegate7',
  'emberfork',
  'fjordmail',
  'granitebox',
  'harbortap',
  'ivorystack',
  'juniperdb',
  'kelpbridge',
  'lanternvpn',
  'mosswire',
  'nickelhub',
  'obsidianci',
]
const SECRETS = [
  ...HOSTS,
  'quartzroom',
  'rackunit.quartzroom',
  'saltbranch',
  'tidalalias',
  'umberleaf.umbertree',
  'umbertree',
]
/** Children of the apex: the name server among them. */
const CHILDREN = new Set([...SECRETS, 'ns1'].map((name) => name.split('.').at(-1)!)).size

const SERVED = [
  { denial: 'compact', zone: 'compact.test' },
  { denial: 'white-lies', zone: 'whitelies.test' },
  { denial: 'nsec3-white-lies', zone: 'hashedlies.test' },
  { denial: 'cells', zone: 'cells.test' },
] as const
const CONTROLS = [
  { denial: 'nsec', zone: 'chained.test' },
  { denial: 'nsec3', zone: 'hashed.test' },
] as const

const missing = [
  missingPeerPackage('Knot'),
  missingCommandPackage('kzonesign', 'knot-dnssecutils'),
  missingCommandPackage('ldns-walk', 'ldnsutils'),
  missingCommandPackage('dnsrecon', 'dnsrecon'),
  missingCommandPackage('nmap', 'nmap'),
].filter((name) => name !== undefined)
const obstacles = [
  ...(missing.length > 0 ? [`install ${missing.join(', ')}`] : []),
  ...((await mayRelay()) ? [] : ['run as root, or with net.ipv4.ip_unprivileged_port_start=53']),
  ...(isVeildBuilt() ? [] : ['npm run build']),
]
const canRun = obstacles.length === 0
if (!canRun) console.warn(`The walking of zones is left out: ${obstacles.join('; ')}.`)

/** A server at a port of its own and, for tools that know no other, at port 53. */
interface Stage {
  readonly daemon: Daemon
  readonly relay: Relay
}

let folder: string
let veil: Stage
let knot: Stage

it.runIf(process.env.CI === 'true')('has all it needs to walk zones', () => {
  expect(obstacles).toEqual([])
})

describe.runIf(canRun)('walking a zone', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'veil-walking-'))
    veil = await stageVeil()
    knot = await stageKnot()
  }, 120_000)

  afterAll(async () => {
    for (const stage of [veil, knot]) {
      await stage?.relay.stop()
      await stage?.daemon.stop()
    }
    rmSync(folder, { recursive: true, force: true })
  })

  it('reads all of a chain of NSEC records', async () => {
    const { told } = await walkZone(knot.daemon.port, 'chained.test.', 3_000)
    expect(secretsAmong(told, 'chained.test')).toEqual(
      [...SECRETS].filter((name) => name !== 'umbertree' && name !== 'quartzroom').sort(),
    )
  })

  it('harvests all of a chain of NSEC3 records, which a dictionary turns into names', async () => {
    const { hashes } = await walkZone(knot.daemon.port, 'hashed.test.', 3_000)
    expect(crack(hashes, 'hashed.test')).toEqual([...SECRETS].sort())
  })

  it.each(SERVED)('learns no name from $denial', async ({ zone }) => {
    const walk = await walkZone(veil.daemon.port, `${zone}.`, LONG ? 3_000 : 1_500)
    expect(walk.questions).toBeGreaterThan(1_000)
    expect(secretsAmong(walk.told, zone)).toEqual([])
    expect(crack(walk.hashes, zone)).toEqual([])
    expect(walk.hashes.size).toBe(0)
  })

  it('learns of cells whether anything is in them', async () => {
    const { spans } = await walkZone(veil.daemon.port, 'cells.test.', 5_000)
    const isPoint = (name: string) => /^[!~_a-z0-9\\]+[-5a-z][a-z2-7]{8}\.cells\.test\.$/.test(name)
    const empty = [...spans].filter(([owner, next]) => isPoint(owner) && isPoint(next))
    expect(empty.length).toBeLessThan(CELLS)
    expect(CELLS - empty.length).toBeLessThanOrEqual(CHILDREN)
  })

  // Side by side: most of them wait for most of the time.
  describe.concurrent.each([
    {
      tool: 'ldns-walk',
      least: HOSTS.length,
      run: (zone: string, stage: Stage) => outputOf(stage, (address) => ['ldns-walk', `@${address}`, zone]),
    },
    {
      tool: 'dnsrecon',
      least: HOSTS.length,
      run: (zone: string, stage: Stage) =>
        outputOf(stage, (address) => ['dnsrecon', '-t', 'zonewalk', '-d', zone, '-n', address, '--lifetime', '2']),
    },
    {
      tool: 'dns-nsec-enum of nmap',
      // Version 7.93 stumbles after the first name: it forgets dots.
      least: 1,
      run: (zone: string, stage: Stage) => outputOf(stage, (address) => nmap('dns-nsec-enum', zone, address)),
    },
  ])('by $tool', ({ run, least }) => {
    it('reads a chain of NSEC records', async () => {
      const found = secretsIn(await run('chained.test', knot))
      expect(found.length).toBeGreaterThanOrEqual(least)
    }, 90_000)

    it.each(SERVED)(
      'learns no name from $denial',
      async ({ zone }) => {
        expect(secretsIn(await run(zone, veil))).toEqual([])
      },
      90_000,
    )
  })

  describe.concurrent('by dns-nsec3-enum of nmap', () => {
    const run = (zone: string, stage: Stage) => outputOf(stage, (address) => nmap('dns-nsec3-enum', zone, address))

    it('harvests hashes, which a dictionary turns into names', async () => {
      const output = await run('hashed.test', knot)
      expect(crack(hashesIn(output), 'hashed.test').length).toBeGreaterThan(HOSTS.length)
    }, 90_000)

    it.each(SERVED)(
      'learns no name from $denial',
      async ({ zone }) => {
        const output = await run(zone, veil)
        expect(crack(hashesIn(output), zone)).toEqual([])
        expect(secretsIn(output)).toEqual([])
      },
      90_000,
    )
  })
})

function zoneText(zone: string, address: string): string {
  return [
    `$ORIGIN ${zone}.`,
    '$TTL 300',
    '@ SOA ns1 admin 1 3600 600 86400 60',
    '@ NS ns1',
    `ns1 A ${address}`,
    ...HOSTS.map((host, i) => `${host} A 192.0.2.${i + 1}`),
    'rackunit.quartzroom A 192.0.2.99',
    'saltbranch NS ns.elsewhere.invalid.',
    'tidalalias CNAME elsewhere.invalid.',
    'umberleaf.umbertree TXT "leaf"',
    '',
  ].join('\n')
}

async function stageVeil(): Promise<Stage> {
  const relay = await openRelay()
  for (const { zone } of SERVED) writeFileSync(join(folder, `${zone}.zone`), zoneText(zone, relay.address))
  const configuration = join(folder, 'veil.yaml')
  const zones = SERVED.map(({ zone, denial }) => [zone, { file: join(folder, `${zone}.zone`), dnssec: { denial } }])
  const settings = { listen: ['127.0.0.1@53'], workers: 1, 'rate-limit': { enabled: false } }
  writeFileSync(configuration, JSON.stringify({ ...settings, zones: Object.fromEntries(zones) }))
  const daemon = await startVeild({ arguments: ['--config', configuration], startSeconds: 60 })
  expect(await zonesAnswer(SERVED.map(({ zone }) => ({ apex: zone, path: '' })))(daemon.port)).toBe(true)
  await relay.target(daemon.port)
  return { daemon, relay }
}

async function stageKnot(): Promise<Stage> {
  const relay = await openRelay()
  const zones = CONTROLS.map(({ zone, denial }) => {
    const path = join(folder, `${zone}.zone`)
    writeFileSync(path, zoneText(zone, relay.address))
    return { apex: zone, path: presign({ apex: `${zone}.`, path, folder, denial, algorithms: [13] }).path }
  })
  const daemon = await startPeer('Knot', { zones })
  await relay.target(daemon.port)
  return { daemon, relay }
}

function secretsAmong(names: ReadonlySet<string>, zone: string): string[] {
  return SECRETS.filter((secret) => names.has(`${secret}.${zone}.`)).sort()
}

function crack(hashes: ReadonlySet<string>, zone: string): string[] {
  return SECRETS.filter((secret) => hashes.has(hashName(canonicalName(nameFromText(`${secret}.${zone}.`))))).sort()
}

/** Labels of secrets in what a tool says. */
function secretsIn(output: string): string[] {
  return SECRETS.filter((secret) => output.toLowerCase().includes(secret.split('.')[0]!))
}

/** NSEC3 owners in what a tool says, hexadecimal. */
function hashesIn(output: string): Set<string> {
  const found = output.toLowerCase().match(/\b[0-9a-v]{32}\b/g) ?? []
  return new Set(found.map((digits) => Buffer.from(base32(digits)).toString('hex')))
}

function base32(digits: string): number[] {
  const bits = [...digits].map((digit) => Number.parseInt(digit, 32).toString(2).padStart(5, '0')).join('')
  return (bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2))
}

/** The dot in front makes up for the one that scripts of nmap 7.93 forget between a label and the zone. */
function nmap(script: string, zone: string, address: string): Command {
  const settings = [`${script}.domains=.${zone}`, `dns-nsec3-enum.timelimit=${HARVEST_SECONDS}s`].join(',')
  // Names that are found show themselves in what the script tries next, even if it never ends.
  return ['nmap', '-d1', '-Pn', '-n', '-sT', '-p', '53', '--script', script, '--script-args', settings, address]
}

type Command = readonly [string, ...string[]]

const HARVEST_SECONDS = 5
const TOOL_SECONDS = 8
/** A chain of the zone is read with a hundred. */
const TOOL_QUESTIONS = LONG ? Infinity : 250

/**
 * What the tool printed until it ended, or until it had walked for long enough: some would never end. It asks a relay of
 * its own. One that harvests hashes tells them at its end, which it sets itself.
 */
async function outputOf({ daemon }: Stage, command: (address: string) => Command): Promise<string> {
  const relay = await openRelay()
  await relay.target(daemon.port)
  const line = command(relay.address)
  const enough = new AbortController()
  let asked = 0
  relay.asked = () => {
    if (++asked >= TOOL_QUESTIONS && !line.includes('dns-nsec3-enum')) enough.abort()
  }
  try {
    const run = await runTool(line, { folder, mostSeconds: TOOL_SECONDS, enough: enough.signal })
    return run.output
  } finally {
    await relay.stop()
  }
}
