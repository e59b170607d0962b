/*
 * What somebody makes of decoys who guesses names: each feature that a tool can report tells real names from decoys no
 * better than by chance, and tests for wildcards either end the scan or pass. These tests are plain replicas; the real
 * tools are asked elsewhere.
 */
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { areaOfCategories, areaUnderCurve } from '../../guard/area-under-curve.ts'
import { addressOctets, answerTo } from '../helpers/answering.ts'
import { type DecoyText, decoysOf } from '../helpers/decoys.ts'
import { LONG } from '../helpers/long.ts'
import { createRandom, type Random } from '../helpers/random.ts'
import { linesOf, type SignedWorld, signedQuery, signedWorld } from '../helpers/signed-world.ts'

const WORDS = (createRequire(import.meta.url)('an-array-of-english-words') as string[]).filter((word) =>
  /^[a-z]{4,8}$/.test(word),
)
const HOSTS = 20
/** So few that those of real names decide how sure a share is. */
const GUESSES = LONG ? 2000 : 400
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
type Resolve = (name: string) => string[]
/** Whether a name with these addresses is reported. */
type Keeps = (addresses: readonly string[]) => boolean

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const ALPHANUMERIC = `${LOWER}0123456789`
const draw = (random: Random, from: string, length: number) =>
  Array.from({ length }, () => random.pick([...from])).join('')

/** What each tool asks before it guesses, and how it judges what it finds afterwards. */
const TOOLS: Readonly<Record<string, (resolve: Resolve, random: Random) => Keeps | 'gives up'>> = {
  gobuster: (resolve, random) => {
    const hex = (length: number) => draw(random, '0123456789abcdef', length)
    const probe = resolve(`${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`)
    return probe.length > 0 ? 'gives up' : isThere
  },
  dnsenum: (resolve, random) => unlike(resolve(draw(random, LOWER, 12))),
  dnsrecon: (resolve, random) => {
    const probe = resolve(draw(random, ALPHANUMERIC, 12))
    return probe.length > 0 ? 'gives up' : isThere
  },
  fierce: (resolve, random) => {
    const probe = resolve(draw(random, '0123456789', 11)).join()
    return (addresses) => isThere(addresses) && (probe === '' || addresses.join() !== probe)
  },
  amass: (resolve, random) => {
    const probes = Array.from({ length: 3 }, () => resolve(draw(random, ALPHANUMERIC, 6 + random.below(19))))
    if (probes.every((probe) => probe.length === 0)) return isThere
    const common = probes[0]!.filter((address) => probes.every((probe) => probe.includes(address)))
    return common.length === 0 ? 'gives up' : unlike(common)
  },
  puredns: (resolve, random) => {
    return unlike(Array.from({ length: 3 }, () => resolve(draw(random, ALPHANUMERIC, 16))).flat())
  },
  shuffledns: (resolve, random) => unlike(resolve(draw(random, '0123456789abcdefghijklmnopqrstuv', 20))),
  bbot: (resolve, random) => {
    const probes = Array.from({ length: 10 }, () => draw(random, LOWER, 10))
    const canaries = Array.from({ length: 10 }, () => `dev-${random.pick(WORDS)}-${draw(random, LOWER, 8)}`)
    return [...probes, ...canaries].some((name) => resolve(name).length > 0) ? 'gives up' : isThere
  },
}

const isThere: Keeps = (addresses) => addresses.length > 0

function unlike(wildcard: readonly string[]): Keeps {
  return (addresses) => isThere(addresses) && !addresses.some((address) => wildcard.includes(address))
}

/** Beyond that a feature tells something. */
const MOST = 0.55

interface Scene {
  readonly world: SignedWorld
  readonly hosts: readonly string[]
  /** Names that the zone does not have. */
  readonly guesses: readonly string[]
}

const MODES: Readonly<Record<string, (hosts: readonly string[]) => DecoyText>> = {
  mirror: (hosts) => ({ of: hosts.map((host) => `${host}.example.com.`) }),
  prf: () => ({ addresses: ['198.51.100.0/22'], ttl: 300 }),
  selective: () => ({ addresses: ['198.51.100.0/22'], ttl: 300, isSelective: true }),
}

/** For a mirror hosts of all kinds; else such as look like decoys: one address in the range, one TTL, nothing else. */
function makeScene(mode: string, seed: number): Scene {
  const random = createRandom(seed)
  const words = [...new Set(Array.from({ length: HOSTS + GUESSES }, () => random.pick(WORDS)))]
  const [hosts, guesses] = [words.slice(0, HOSTS), words.slice(HOSTS)]
  const addresses = new Set<number>()
  while (addresses.size < HOSTS) addresses.add(1 + random.below(1022))
  const lines = hosts.flatMap((host, index) => linesOfHost(host, [...addresses][index]!, mode === 'mirror' ? index : 0))
  const base = `$TTL 300\n@ SOA ns.example.net. hostmaster.example.net. 7 3600 600 86400 300\n@ NS ns.example.net.\n${lines.join('\n')}\n`
  const keys = Uint8Array.from({ length: 48 }, () => random.below(256))
  const decoys = { ...decoysOf(MODES[mode]!(hosts)), keys }
  const range = { prefix: { address: addressOctets('198.51.100.0'), length: 118 }, before: 'ip-', after: '' }
  const domain = Buffer.from('\x03dyn\x07example\x03com\x00', 'latin1')
  return {
    world: signedWorld({
      'example.com.': { base, decoys: { public: decoys, internal: decoys }, signing: {} },
      '51.198.in-addr.arpa.': {
        base: base.split('\n').slice(0, 3).join('\n'),
        generated: [{ ...range, domain, ttl: 300 }],
      },
    }),
    hosts,
    guesses,
  }
}

function linesOfHost(host: string, number: number, kind: number): string[] {
  const address = `${host} A 198.51.${100 + (number >> 8)}.${number & 255}`
  switch (kind % 5) {
    case 1:
      return [address, `${host} MX 10 ${host}`, `${host} TXT "v=spf1 mx -all"`]
    case 2:
      return [address.replace(' A', ' 60 A'), `${host} 60 AAAA 2001:db8::${number}`]
    case 3:
      return [`${host} CNAME cdn.example.net.`]
    case 4:
      return [address, `${host} HTTPS 1 . alpn=h2`]
    default:
      return [address]
  }
}

/** What a tool can find out about one name; text has no order. */
type Report = Readonly<Record<string, number | string>>

const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'HTTPS', 'NS', 'DS', 'ANY']

function examine({ world }: Scene, name: string, random: Random): Report {
  const fqdn = `${name}.example.com.`
  const rcode = (label: string) => world.ask(`${label}.${fqdn}`, 'A', { dnssec: 'off' }).rcode
  const size = (type: string, dnssec: 'off' | 'do') =>
    answerTo(world.context, signedQuery(fqdn, type, { dnssec }))!.length - name.length
  const answers = TYPES.map((type) => world.ask(fqdn, type, { dnssec: 'off' }))
  const [first] = answers[0]!.answer
  const address = first?.type === 1 ? Buffer.from(first.rdata).readUInt32BE() : 0
  const again = world.ask(fqdn, 'A', { dnssec: 'off' }).answer
  const child = world.ask(`${draw(random, ALPHANUMERIC, 12)}.${fqdn}`, 'A', { dnssec: 'off' })
  const reverse = `${address & 255}.${(address >>> 8) & 255}.51.198.in-addr.arpa.`
  const names = world.ask(reverse, 'PTR', { dnssec: 'off' }).answer
  return {
    address,
    ttl: first?.ttl ?? -1,
    'type set': answers.map(({ answer }) => answer.length).join(),
    cname: first?.type === 5 ? 'yes' : 'no',
    'size of A': size('A', 'off'),
    'size of ANY': size('ANY', 'off'),
    'size of signed A': size('A', 'do'),
    'size of signed NODATA': size('TXT', 'do'),
    children: [rcode('www'), rcode('_tcp'), rcode('qxkzvbtjwm')].join(),
    'random child': String(child.rcode),
    ptr: String(names.length),
    'ptr points back': String(names.some(({ rdata }) => Buffer.from(rdata).includes(`${name}\x07`))),
    repeated: String(linesOf(again).join() === linesOf(answers[0]!.answer).join()),
  }
}

/** All reports of all scenes: of real names, and of decoys. */
function gather(mode: string): { real: Report[]; decoys: Report[] } {
  const gathered: { real: Report[]; decoys: Report[] } = { real: [], decoys: [] }
  for (const seed of SEEDS) {
    const scene = makeScene(mode, seed)
    const random = createRandom(seed + 100)
    const [real, decoys] = [scene.hosts, scene.guesses].map((names) =>
      names.map((name) => examine(scene, name, random)),
    )
    const counts = new Map<number, number>()
    for (const { address } of [...real!, ...decoys!])
      counts.set(Number(address), (counts.get(Number(address)) ?? 0) + 1)
    const withCount = (report: Report) => ({
      ...report,
      'names that share the address': counts.get(Number(report.address))!,
    })
    gathered.real.push(...real!.map(withCount))
    gathered.decoys.push(...decoys!.map(withCount))
  }
  return gathered
}

describe.each(Object.keys(MODES))('who guesses names in a zone with decoys by %s', (mode) => {
  it('cannot tell real ones by any feature', { timeout: 300_000 }, () => {
    const { real, decoys } = gather(mode)
    const areas = Object.keys(real[0]!).map((feature): [string, number] => {
      const [own, rest] = [real, decoys].map((reports) => reports.map((report) => report[feature]!))
      const isText = typeof own![0] === 'string'
      return [
        feature,
        isText
          ? areaOfCategories(own!.map(String), rest!.map(String))
          : areaUnderCurve(own!.map(Number), rest!.map(Number)),
      ]
    })
    const text = areas.map(([feature, area]) => `${feature} ${area.toFixed(3)}`).join(', ')
    console.log(`${mode}, ${real.length} real names and ${decoys.length} decoys: ${text}`)
    expect(areas.filter(([, area]) => area > MOST)).toEqual([])
  })

  it.each(Object.keys(TOOLS))('as %s does gives up, or takes decoys for real', (tool) => {
    const scene = makeScene(mode, 1)
    const random = createRandom(4711)
    const resolve = (name: string): string[] =>
      scene.world
        .ask(`${name}.example.com.`, 'A', { dnssec: 'off' })
        .answer.map(({ rdata }) => Buffer.from(rdata).toString('hex'))
    const keeps = TOOLS[tool]!(resolve, random)
    if (keeps === 'gives up') {
      console.log(`${tool} in a zone with decoys by ${mode}: gives up`)
      return
    }
    const kept = (names: readonly string[]) => names.filter((name) => keeps(resolve(name)))
    const [real, false_] = [kept(scene.hosts), kept(scene.guesses)]
    const [found, fooled] = [real.length / scene.hosts.length, false_.length / scene.guesses.length]
    console.log(`${tool} in a zone with decoys by ${mode}: reports ${real.length} real names, ${false_.length} decoys`)
    // Being reported is the one feature: it tells as much as the shares differ.
    expect(Math.abs(found - fooled) / 2 + 0.5).toBeLessThanOrEqual(MOST)
  })
})
