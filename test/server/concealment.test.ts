/**
 * Every octet that a stranger receives is what a server would send that never had the hidden records: for hidden names,
 * their parents, children and siblings and for unrelated ones, whatever the type, the flags and the transport.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildQuery } from '../../dns/message.ts'
import type { AnswerContext } from '../../server/answer/context.ts'
import { Transport } from '../../server/answer/exchange.ts'
import type { ImageLocation } from '../../server/generation.ts'
import { answerTo, contextOf, generationOf, INSIDER, STRANGER } from '../helpers/answering.ts'
import { type DecoyText, decoysOf } from '../helpers/decoys.ts'
import { LONG } from '../helpers/long.ts'
import { APEX_RECORDS, RECORDS } from '../helpers/random-zone.ts'
import { wireName } from '../helpers/zone.ts'
import { MODEL_APEX, type ModelRecord, modelName, modelText } from '../helpers/zone-model.ts'

const TYPES = [1, 2, 5, 6, 15, 16, 28, 33, 39, 43, 46, 47, 255, 65400]
const RUNS = LONG ? 800 : 60

/** What a stranger may see, and what only insiders get on top of it. */
const ZONE_WITH_SECRETS = fc.record({
  visible: RECORDS,
  hidden: RECORDS.map((records) => records.filter(({ owner }) => owner.length > 0)),
})

const DECOYS: Readonly<Record<string, DecoyText>> = {
  mirror: { of: [`www.${MODEL_APEX}`] },
  prf: { addresses: ['198.51.100.0/24', '2001:db8:1::/64'] },
  selective: { addresses: ['198.51.100.0/24'], isSelective: true },
}

describe('what strangers receive', () => {
  it('is what a server without the hidden records would send', () => {
    fc.assert(
      fc.property(ZONE_WITH_SECRETS, ({ visible, hidden }) => {
        fc.pre(isLoadable(visible, hidden))
        const base = modelText([...APEX_RECORDS, ...visible])
        const keeping = contextOf(generationOf({ [MODEL_APEX]: { base, overlays: { internal: modelText(hidden) } } }))
        const innocent = contextOf(generationOf({ [MODEL_APEX]: { base } }))
        for (const question of questionsAround([...visible, ...hidden])) {
          for (const transport of [Transport.Udp, Transport.Stream]) {
            const options = { from: STRANGER, transport }
            const [kept, clean] = [answerTo(keeping, question, options)!, answerTo(innocent, question, options)!]
            if (Buffer.compare(kept, clean) !== 0) expect(hex(kept), `question ${hex(question)}`).toBe(hex(clean))
          }
        }
      }),
      { numRuns: RUNS },
    )
  })

  it.each(Object.entries(DECOYS))('is so where absent names are answered by decoys: %s', (_, decoys) => {
    fc.assert(
      fc.property(ZONE_WITH_SECRETS, ({ visible, hidden }) => {
        fc.pre(isLoadable(visible, hidden))
        const base = `${modelText([...APEX_RECORDS, ...visible])}\nwww.${MODEL_APEX} 60 A 192.0.2.80\n`
        const options = { change: (location: ImageLocation) => ({ ...location, decoys: decoysOf(decoys) }) }
        const overlays = { internal: modelText(hidden) }
        const keeping = contextOf(generationOf({ [MODEL_APEX]: { base, overlays } }, options))
        const innocent = contextOf(generationOf({ [MODEL_APEX]: { base } }, options))
        for (const question of questionsAround([...visible, ...hidden])) {
          const [kept, clean] = [answer(keeping, question, STRANGER), answer(innocent, question, STRANGER)]
          if (kept !== clean) expect(kept, `question ${hex(question)}`).toBe(clean)
        }
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    )
  })

  it('is a decoy for a hidden name as for one that nobody has, the name itself aside', () => {
    const base = `${modelText(APEX_RECORDS)}\nwww.${MODEL_APEX} 60 A 192.0.2.80\n`
    const overlays = { internal: `jenkins.${MODEL_APEX} 60 A 10.0.0.1\n` }
    const change = (location: ImageLocation) => ({ ...location, decoys: decoysOf({ of: [`www.${MODEL_APEX}`] }) })
    const context = contextOf(generationOf({ [MODEL_APEX]: { base, overlays } }, { change }))
    const [hidden, absent, real] = ['jenkins', 'jenking', 'www'].map((label) =>
      answer(context, buildQuery({ id: 1, name: wireName(`${label}.${MODEL_APEX}`), type: 1 }), STRANGER),
    )
    const without = (text: string | undefined, label: string) => text?.replace(Buffer.from(label).toString('hex'), '')
    expect(without(hidden, 'jenkins')).toBe(without(absent, 'jenking'))
    expect(hidden).toContain('c0000250')
    expect(real).toContain('c0000250')
  })

  it('shows the difference to insiders, so that the comparison could fail', () => {
    const base = modelText(APEX_RECORDS)
    const overlays = { internal: `db.staging.${MODEL_APEX} 60 A 10.0.0.1\n` }
    const keeping = contextOf(generationOf({ [MODEL_APEX]: { base, overlays } }))
    const innocent = contextOf(generationOf({ [MODEL_APEX]: { base } }))
    for (const name of ['db.staging', 'staging']) {
      const question = buildQuery({ id: 1, name: wireName(`${name}.${MODEL_APEX}`), type: 1 })
      expect(answer(keeping, question, INSIDER)).not.toBe(answer(innocent, question, INSIDER))
      expect(answer(keeping, question, STRANGER)).toBe(answer(innocent, question, STRANGER))
    }
  })

  it('is the same for a hidden name as for one that nobody has, the name itself aside', () => {
    const base = modelText(APEX_RECORDS)
    const overlays = { internal: `jenkins.${MODEL_APEX} 60 A 10.0.0.1\n` }
    const context = contextOf(generationOf({ [MODEL_APEX]: { base, overlays } }))
    for (const type of TYPES) {
      const [hidden, absent] = ['jenkins', 'absent7'].map((label) => {
        const octets = answerTo(context, buildQuery({ id: 1, name: wireName(`${label}.${MODEL_APEX}`), type }))!
        return hex(Uint8Array.from([...octets.subarray(0, 13), ...octets.subarray(20)]))
      })
      expect(hidden).toBe(absent)
    }
  })
})

/** Questions for each owner, everything above it, a child and a sibling of it, in both cases, with and without EDNS. */
function questionsAround(records: readonly ModelRecord[]): Uint8Array[] {
  const names = new Map<string, Uint8Array>()
  const add = (labels: readonly string[]) => names.set(modelName(labels), wireName(modelName(labels)))
  for (const { owner } of records) {
    for (let above = 0; above <= owner.length; above++) add(owner.slice(above))
    add(['x', ...owner])
    add(['zz', ...owner.slice(1)])
    add(['*', ...owner])
  }
  add(['unrelated'])
  return [...names.values()].flatMap((name, at) =>
    TYPES.map((type, index) => {
      const edns = { udpSize: [512, 1232][index % 2]!, do: (at + index) % 3 === 0, co: (at + index) % 5 === 0 }
      return buildQuery({ id: at, name, type, rd: index % 2 === 0, ...(index % 3 === 0 ? {} : { edns }) })
    }),
  )
}

/** A CNAME and other data for one name in two files is an error only when both end up in one view. */
function isLoadable(visible: readonly ModelRecord[], hidden: readonly ModelRecord[]): boolean {
  try {
    generationOf({
      [MODEL_APEX]: { base: modelText([...APEX_RECORDS, ...visible]), overlays: { internal: modelText(hidden) } },
    })
    return true
  } catch {
    return false
  }
}

function answer(context: AnswerContext, question: Uint8Array, from: string): string {
  return hex(answerTo(context, question, { from })!)
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}
