import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Arena, createArenaPool } from '../../server/arena-pool.ts'

const MIB = 1024 * 1024

describe('the arena pool', () => {
  it('uses an arena again only when the epoch that let go of it was acknowledged', () => {
    const pool = createArenaPool()
    const first = pool.allocate(10_000)
    pool.release([first.id], 7)
    pool.reclaim(6)
    expect(pool.allocate(10_000)).not.toBe(first)
    pool.reclaim(7)
    expect(pool.allocate(10_000)).toBe(first)
  })

  it('uses a discarded arena at once', () => {
    const pool = createArenaPool()
    const first = pool.allocate(10_000)
    pool.discard([first.id])
    expect(pool.allocate(9000)).toBe(first)
  })

  it('wastes at most a quarter on a new arena, and takes none that is far too large', () => {
    const pool = createArenaPool()
    for (const octets of [1, 4096, 4097, 10_000, 65_537, 1_000_003, 5 * MIB + 1]) {
      const { memory } = pool.allocate(octets)
      expect(memory.byteLength).toBeGreaterThanOrEqual(octets)
      expect(memory.byteLength).toBeLessThanOrEqual(Math.max(4096, octets * 1.25 + 1))
    }
    const large = pool.allocate(MIB)
    pool.discard([large.id])
    expect(pool.allocate(MIB / 4)).not.toBe(large)
    expect(pool.allocate((MIB * 3) / 4)).toBe(large)
  })

  it('throws for an arena that is not in use, for that is a bug', () => {
    const pool = createArenaPool()
    const { id } = pool.allocate(1)
    pool.discard([id])
    expect(() => pool.discard([id])).toThrow(`arena ${id}`)
    expect(() => pool.release([id], 1)).toThrow(`arena ${id}`)
    expect(() => pool.memory(id)).toThrow(`arena ${id}`)
  })

  it('gives back what zones that shrank have left, the largest first', () => {
    const pool = createArenaPool()
    const arenas = [100, 200, 10].map((size) => pool.allocate(size * MIB))
    pool.discard(arenas.map(({ id }) => id))
    expect(pool.trim()).toEqual([arenas[1]!.id, arenas[0]!.id])
    expect(pool.usage()).toEqual({ used: 0, free: 10 * MIB })
    expect(pool.trim()).toEqual([])
    expect(pool.allocate(100 * MIB)).not.toBe(arenas[0])
  })

  it('keeps what the next load will need again', () => {
    const pool = createArenaPool()
    const [old, current] = [pool.allocate(500 * MIB), pool.allocate(500 * MIB)]
    pool.release([old.id], 2)
    pool.reclaim(2)
    expect(pool.trim()).toEqual([])
    expect(pool.memory(current.id)).toBe(current.memory)
  })

  it('never lends memory that an epoch still reads, however publishing and acknowledging interleave', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('publish' as const),
        sizes: fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('acknowledge' as const), by: fc.nat(3) }),
      fc.record({ kind: fc.constant('fail' as const), size: fc.integer({ min: 1, max: 40_000 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pool = createArenaPool()
        const published: Arena[][] = [[]]
        let acknowledged = 0
        const isRead = (arena: Arena): boolean => published.slice(acknowledged).some((arenas) => arenas.includes(arena))
        for (const next of steps) {
          if (next.kind === 'acknowledge') {
            acknowledged = Math.min(published.length - 1, acknowledged + next.by)
            pool.reclaim(acknowledged)
          } else if (next.kind === 'fail') {
            const arena = pool.allocate(next.size)
            expect(isRead(arena)).toBe(false)
            pool.discard([arena.id])
          } else {
            const arenas: Arena[] = []
            for (const size of next.sizes) {
              const arena = pool.allocate(size)
              expect(isRead(arena) || arenas.includes(arena)).toBe(false)
              arenas.push(arena)
            }
            pool.release(
              published.at(-1)!.map(({ id }) => id),
              published.length,
            )
            published.push(arenas)
          }
        }
      }),
    )
  })
})
