import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fact } from '../../checker/facts/fact.ts'
import { createHost } from '../../checker/facts/host.ts'
import { createRemediedRoot } from '../../checker/remedy/remedied-root.ts'
import type { Step } from '../../checker/remedy/step.ts'
import type { Root } from '../../checker/root/root.ts'
import { LONG } from '../helpers/long.ts'
import { idsWithCases, readCases } from './case-host.ts'
import { allFacts } from './facts-of-folder.ts'
import { MORE_FILES, NAMING_FILES } from './parsers.ts'
import { createRecordingRoot, withText } from './recording-root.ts'
import { STOCK_TIME, stockRoot } from './stock.ts'

/** Files of one fact that are fuzzed: a fact that reads hundreds has one parser for all. */
const FILES_OF_A_FACT = LONG ? 40 : 2
const TEXTS_OF_A_FILE = LONG ? 300 : 4
/** Octets of a text that repeats a piece; what is quadratic takes minutes for it. */
const LONG_TEXT = 256 * 1024
const MOST_SECONDS = 2
/** Pieces that open what never closes, go on where nothing follows, or are white space where a pattern looks for its end. */
const REPEATED = [
  '<!--',
  '/*',
  '/* a */',
  '/* ',
  'a\n',
  ' ',
  '\t',
  '\\\n',
  '(',
  '{',
  '[',
  '<',
  '"',
  "'",
  '#',
  '=',
  'a=',
  'a ',
  '$' + '{a}',
  '%(a)s',
  '<a ',
  'a{',
  'a;',
  'a,',
  'a:',
  '!',
  '\n ',
  '0',
  '-o a=',
  'é',
]

/** The stock tree, every file that a case puts beside it, and what parsers registered. */
const base = createRemediedRoot(stockRoot(), [...filesOfCases(), ...MORE_FILES], {}, STOCK_TIME)
const facts = await allFacts()

describe.each(facts.map((each) => [each.name, each] as const))('the fact "%s"', (_, each) => {
  const files = filesOf(each)

  it('comes to a result whatever its files hold', () => {
    for (const path of files) {
      const text = textAt(base, path)
      fc.assert(
        fc.property(spoilt(text), (spoiltText) => collect(each, withText(base, path, spoiltText))),
        { numRuns: TEXTS_OF_A_FILE },
      )
    }
  })

  it('takes linear time', () => {
    for (const path of files.slice(0, LONG ? FILES_OF_A_FACT : 1)) {
      const pieces = [...REPEATED, ...openingsOf(textAt(base, path))]
      for (const piece of LONG ? pieces : pieces.filter((_, index) => (index + path.length) % 8 === 0)) {
        const root = withText(base, path, piece.repeat(Math.ceil(LONG_TEXT / piece.length)))
        const before = process.cpuUsage()
        collect(each, root)
        const { user, system } = process.cpuUsage(before)
        expect((user + system) / 1e6, `${path} with ${JSON.stringify(piece)} repeated`).toBeLessThan(MOST_SECONDS)
      }
    }
  })
})

function collect(each: Fact<unknown>, root: Root): void {
  createHost({ root, now: STOCK_TIME, declared: NAMING_FILES, observations: [] }).host.get(each)
}

/** Files that the fact reads from the stock tree, some of them where it reads many. */
function filesOf(each: Fact<unknown>): readonly string[] {
  const recording = createRecordingRoot(base)
  collect(each, recording.root)
  const read = [...recording.read]
  const stride = Math.max(1, Math.ceil(read.length / FILES_OF_A_FACT))
  return read.filter((_, index) => index % stride === 0)
}

/** Files that cases write where the stock tree has none; how their hosts are judged does not matter here. */
function filesOfCases(): readonly Step[] {
  const steps = idsWithCases().flatMap((id) => {
    const { red, green, traps } = readCases(id)
    return [red, green, ...traps].flatMap((situation) => (situation.with ?? []) as readonly Step[])
  })
  const isNew = (step: Step) => 'file' in step && stockRoot().status(step.file).outcome !== 'found'
  return steps.filter((step) => isNew(step) && !('file' in step && step.file.startsWith('/proc/')))
}

/** How the lines of a text begin, a few of them: `<syscheck>`, `set `, `acl`. */
function openingsOf(text: string): readonly string[] {
  const openings = new Set([...text.matchAll(/^[ \t]*(<\w+>?|\w+[ =:{]?)/gm)].map((match) => match[1]!))
  return [...openings].slice(0, LONG ? 20 : 8)
}

function textAt(root: Root, path: string): string {
  const reading = root.read(path)
  return reading.outcome === 'read' ? reading.text : ''
}

/** A text with pieces of it cut out, doubled, moved, or put between others; or any text at all. */
function spoilt(text: string): fc.Arbitrary<string> {
  const place = fc.nat(text.length)
  const inserted = fc.oneof(fc.constantFrom(...REPEATED), fc.string({ unit: 'binary', maxLength: 20 }))
  const cut = fc.tuple(place, fc.nat(200)).map(([at, length]) => text.slice(0, at) + text.slice(at + length))
  const moved = fc
    .tuple(place, place, fc.nat(400))
    .map(([from, to, length]) => text.slice(0, to) + text.slice(from, from + length) + text.slice(to))
  const put = fc.tuple(place, inserted).map(([at, piece]) => text.slice(0, at) + piece + text.slice(at))
  return fc.oneof(cut, moved, put, fc.string({ unit: 'binary', maxLength: 400 }))
}
