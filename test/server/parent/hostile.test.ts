import { describe, expect, it } from 'vitest'
import { Flag, Rcode, Type } from '../../../dns/constants.ts'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import { openSigningKey } from '../../../keys/open-signing-key.ts'
import { signRRset } from '../../../keys/signing-input.ts'
import { findRRset } from '../../../keys/validation/received-rrset.ts'
import { verdictOf } from '../../../server/parent/parent-look.ts'
import { encodeMessage } from '../../helpers/encode-message.ts'
import { createRandom } from '../../helpers/random.ts'
import { type Behaviour, changed, honestly, NOW, record, silently } from '../../helpers/simulated-dns.ts'
import { A, APEX, asResolver, B, B6, COM, comZone, ds, KEYS, look, lookedFor, openWorld, RESOLVER } from './world.ts'

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
    changed((honest) => ({ ...honest, answer: (honest.answer ?? []).filter(({ type }) => type === Type.DS) })),
    'bogus',
  ],
  [
    'a DS beside the signed one',
    changed((honest) => ({
      ...honest,
      answer: [...(honest.answer ?? []), record(APEX, `@ DS 1 13 2 ${'00'.repeat(32)}`)],
    })),
    'bogus',
  ],
  [
    'a DS of another name beside it',
    changed((honest) => ({
      ...honest,
      answer: [record(COM, `@ DS 1 13 2 ${'00'.repeat(32)}`), ...(honest.answer ?? [])],
    })),
    'answered',
  ],
  [
    'a signature with a bit flipped',
    changed((honest) => ({ ...honest, answer: (honest.answer ?? []).map(flipSignature) })),
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
  ['a DS that a wildcard of its zone made', changed((honest) => ({ ...honest, answer: fromWildcard() })), 'bogus'],
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

/** What a server makes of `*.com. DS` with its signature (RFC 4035 §5.3.4): nobody has delegated the name. */
function fromWildcard() {
  const made = record(COM, `*.com. DS ${ds(KEYS.old).split(' DS ')[1]}`)
  const rrset = findRRset([made], made.name, Type.DS)!
  const validity = { inception: NOW - 3600, expiration: NOW + 3600, signer: COM }
  const rdata = signRRset(rrset, openSigningKey(KEYS.com), validity)
  return [made, { ...made, type: Type.RRSIG, rdata }].map((each) => ({ ...each, name: APEX }))
}

function flipSignature(each: ReturnType<typeof record>) {
  if (each.type !== Type.RRSIG) return each
  const rdata = each.rdata.slice()
  rdata[rdata.length - 1]! ^= 1
  return { ...each, rdata }
}

describe('an address that sends', () => {
  it.each(HOSTILE)('%s', async (_title, behave, outcome) => {
    const world = openWorld([ds(KEYS.old)])
    world.at(B, behave)
    const found = await look(world)
    const server = found.servers.find(({ address }) => address === B)!
    expect(server.outcome).toBe(outcome)
    expect(server.ds).toHaveLength(outcome === 'answered' ? 1 : 0)
    if (outcome !== 'answered') expect(server.reason).toMatch(/^[a-z].*[^.]$/)
    expect(verdictOf(lookedFor(KEYS.old), found)).toBe(outcome === 'answered' ? 'everywhere' : 'unknown')
    // Bounded, whatever it does.
    expect(world.dns.asked.filter(({ address }) => address === B).length).toBeLessThanOrEqual(3)
  })

  it('signatures that have expired, or do not hold yet', async () => {
    const world = openWorld([ds(KEYS.old)])
    for (const [validity, reason] of [
      [{ inception: NOW - 20, expiration: NOW - 10 }, 'expired'],
      [{ inception: NOW + 10, expiration: NOW + 20 }, 'does not hold yet'],
    ] as const) {
      const stale = comZone([ds(KEYS.old)])
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
    const world = openWorld([ds(KEYS.old)])
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
    expect(verdictOf(lookedFor(KEYS.old), found)).toBe('unknown')
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
    const world = openWorld([ds(KEYS.old)])
    for (const zone of [world.root, world.com]) {
      zone.records = zone.records.filter(({ type, rdata }) => type !== Type.A || rdata[3] !== 11)
    }
    expect((await look(world)).problem).toContain('a.nic.com. has no address')
  })
})

describe('whatever addresses do, by chance', () => {
  const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1)

  it.each(SEEDS)('no DS is taken for there that is not, nor for gone that is there (seed %i)', async (seed) => {
    const random = createRandom(seed)
    const world = openWorld([ds(KEYS.old)])
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
    expect(['everywhere', 'unknown']).toContain(verdictOf(lookedFor(KEYS.old), found))
    expect(['nowhere', 'unknown']).toContain(verdictOf(lookedFor(KEYS.next), found))
    expect(world.dns.asked.length).toBeLessThan(100)
  })
})
