import { beforeAll, describe, expect, it } from 'vitest'
import { Flag, Rcode, Type } from '../../../dns/constants.ts'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import type { KeyMaterial } from '../../../keys/key-set.ts'
import type { TrustAnchor } from '../../../keys/validation/key-set.ts'
import type { LookSettings } from '../../../server/parent/look.ts'
import { lookAtParent } from '../../../server/parent/look.ts'
import { type LookedForKey, verdictOf, wholeOf } from '../../../server/parent/parent-look.ts'
import { encodeMessage } from '../../helpers/encode-message.ts'
import { createRandom } from '../../helpers/random.ts'
import {
  type Behaviour,
  changed,
  createSimulatedDns,
  dsOf,
  honestly,
  NOW,
  record,
  type SimulatedDns,
  type SimulatedZone,
  silently,
  simulatedZone,
  zoneKey,
} from '../../helpers/simulated-dns.ts'

const CHILD = 'example.com.'
const APEX = canonicalName(nameFromText(CHILD))
const ROOT_SERVER = '192.0.2.1'
const RESOLVER = '192.0.2.99'
/** Of the servers of com, the last by IPv6. */
const [A, B, B6] = ['192.0.2.11', '192.0.2.12', '2001:db8::12']

let keys: {
  readonly root: KeyMaterial
  readonly com: KeyMaterial
  readonly old: KeyMaterial
  readonly next: KeyMaterial
}

beforeAll(async () => {
  const [root, com, old, next] = await Promise.all([zoneKey(8), zoneKey(), zoneKey(), zoneKey()])
  keys = { root, com, old, next } as typeof keys
})

interface World {
  readonly dns: SimulatedDns
  readonly root: SimulatedZone
  readonly com: SimulatedZone
  /** One address of the parent behaves so from now on, or has a zone of its own. */
  at(address: string, behave: Behaviour, com?: SimulatedZone): void
}

/** The DS records of the child are lines of com's zone; `isSigned`: root and com are. */
function openWorld(ds: readonly string[], isSigned = true): World {
  const dns = createSimulatedDns()
  const com = comZone(ds, isSigned)
  const root = simulatedZone(
    '.',
    [
      '@ NS ns.root.',
      `ns.root A ${ROOT_SERVER}`,
      'com NS a.nic.com.',
      'com NS b.nic.com.',
      ...(isSigned ? [dsOf('com.', keys.com)] : []),
      `a.nic.com A ${A}`,
      `b.nic.com A ${B}`,
      `b.nic.com AAAA ${B6}`,
    ],
    isSigned ? keys.root : undefined,
  )
  dns.serve(ROOT_SERVER, [root])
  for (const address of [A, B, B6]) dns.serve(address, [com])
  // What a resolver says is what all servers together know, and none of it is authoritative.
  dns.serve(RESOLVER, [root, com], asResolver)
  return { dns, root, com, at: (address, behave, own = com) => dns.serve(address, [own], behave) }
}

const asResolver: Behaviour = changed((honest) => ({ ...honest, flags: (honest.flags & ~Flag.AA) | Flag.RA | Flag.RD }))

function comZone(ds: readonly string[], isSigned = true): SimulatedZone {
  const lines = [
    '@ NS a.nic.com.',
    '@ NS b.nic.com.',
    `a.nic A ${A}`,
    `b.nic A ${B}`,
    `b.nic AAAA ${B6}`,
    'example NS ns.example.com.',
    ...ds,
  ]
  return simulatedZone('com.', lines, isSigned ? keys.com : undefined)
}

function rootAnchor(): TrustAnchor[] {
  return [{ owner: Uint8Array.of(0), type: Type.DNSKEY, rdata: keys.root.dnskey }]
}

function look({ dns }: World, settings: Partial<LookSettings> = {}, apex = APEX) {
  let id = 0
  const resolver = [{ address: RESOLVER, port: 53, family: 4 as const }]
  return lookAtParent(
    apex,
    { servers: undefined, resolver, families: [4, 6], trustAnchors: rootAnchor(), ...settings },
    {
      network: { exchange: dns.exchange, randomId: () => (id = (id * 31 + 7) & 0xffff) },
      now: () => NOW,
      roots: [ROOT_SERVER],
      systemResolvers: () => resolver,
    },
  )
}

function lookedFor({ dnskey, keyTag }: KeyMaterial): LookedForKey {
  return { id: String(keyTag), apex: APEX, keyTag, dnskey }
}

const ds = (key: KeyMaterial, digestType: 2 | 4 = 2) => dsOf(CHILD, key, digestType)

describe('a look at the parent', () => {
  it.each<[string, Partial<LookSettings>]>([
    ['through resolvers', {}],
    ['through the resolvers of the system', { resolver: 'system' }],
    ['from the root on', { resolver: 'roots' }],
  ])('finds every address of every server, %s, and follows the chain of trust', async (_title, settings) => {
    const world = openWorld([ds(keys.old)])
    const found = await look(world, settings)
    expect(found).toMatchObject({ parent: 'com.', at: NOW, trust: 'secure' })
    expect(found.problem).toBeUndefined()
    expect(found.servers.map(({ name, address, outcome, ttl }) => [name, address, outcome, ttl])).toEqual([
      ['a.nic.com.', A, 'answered', 3600],
      ['b.nic.com.', B, 'answered', 3600],
      ['b.nic.com.', B6, 'answered', 3600],
    ])
    expect(verdictOf(lookedFor(keys.old), found)).toBe('everywhere')
    expect(verdictOf(lookedFor(keys.next), found)).toBe('nowhere')
    // Nothing of ours was told to anyone but names that lead to the zone itself.
    const names = new Set(world.dns.asked.map(({ text }) => text.split(' ')[0]))
    expect([...names].sort()).toEqual(['.', 'a.nic.com.', 'b.nic.com.', 'com.', 'example.com.'])
  })

  it('asks over the families that it is told', async () => {
    const found = await look(openWorld([ds(keys.old)]), { families: [4] })
    expect(found.servers.map(({ address }) => address)).toEqual([A, B])
    expect(verdictOf(lookedFor(keys.old), found)).toBe('everywhere')
  })

  it('finds a parent that is several labels up', async () => {
    const world = openWorld(['a.b.c NS ns.elsewhere.', `a.b.c.com. DS 1 13 2 ${'00'.repeat(32)}`])
    const found = await look(world, {}, canonicalName(nameFromText('a.b.c.com.')))
    expect(found.parent).toBe('com.')
    expect(found.servers.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'answered'])
  })

  it('finds that there is no DS, and proves it', async () => {
    const found = await look(openWorld([]))
    expect(found.servers.map(({ outcome, ds: records, ttl }) => [outcome, records.length, ttl])).toEqual(
      Array(3).fill(['answered', 0, 900]),
    )
    expect(verdictOf(lookedFor(keys.old), found)).toBe('nowhere')
  })

  it('tolerates DS records of others, and says that a key is where its digest is', async () => {
    const foreign = `${CHILD} DS ${keys.old.keyTag} 13 2 ${'ab'.repeat(32)}`
    const found = await look(openWorld([foreign, ds(keys.next, 4)]))
    expect(verdictOf(lookedFor(keys.next), found)).toBe('everywhere')
    // Its tag is there, its digest is not: neither there nor gone.
    expect(verdictOf(lookedFor(keys.old), found)).toBe('partly')
    expect(wholeOf(found, 0)?.everywhere).toHaveLength(2)
  })

  it('says partly where the servers differ, and gives what all and what any of them have', async () => {
    const world = openWorld([ds(keys.old)])
    world.at(B, honestly, comZone([ds(keys.old), `${ds(keys.next).replace(' DS', ' 7200 DS')}`]))
    const found = await look(world)
    expect(verdictOf(lookedFor(keys.old), found)).toBe('everywhere')
    expect(verdictOf(lookedFor(keys.next), found)).toBe('partly')
    const whole = wholeOf(found, 60)!
    expect(whole).toMatchObject({ at: NOW, ttl: 7200 })
    expect([whole.everywhere.length, whole.anywhere.length]).toEqual([1, 2])
    expect(wholeOf(found, 86_400)?.ttl).toBe(86_400)
  })

  it.each<[string, Behaviour]>([
    ['silent', silently],
    ['refusing', changed((honest) => ({ ...honest, answer: [], flags: Flag.QR | Rcode.Refused }))],
  ])('knows nothing while one address is %s', async (_title, behave) => {
    const world = openWorld([ds(keys.old)])
    world.at(B6, behave)
    const found = await look(world)
    expect(verdictOf(lookedFor(keys.old), found)).toBe('unknown')
    expect(verdictOf(lookedFor(keys.next), found)).toBe('unknown')
    expect(wholeOf(found, 0)).toBeUndefined()
  })

  it('asks the servers that the configuration names, and no others', async () => {
    const world = openWorld([ds(keys.old)], false)
    const servers = [{ address: A, port: 5300, family: 4 as const }]
    const found = await look(world, { servers, trustAnchors: [] })
    expect(found).toMatchObject({ parent: 'com.', trust: 'unchecked' })
    expect(found.servers).toMatchObject([{ name: '', address: A, port: 5300, outcome: 'answered' }])
    expect(world.dns.asked.every(({ address }) => address === A)).toBe(true)
  })

  it('validates by the key of the parent itself, where that is the anchor', async () => {
    const world = openWorld([ds(keys.old)])
    const anchor: TrustAnchor = {
      owner: canonicalName(nameFromText('com.')),
      type: Type.DNSKEY,
      rdata: keys.com.dnskey,
    }
    const servers = [{ address: A, port: 53, family: 4 as const }]
    expect(await look(world, { servers, trustAnchors: [anchor] })).toMatchObject({ trust: 'secure' })
    expect(world.dns.asked.every(({ address }) => address === A)).toBe(true)
    const other = { ...anchor, rdata: keys.next.dnskey }
    expect((await look(world, { servers, trustAnchors: [other] })).problem).toContain('has no key that')
  })

  it('believes a parent that is proved to be unsigned', async () => {
    const world = openWorld([ds(keys.old)])
    world.root.records = world.root.records.filter(({ type }) => type !== Type.DS)
    expect(await look(world)).toMatchObject({ trust: 'insecure', servers: [{}, {}, {}] })
  })
})

/** What one address does, and what that is taken for under a trust anchor. */
const HOSTILE: readonly [title: string, behave: Behaviour, outcome: string][] = [
  [
    'guesses of a forger before the answer',
    (query, via, honest) => [
      encodeMessage({ ...honest(), id: query.id ^ 1 }),
      encodeMessage({ ...honest(), flags: 0 }),
      encodeMessage({ ...honest(), question: { ...query.question!, name: nameFromText('example.org.') } }),
      ...honestly(query, via, honest),
    ],
    'answered',
  ],
  ['answers with another ID', changed((honest) => ({ ...honest, id: honest.id ^ 1 })), 'silent'],
  [
    'answers to another question',
    changed((honest) => ({ ...honest, question: { ...honest.question!, type: Type.A } })),
    'silent',
  ],
  ['answers without a question', changed(({ question: _, ...honest }) => honest), 'silent'],
  ['errors without a question', changed(({ id }) => ({ id, flags: Flag.QR | Rcode.FormErr })), 'refused'],
  ['questions', changed((honest) => ({ ...honest, flags: honest.flags & ~Flag.QR })), 'silent'],
  [
    'answers that are not authoritative',
    changed((honest) => ({ ...honest, flags: honest.flags & ~Flag.AA })),
    'nonsense',
  ],
  ['NXDOMAIN', changed((honest) => ({ ...honest, answer: [], flags: honest.flags | Rcode.NxDomain })), 'nonsense'],
  ['SERVFAIL', changed(({ id, question }) => ({ id, question, flags: Flag.QR | Rcode.ServFail })), 'refused'],
  ['an alias', changed((honest) => ({ ...honest, answer: [record(APEX, '@ CNAME www')] })), 'nonsense'],
  ['an empty answer without an SOA', changed((honest) => ({ ...honest, answer: [] })), 'nonsense'],
  [
    'an empty answer of the child itself',
    changed((honest) => ({ ...honest, answer: [], authority: [record(APEX, '@ SOA ns h 1 2 3 4 5')] })),
    'nonsense',
  ],
  [
    'an empty answer without a proof',
    changed((honest) => ({ ...honest, answer: [], authority: [record(COM, '@ SOA ns h 1 2 3 4 5')] })),
    'bogus',
  ],
  [
    'a DS that is not signed',
    changed((honest) => ({ ...honest, answer: honest.answer!.filter(({ type }) => type === Type.DS) })),
    'bogus',
  ],
  [
    'a DS beside the signed one',
    changed((honest) => ({ ...honest, answer: [...honest.answer!, record(APEX, `@ DS 1 13 2 ${'00'.repeat(32)}`)] })),
    'bogus',
  ],
  [
    'a DS of another name beside it',
    changed((honest) => ({ ...honest, answer: [record(COM, `@ DS 1 13 2 ${'00'.repeat(32)}`), ...honest.answer!] })),
    'answered',
  ],
  [
    'a signature with a bit flipped',
    changed((honest) => ({ ...honest, answer: honest.answer!.map(flipSignature) })),
    'bogus',
  ],
  [
    'a hundred DS records',
    changed((honest) => ({
      ...honest,
      answer: Array.from({ length: 100 }, (_, i) => record(APEX, `@ DS ${i} 13 2 ${'00'.repeat(32)}`)),
    })),
    'nonsense',
  ],
  [
    'octets that are no message',
    (query) => [Uint8Array.of(query.id >> 8, query.id, 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 9)],
    'nonsense',
  ],
  [
    'answers cut short over UDP',
    (query, via, honest) =>
      via === 'tcp'
        ? honestly(query, via, honest)
        : [encodeMessage({ id: query.id, flags: Flag.QR | Flag.TC, question: query.question })],
    'answered',
  ],
  ['answers over TCP alone', (query, via, honest) => (via === 'tcp' ? honestly(query, via, honest) : []), 'answered'],
  [
    'a referral',
    changed(({ id, question }) => ({ id, question, flags: Flag.QR, authority: [record(APEX, '@ NS ns')] })),
    'nonsense',
  ],
]

const COM = canonicalName(nameFromText('com.'))

function flipSignature(each: ReturnType<typeof record>) {
  if (each.type !== Type.RRSIG) return each
  const rdata = each.rdata.slice()
  rdata[rdata.length - 1]! ^= 1
  return { ...each, rdata }
}

describe('an address that sends', () => {
  it.each(HOSTILE)('%s', async (_title, behave, outcome) => {
    const world = openWorld([ds(keys.old)])
    world.at(B, behave)
    const found = await look(world)
    const server = found.servers.find(({ address }) => address === B)!
    expect(server.outcome).toBe(outcome)
    expect(server.ds).toHaveLength(outcome === 'answered' ? 1 : 0)
    if (outcome !== 'answered') expect(server.reason).toMatch(/^[a-z].*[^.]$/)
    expect(verdictOf(lookedFor(keys.old), found)).toBe(outcome === 'answered' ? 'everywhere' : 'unknown')
    // Bounded, whatever it does.
    expect(world.dns.asked.filter(({ address }) => address === B).length).toBeLessThanOrEqual(3)
  })

  it('signatures that have expired, or do not hold yet', async () => {
    const world = openWorld([ds(keys.old)])
    for (const [validity, reason] of [
      [{ inception: NOW - 20, expiration: NOW - 10 }, 'expired'],
      [{ inception: NOW + 10, expiration: NOW + 20 }, 'does not hold yet'],
    ] as const) {
      const stale = comZone([ds(keys.old)])
      Object.assign(stale.validity, validity)
      world.at(A, honestly, stale)
      const server = (await look(world)).servers[0]!
      expect(server.outcome).toBe('bogus')
      expect(server.reason).toContain(reason)
    }
  })
})

describe('a look that cannot be relied on says why:', () => {
  const atResolver = (behave: Behaviour) => {
    const world = openWorld([ds(keys.old)])
    world.dns.serve(RESOLVER, [world.root, world.com], (query, via, honest) =>
      behave(query, via, () => ({ ...honest(), flags: (honest().flags & ~Flag.AA) | Flag.RA })),
    )
    return world
  }
  const without =
    (type: number): Behaviour =>
    (query, via, honest) =>
      query.question!.type === type ? [] : honestly(query, via, honest)
  const forge =
    (type: number, line: string): Behaviour =>
    (query, via, honest) =>
      query.question!.type === type
        ? [encodeMessage({ ...honest(), answer: [...honest().answer!, record(query.question!.name, line)] })]
        : honestly(query, via, honest)

  it.each<[string, Behaviour, string]>([
    ['no resolver', silently, 'the parent cannot be found: com. SOA: 192.0.2.99@53: no answer came'],
    ['no name servers', without(Type.NS), 'the servers of com. cannot all be found: com. NS'],
    ['an address that is not told', without(Type.AAAA), 'the servers of com. cannot all be found: a.nic.com. AAAA'],
    ['no keys', without(Type.DNSKEY), 'the chain of trust to com. cannot be followed: . DNSKEY'],
    [
      'a server put in by somebody',
      forge(Type.NS, '@ NS ns.evil.example.'),
      'the servers of com. cannot all be found: the list of them has a signature that does not verify',
    ],
    [
      'a key put in by somebody',
      forge(Type.DNSKEY, `@ DNSKEY 257 3 13 ${'A'.repeat(86)}==`),
      'the DNSKEY of . has a signature that does not verify',
    ],
    [
      'a DS put in by somebody',
      forge(Type.DS, `@ DS 1 13 2 ${'00'.repeat(32)}`),
      'the DS of com. has a signature that does not verify',
    ],
    ['an alias for a server', forge(Type.A, '@ CNAME elsewhere.example.'), 'is an alias'],
  ])('%s', async (_title, behave, problem) => {
    const found = await look(atResolver(behave))
    expect(found.problem).toContain(problem)
    expect(verdictOf(lookedFor(keys.old), found)).toBe('unknown')
  })

  it('an SOA of a name that is no zone', async () => {
    const world = openWorld(['a.b NS ns.a.b', `a.b.com. DS 1 13 2 ${'00'.repeat(32)}`])
    world.dns.serve(RESOLVER, [world.root, world.com], (query, via, honest) =>
      query.question!.type === Type.SOA
        ? [
            encodeMessage({
              ...honest(),
              flags: Flag.QR,
              answer: [record(query.question!.name, '@ SOA ns h 1 2 3 4 5')],
            }),
          ]
        : asResolver(query, via, honest),
    )
    const found = await look(world, {}, canonicalName(nameFromText('a.b.com.')))
    expect(found).toMatchObject({ parent: 'b.com.', problem: 'b.com. is proved to be no zone', servers: [] })
  })

  it('a name server without addresses', async () => {
    const world = openWorld([ds(keys.old)])
    world.com.records = world.com.records.filter(({ type, rdata }) => type !== Type.A || rdata[3] !== 11)
    expect((await look(world)).problem).toContain('a.nic.com. has no address')
  })
})

describe('whatever addresses do, by chance', () => {
  const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1)

  it.each(SEEDS)('no DS is taken for there that is not, nor for gone that is there (seed %i)', async (seed) => {
    const random = createRandom(seed)
    const world = openWorld([ds(keys.old)])
    const corrupt: Behaviour = (_query, _via, honest) => {
      const octets = encodeMessage(honest())
      for (let count = random.below(4); count >= 0; count--) {
        const at = 2 + random.below(octets.length - 2)
        octets[at] = random.below(256)
      }
      return [random.chance(0.2) ? octets.slice(0, random.below(octets.length)) : octets]
    }
    const choices = [...HOSTILE.map(([, behave]) => behave), corrupt, corrupt, corrupt, honestly]
    for (const address of [A, B, B6]) if (random.chance(0.8)) world.at(address, random.pick(choices))
    if (random.chance(0.3)) {
      const behave = random.pick(choices)
      world.dns.serve(RESOLVER, [world.root, world.com], (query, via, honest) =>
        random.chance(0.2) ? behave(query, via, honest) : honestly(query, via, honest),
      )
    }
    const found = await look(world)
    expect(['everywhere', 'unknown']).toContain(verdictOf(lookedFor(keys.old), found))
    expect(['nowhere', 'unknown']).toContain(verdictOf(lookedFor(keys.next), found))
    expect(world.dns.asked.length).toBeLessThan(100)
  })
})
