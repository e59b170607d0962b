import { describe, expect, it } from 'vitest'
import { createLabelledName, readLabelledName } from '../../dns/labelled-name.ts'
import { nameFromText } from '../../dns/name.ts'
import { ASKED_BEFORE_OCTETS, noteAsked } from '../../guard/asked-before.ts'
import { hasAskedBefore } from '../../guard/rate-limiter.ts'
import { parseAddress } from '../../server/address.ts'
import { limiter, seeded } from '../helpers/rate-limits.ts'

const MANY = 1_500_000
/** A generation is full at 2^19. */
const REMEMBERED = 500_000

describe('questions asked before', () => {
  it('are known until half a million others were asked, and few that are new are taken for them', () => {
    const words = new Int32Array(ASKED_BEFORE_OCTETS / 4)
    const next = seeded(7)
    const hashes = Int32Array.from({ length: MANY }, next)
    let mistaken = 0
    let forgotten = 0
    for (let index = 0; index < MANY; index++) {
      if (noteAsked(words, hashes[index]!)) mistaken++
      if (index >= REMEMBERED / 2 && !noteAsked(words, hashes[index - REMEMBERED / 2]!)) forgotten++
    }
    expect(forgotten).toBe(0)
    expect(mistaken / MANY).toBeLessThan(0.35)
    expect(words.length * 4).toBe(ASKED_BEFORE_OCTETS)
  })

  it('are forgotten after', () => {
    const words = new Int32Array(ASKED_BEFORE_OCTETS / 4)
    noteAsked(words, 42)
    const next = seeded(8)
    for (let index = 0; index < 3 * REMEMBERED; index++) noteAsked(words, next())
    let known = 0
    for (let hash = 1; hash <= 1000; hash++) if (noteAsked(words, hash * 7919)) known++
    expect(known).toBeLessThan(500)
  })

  it.each([
    ['198.51.100.66', '198.51.100.7', '198.51.101.66'],
    ['2001:db8:0:1::1', '2001:db8:0:2::7', '2001:db8:0:100::1'],
  ])('belong to the network of %s, and not to others', (address, neighbour, stranger) => {
    const guard = limiter()
    const name = createLabelledName(5)
    const asks = (from: string, text: string): boolean => {
      const octets = nameFromText(text)
      readLabelledName(name, octets, 0, octets.length)
      const asker = { source: parseAddress(from)!, sourceStart: 0, isProved: false, isStarved: false }
      return hasAskedBefore(guard, asker, name)
    }
    expect(asks(address, 'a.b.example.')).toBe(false)
    expect(asks(address, 'b.a.example.')).toBe(false)
    expect(asks(neighbour, 'A.B.EXAMPLE.')).toBe(true)
    expect(asks(stranger, 'a.b.example.')).toBe(false)
  })
})
