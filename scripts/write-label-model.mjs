// Writes guard/label-model.ts: how likely each character is behind the two before it, in names that people give. Learned from
// English words (an-array-of-english-words) and scripts/host-tokens.txt. `npm run label-model` after a change of either; a
// test compares the two. Another path may be given as the argument.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const words = createRequire(import.meta.url)('an-array-of-english-words').filter((word) => /^[a-z]+$/.test(word))
const tokens = readFileSync(new URL('host-tokens.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .flatMap((line) => line.split(/\s+/).filter((token) => token !== ''))

/** 0 the border of a word, 1 to 26 a letter, 27 a digit. */
const SYMBOLS = 28
/** What a token counts, where a word counts 1: there are a few hundred of them for a quarter of a million words. */
const TOKEN_WEIGHT = 300
/** How many observations a shorter context is worth. */
const PRIOR = 50
/** What a random label of letters and digits would give each symbol. */
const BY_CHANCE = Array.from({ length: SYMBOLS }, (_, symbol) =>
  symbol === 0 ? 0.1 : symbol === 27 ? 10 / 36 : 1 / 30,
)
/** Steps of a third of a nat, from -11 to 4. */
const STEPS_PER_NAT = 3

const triples = new Float64Array(SYMBOLS ** 3)
const pairs = new Float64Array(SYMBOLS ** 2)
const singles = new Float64Array(SYMBOLS)

for (const word of words) learn(word, 1)
for (const token of new Set(tokens)) {
  learn(token, TOKEN_WEIGHT)
  if (/\d$/.test(token)) continue
  learn(`${token}1`, TOKEN_WEIGHT / 4)
  learn(`${token}01`, TOKEN_WEIGHT / 4)
  learn(`${token}2024`, TOKEN_WEIGHT / 12)
}
for (const number of ['1', '2', '3', '01', '10', '12', '001', '2024']) learn(number, TOKEN_WEIGHT * 3)

const text = Buffer.from(packed()).toString('base64')
const lines = text.match(/.{1,110}/g).map((line) => `  '${line}',`)
const source = `/** Written by scripts/write-label-model.mjs; label-shape.ts says how it is read. */
export const LABEL_MODEL: string = [
${lines.join('\n')}
].join('')
`
writeFileSync(process.argv[2] ?? fileURLToPath(new URL('../guard/label-model.ts', import.meta.url)), source)

function learn(word, weight) {
  let before = 0
  let last = 0
  for (let at = 0; at <= word.length; at++) {
    const symbol = at < word.length ? symbolOf(word.charCodeAt(at)) : 0
    triples[(before * SYMBOLS + last) * SYMBOLS + symbol] += weight
    pairs[last * SYMBOLS + symbol] += weight
    singles[symbol] += weight
    before = last
    last = symbol
  }
}

function symbolOf(code) {
  if (code >= 0x61 && code <= 0x7a) return code - 0x60
  return code >= 0x30 && code <= 0x39 ? 27 : 0
}

/** Two entries an octet, the first in its high bits; each plus 11. */
function packed() {
  const octets = new Uint8Array(SYMBOLS ** 3 / 2)
  const total = sum(singles)
  for (let context = 0; context < SYMBOLS ** 2; context++) {
    const last = context % SYMBOLS
    const ofPair = sum(pairs.subarray(last * SYMBOLS, (last + 1) * SYMBOLS))
    const ofTriple = sum(triples.subarray(context * SYMBOLS, (context + 1) * SYMBOLS))
    for (let symbol = 0; symbol < SYMBOLS; symbol++) {
      const single = (singles[symbol] + 1) / (total + SYMBOLS)
      const pair = (pairs[last * SYMBOLS + symbol] + PRIOR * single) / (ofPair + PRIOR)
      const triple = (triples[context * SYMBOLS + symbol] + PRIOR * pair) / (ofTriple + PRIOR)
      const steps = Math.round(Math.log(triple / BY_CHANCE[symbol]) * STEPS_PER_NAT)
      const entry = context * SYMBOLS + symbol
      octets[entry >>> 1] |= (Math.max(-11, Math.min(4, steps)) + 11) << (entry % 2 === 0 ? 4 : 0)
    }
  }
  return octets
}

function sum(numbers) {
  return numbers.reduce((all, number) => all + number, 0)
}
