import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { areaOf } from '../../checker/catalogue/areas.ts'
import { SEED_DOCUMENTS } from '../../checker/catalogue/control.ts'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import { loadSeedSentences, sentencesOf } from '../../checker/catalogue/seed-sentences.ts'

const sentences = loadSeedSentences()
const controls = [...loadCatalogue().values()]

/** Headings of the chapter, marks, links and what links are introduced with: no sentences. */
const FURNITURE = [
  /^\.\. .*$/gm,
  /^=+$/gm,
  /^(?:Links|Related incidences):$/gm,
  /^- :ref:.*$/gm,
  /^- `.*$/gm,
  /^!\[alt text\].*$/gm,
  /^(?:Infrastructure security|# Secure Webhosting Infrastructure|# Tools used for securing host|## Apache2)$/gm,
  /^### Postfix - catchall anti user enum$/gm,
  / Yes \/ No$/gm,
]

describe('the seed sentences', () => {
  it.each(SEED_DOCUMENTS)('of %s leave none of its sentences out, word for word', (document) => {
    const own = sentences.filter((each) => each.document === document)
    let left = readFileSync(new URL(`../fixtures/seeds/${document}.txt`, import.meta.url), 'utf8')
    for (const { says } of own) expect(left).toContain(says)
    for (const pattern of FURNITURE) left = left.replace(pattern, '')
    const longestFirst = (texts: readonly string[]) => [...texts].sort((one, other) => other.length - one.length)
    for (const text of longestFirst(own.map(({ says }) => says))) left = left.replaceAll(text, '')
    for (const text of longestFirst(own.map(({ section }) => section))) left = left.replaceAll(text, '')
    const words = left.split('\n').filter((line) => /[a-z]/i.test(line))
    // What the seeds say about who it is for is not a wish: the profiles of controls follow it.
    expect(words).toEqual(document === 'infrastructure-security' ? APPLIES : [])
  })

  it('are each answered, or said to ask for nothing', () => {
    const lost = sentences.filter(({ controls, veil, background }) => !controls.length && !veil && !background)
    expect(lost).toEqual([])
  })

  it('name every control that there is, and none besides', () => {
    const named = new Set(sentences.flatMap((each) => each.controls))
    expect(controls).toHaveLength(83)
    expect([...named].sort()).toEqual(controls.map(({ id }) => id).sort())
  })

  it('are for whom they say: only log server and intrusion detection are left out for small sites', () => {
    const larger = new Set(['Log server', 'Intrusion detection'])
    for (const control of controls) {
      const isForAll = control.applies.profiles.includes('small')
      expect({ id: control.id, isForAll }).toEqual({ id: control.id, isForAll: !larger.has(areaOf(control.id)) })
    }
  })

  it.each(controls.map((control) => [control.id, control] as const))('hold what %s quotes', (_, control) => {
    const [first] = sentencesOf(sentences, control)
    expect(first?.says).toContain(control.seed.quote)
    expect(first?.document).toBe(control.seed.document)
  })
})

const APPLIES = [
  'Applies for: Everyone',
  'Applies for: Medium and large enterprises',
  'Applies for: Medium and large enterprises',
]
