import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import type { Message } from '../../../dns/message.ts'
import { undeniedBy } from '../../../keys/validation/denied-question.ts'
import { findRRsets } from '../../../keys/validation/received-rrset.ts'
import { DENIAL_MODES, WILDCARD_STYLES } from '../../../server/configuration/dnssec-words.ts'
import { signedWorld } from '../../helpers/signed-world.ts'
import { wireName } from '../../helpers/zone.ts'

const APEX = wireName('example.com.')
const ABSENT = ['veil-self-check-0a1b.example.com.', 'zz.example.com.', '!.example.com.', 'a.b.c.example.com.']
const PLAIN =
  '$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 300\n@ NS ns1\nns1 A 192.0.2.9\nwww A 192.0.2.1\nmail A 192.0.2.2\n'
const ZONES = { plain: PLAIN, 'with a wildcard': `${PLAIN}* A 192.0.2.3\n` }
const CASES = Object.entries(DENIAL_MODES).flatMap(([mode, denial]) =>
  Object.entries(ZONES).flatMap(([zone, base]) =>
    Object.entries(WILDCARD_STYLES).map(([style, wildcards]) => ({ mode, zone, style, base, denial, wildcards })),
  ),
)

const proofsOf = ({ authority }: Message) => [Type.NSEC, Type.NSEC3].flatMap((type) => findRRsets(authority, type, 8))

describe('a denial', () => {
  it.each(CASES)('of $mode in a zone $zone, $style: speaks of what was asked', ({ base, denial, wildcards }) => {
    const world = signedWorld({ 'example.com.': { base, signing: { denial, wildcards } } })
    for (const name of ABSENT) {
      const proofs = proofsOf(world.ask(name, 'TXT'))
      expect([name, undeniedBy(proofs, { name: wireName(name), type: Type.TXT }, APEX)]).toEqual([name, undefined])
      // It says nothing of what is there, and nothing of another type at the apex.
      expect(undeniedBy(proofs, { name: wireName('www.example.com.'), type: Type.A }, APEX)).toBeDefined()
      expect(undeniedBy(proofs, { name: APEX, type: Type.SOA }, APEX)).toBeDefined()
    }
    const apex = proofsOf(world.ask('example.com.', 'HINFO'))
    expect(undeniedBy(apex, { name: APEX, type: 13 }, APEX)).toBeUndefined()
    expect(undeniedBy(apex, { name: APEX, type: Type.SOA }, APEX)).toMatch(/^says that there is/)
    expect(undeniedBy(apex, { name: wireName(ABSENT[0]!), type: Type.TXT }, APEX)).toMatch(/^has /)
    expect(undeniedBy([], { name: APEX, type: 13 }, APEX)).toMatch(/^has no proof/)
  })

  it.each(CASES.filter(({ zone, mode }) => zone === 'plain' && mode !== 'compact'))(
    'of $mode, $style, proves nothing without the part that is about wildcards',
    ({ base, denial, wildcards }) => {
      const world = signedWorld({ 'example.com.': { base, signing: { denial, wildcards } } })
      const [name] = ABSENT
      const proofs = proofsOf(world.ask(name!, 'TXT'))
      const faults = proofs.map((left) =>
        undeniedBy(
          proofs.filter((each) => each !== left),
          { name: wireName(name!), type: Type.TXT },
          APEX,
        ),
      )
      expect(proofs.length === 1 || faults.every((fault) => fault !== undefined)).toBe(true)
    },
  )
})
