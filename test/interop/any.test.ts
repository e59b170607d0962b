import { describe, expect, test } from 'vitest'
import { typeToText } from '../../dns/rr/registry.ts'
import { missingPeerPackage } from '../helpers/peers.ts'
import { askArena, openArena } from './arena.ts'
import { hostileWorld } from './hostile-zones.ts'
import { questionsFor } from './questions.ts'
import type { PlacedWorld } from './world.ts'

const missing = [missingPeerPackage('NSD'), missingPeerPackage('Knot')].filter((name) => name !== undefined)

describe.skipIf(missing.length > 0)('QTYPE ANY (RFC 8482)', () => {
  test('Veil gives an RRset that it also gives to its own type', { timeout: 120_000 }, async () => {
    const worlds: PlacedWorld[] = Array.from({ length: 40 }, (_unused, index) => ({
      world: hostileWorld(500 + index),
      base: `w${index}.test.`,
    }))
    const arena = await openArena(worlds)
    try {
      const asked = worlds.flatMap((placed) =>
        questionsFor(placed.world, 60).map((question) => ({
          placed,
          question: { ...question, type: 'ANY', class: 'IN' as const },
        })),
      )
      // A name below a DNAME has no RRset of its own, and a question for CNAME ends where one for ANY goes on.
      const hasOwn = (answer: string) => answer !== '' && !answer.includes(' DNAME ')
      const answered = (await askArena(arena, asked)).filter(({ facts }) => hasOwn(facts.Veil!.answer))
      const again = answered.map(({ placed, question, facts }) => {
        const last = facts.Veil!.message.answer.at(-1)!
        return { placed, question: { ...question, type: typeToText(last.type) } }
      })
      const byType = await askArena(arena, again)
      for (const [index, { facts, question }] of answered.entries()) {
        const context = `${question.name} ${again[index]!.question.type}`
        expect(facts.Veil!.answer, context).toBe(byType[index]!.facts.Veil!.answer)
        expect(facts.Veil!.rcode, context).toBe(byType[index]!.facts.Veil!.rcode)
      }
      expect(answered.length).toBeGreaterThan(500)
    } finally {
      await arena.stop()
    }
  })
})
