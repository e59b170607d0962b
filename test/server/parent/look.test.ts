import { describe, expect, it } from 'vitest'
import { Flag, Rcode, Type } from '../../../dns/constants.ts'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import type { TrustAnchor } from '../../../keys/validation/key-set.ts'
import type { LookSettings } from '../../../server/parent/look.ts'
import { verdictOf, wholeOf } from '../../../server/parent/parent-look.ts'
import { reportLook } from '../../../server/parent/parent-report.ts'
import { encodeMessage } from '../../helpers/encode-message.ts'
import { type Behaviour, changed, honestly, NOW, record, silently } from '../../helpers/simulated-dns.ts'
import { A, B, B6, CHILD, comZone, ds, KEYS, look, lookedFor, openWorld } from './world.ts'

describe('a look at the parent', () => {
  it.each<[string, Partial<LookSettings>]>([
    ['through resolvers', {}],
    ['through the resolvers of the system', { resolver: 'system' }],
    ['from the root on', { resolver: 'roots' }],
  ])('finds every address of every server, %s, and follows the chain of trust', async (_title, settings) => {
    const world = openWorld([ds(KEYS.old)])
    const found = await look(world, settings)
    expect(found).toMatchObject({ parent: 'com.', at: NOW, trust: 'secure' })
    expect(found.problem).toBeUndefined()
    expect(found.servers.map(({ name, address, outcome, ttl }) => [name, address, outcome, ttl])).toEqual([
      ['a.nic.com.', A, 'answered', 3600],
      ['b.nic.com.', B, 'answered', 3600],
      ['b.nic.com.', B6, 'answered', 3600],
    ])
    expect(verdictOf(lookedFor(KEYS.old), found)).toBe('everywhere')
    expect(verdictOf(lookedFor(KEYS.next), found)).toBe('nowhere')
    // Nothing of ours was told to anyone but names that lead to the zone itself.
    const names = new Set(world.dns.asked.map(({ text }) => text.split(' ')[0]))
    expect([...names].sort()).toEqual(['.', 'a.nic.com.', 'b.nic.com.', 'com.', 'example.com.', 'ns.root.'])
  })

  it('asks over the families that it is told', async () => {
    const found = await look(openWorld([ds(KEYS.old)]), { families: [4] })
    expect(found.servers.map(({ address }) => address)).toEqual([A, B])
    expect(verdictOf(lookedFor(KEYS.old), found)).toBe('everywhere')
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
    expect(verdictOf(lookedFor(KEYS.old), found)).toBe('nowhere')
  })

  it('tolerates DS records of others, and says that a key is where its digest is', async () => {
    const foreign = `${CHILD} DS ${KEYS.old.keyTag} 13 2 ${'ab'.repeat(32)}`
    const found = await look(openWorld([foreign, ds(KEYS.next, 4)]))
    expect(verdictOf(lookedFor(KEYS.next), found)).toBe('everywhere')
    // Its tag is there, its digest is not: neither there nor gone.
    expect(verdictOf(lookedFor(KEYS.old), found)).toBe('partly')
    expect(wholeOf(found, 0)?.everywhere).toHaveLength(2)
  })

  it('takes a key whose DS stands beside one with a wrong digest for neither there nor gone, and names that', async () => {
    const wrong = `${CHILD} DS ${KEYS.old.keyTag} 13 4 ${'ab'.repeat(48)}`
    const found = await look(openWorld([ds(KEYS.old), wrong, ds(KEYS.next)]))
    const keys = [lookedFor(KEYS.old), lookedFor(KEYS.next)]
    const { servers, keys: verdicts } = reportLook(found, keys)
    expect(verdicts!.map(({ verdict }) => verdict)).toEqual(['partly', 'everywhere'])
    const misfits = [`${KEYS.old.keyTag} 13 4 ${'AB'.repeat(48)}`]
    expect(servers[0]).toMatchObject({ misfits, foreign: 1, keyTags: expect.arrayContaining([KEYS.old.keyTag]) })
    // One that hides nothing: the weaker digest, which no validator prefers.
    const weak = `${CHILD} DS ${KEYS.old.keyTag} 13 1 ${'ab'.repeat(20)}`
    const harmless = reportLook(await look(openWorld([ds(KEYS.old), weak])), keys)
    expect(harmless.keys![0]!.verdict).toBe('everywhere')
    expect(harmless.servers[0]!.misfits).toBeUndefined()
  })

  it('says partly where the servers differ, and gives what all and what any of them have', async () => {
    const world = openWorld([ds(KEYS.old)])
    world.at(B, honestly, comZone([ds(KEYS.old), `${ds(KEYS.next).replace(' DS', ' 7200 DS')}`]))
    const found = await look(world)
    expect(verdictOf(lookedFor(KEYS.old), found)).toBe('everywhere')
    expect(verdictOf(lookedFor(KEYS.next), found)).toBe('partly')
    const whole = wholeOf(found, 60)!
    expect(whole).toMatchObject({ at: NOW, ttl: 7200 })
    expect([whole.everywhere.length, whole.anywhere.length]).toEqual([1, 2])
    expect(wholeOf(found, 86_400)?.ttl).toBe(86_400)
  })

  it.each<[string, Behaviour]>([
    ['silent', silently],
    ['refusing', changed((honest) => ({ ...honest, answer: [], flags: Flag.QR | Rcode.Refused }))],
  ])('knows nothing while one address is %s', async (_title, behave) => {
    const world = openWorld([ds(KEYS.old)])
    world.at(B6, behave)
    const found = await look(world)
    expect(verdictOf(lookedFor(KEYS.old), found)).toBe('unknown')
    expect(verdictOf(lookedFor(KEYS.next), found)).toBe('unknown')
    expect(wholeOf(found, 0)).toBeUndefined()
  })

  it('asks the servers that the configuration names, and no others', async () => {
    const world = openWorld([ds(KEYS.old)], false)
    const servers = [{ address: A, port: 5300, family: 4 as const }]
    const found = await look(world, { servers, trustAnchors: [] })
    expect(found).toMatchObject({ parent: 'com.', trust: 'unchecked' })
    expect(found.servers).toMatchObject([{ name: '', address: A, port: 5300, outcome: 'answered' }])
    expect(world.dns.asked.every(({ address }) => address === A)).toBe(true)
  })

  it('validates by the key of the parent itself, where that is the anchor', async () => {
    const world = openWorld([ds(KEYS.old)])
    const anchor: TrustAnchor = {
      owner: canonicalName(nameFromText('com.')),
      type: Type.DNSKEY,
      rdata: KEYS.com.dnskey,
    }
    const servers = [{ address: A, port: 53, family: 4 as const }]
    expect(await look(world, { servers, trustAnchors: [anchor] })).toMatchObject({ trust: 'secure' })
    expect(world.dns.asked.every(({ address }) => address === A)).toBe(true)
    const other = { ...anchor, rdata: KEYS.next.dnskey }
    expect((await look(world, { servers, trustAnchors: [other] })).problem).toContain('has no key that')
  })

  it('believes a parent that is proved to be unsigned', async () => {
    const world = openWorld([ds(KEYS.old)])
    world.root.records = world.root.records.filter(({ type }) => type !== Type.DS)
    expect(await look(world)).toMatchObject({ trust: 'insecure', servers: [{}, {}, {}] })
  })
})

describe('who serves the parent is told by its own list and by its delegation:', () => {
  const C = '192.0.2.13'
  const listings = (found: Awaited<ReturnType<typeof look>>) =>
    found.servers.map(({ name, address, listing, outcome }) => [name, address, listing, outcome])

  it.each<[string, Partial<LookSettings>]>([
    ['through resolvers', {}],
    ['from the root on', { resolver: 'roots' }],
  ])('one that only the delegation names is asked as well, and named, %s', async (_title, settings) => {
    const world = openWorld([ds(KEYS.old)])
    world.root.records.push(record(world.root.apex, 'com NS c.nic.com.'), record(world.root.apex, `c.nic.com A ${C}`))
    const silent = await look(world, settings)
    expect(listings(silent).at(-1)).toEqual(['c.nic.com.', C, 'glue', 'silent'])
    expect(verdictOf(lookedFor(KEYS.old), silent)).toBe('unknown')
    world.com.records.push(record(world.com.apex, `c.nic A ${C}`))
    world.at(C, honestly, comZone([ds(KEYS.next)]))
    const ahead = await look(world, settings)
    expect(listings(ahead).at(-1)).toEqual(['c.nic.com.', C, 'delegation', 'answered'])
    expect(verdictOf(lookedFor(KEYS.old), ahead)).toBe('partly')
  })

  it('one that is lame is named, and so is one that the delegation does not know', async () => {
    const world = openWorld([ds(KEYS.old)])
    world.root.records = world.root.records.filter(({ rdata, type }) => type !== Type.NS || rdata[1] !== 0x62)
    world.at(
      B6,
      changed(({ id, question }) => ({ id, question, flags: Flag.QR | Rcode.Refused })),
    )
    expect(listings(await look(world)).slice(1)).toEqual([
      ['b.nic.com.', B, 'apex', 'answered'],
      ['b.nic.com.', B6, 'apex', 'refused'],
    ])
  })

  it('glue that is out of date is asked too', async () => {
    const world = openWorld([ds(KEYS.old)])
    world.root.records.push(record(world.root.apex, `a.nic.com A ${C}`))
    world.at(C, honestly, comZone([]))
    const found = await look(world)
    expect(listings(found)[1]).toEqual(['a.nic.com.', C, 'glue', 'answered'])
    expect(verdictOf(lookedFor(KEYS.old), found)).toBe('partly')
  })

  it('nothing is known while nobody above says who they are', async () => {
    const world = openWorld([ds(KEYS.old)])
    world.dns.serve('192.0.2.1', [], silently)
    expect((await look(world)).problem).toContain('who . says they are: 192.0.2.1: no answer came; `parent: {')
  })
})

describe('an address that', () => {
  it('does not know of EDNS is asked without, and believed where nothing has to be signed', async () => {
    const old: Behaviour = (query, via, honest) =>
      query.edns === undefined
        ? honestly(query, via, honest)
        : [
            encodeMessage({
              ...{ id: query.id, question: query.question, withoutEdns: true },
              flags: Flag.QR | Rcode.FormErr,
            }),
          ]
    const world = openWorld([ds(KEYS.old)], false)
    world.at(A, old)
    expect((await look(world, { trustAnchors: [] })).servers[0]).toMatchObject({ outcome: 'answered', ds: [{}] })
  })

  it('repeats a question in other letters is a forger over UDP, and asked over TCP', async () => {
    const lower: Behaviour = (query, _via, honest) => [
      encodeMessage({ ...honest(), question: { ...query.question!, name: canonicalName(query.question!.name) } }),
    ]
    const world = openWorld([ds(KEYS.old)])
    world.at(A, lower)
    expect((await look(world)).servers[0]).toMatchObject({ outcome: 'answered' })
    const asked = world.dns.asked.filter(({ address, text }) => address === A && text === `${CHILD} ${Type.DS}`)
    expect(asked.map(({ via }) => via)).toEqual(['udp', 'udp', 'tcp'])
  })
})
