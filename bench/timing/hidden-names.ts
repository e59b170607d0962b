import { buildQuery } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { createRandom } from '../../test/helpers/random.ts'

/*
 * Names in two sets that differ in nothing but the sum of their letters, odd or even: so that one can be hidden, the other absent,
 * and a planted leak (test/fixtures/plant-leak.mjs) knows which is which.
 */

export const APEX = 'example.com.'

/** Lower-case names relative to the apex, of the same lengths and depths. */
export interface NameSets {
  readonly odd: readonly string[]
  readonly even: readonly string[]
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const LABEL_LETTERS = 10

/** `count` pairs; a quarter of them lies a label deeper, below an empty non-terminal that only they have. */
export function nameSets(count: number, seed: number): NameSets {
  const random = createRandom(seed)
  const seen = new Set<string>()
  const draw = (parity: number): string => {
    for (;;) {
      const label = Array.from({ length: LABEL_LETTERS }, () => random.pick([...LETTERS])).join('')
      if (sumOfLetters(label) % 2 !== parity || seen.has(label)) continue
      seen.add(label)
      return label
    }
  }
  const deepen = (label: string, index: number): string => (index % 4 === 0 ? `${label}.${label.slice(0, 4)}x` : label)
  const set = (parity: number): string[] => Array.from({ length: count }, (_, index) => deepen(draw(parity), index))
  return { odd: set(1), even: set(0) }
}

/** The file for everyone, with hosts of its own. */
export function publicZone(): string {
  const hosts = Array.from({ length: 1000 }, (_, index) => `host${index} A 192.0.2.${index % 250}`)
  return `$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n${hosts.join('\n')}\n`
}

/** The file that only insiders see. */
export function hiddenZone(names: readonly string[]): string {
  return `$TTL 60\n${names.map((name, index) => `${name} A 10.0.${(index >> 8) & 255}.${index & 255}`).join('\n')}\n`
}

/** Hosts that stand beside decoys, with addresses of their own or all with that of `model`, and the TTL that decoys have. */
export function realHosts(names: readonly string[], own: boolean): string {
  const address = (index: number): string => (own ? `198.51.100.${index & 255}` : '198.51.100.1')
  return ['model', ...names].map((name, index) => `${name} 300 A ${address(index)}\n`).join('')
}

/** Questions for A, with DO for all or for every other. */
export function questionsFor(names: readonly string[], signed: 'all' | 'half'): Uint8Array[] {
  return names.map((name, index) =>
    buildQuery({
      ...{ id: index & 0xffff, name: nameFromText(`${name}.${APEX}`), type: 1 },
      edns: { do: signed === 'all' || (index & 1) === 0 },
    }),
  )
}

function sumOfLetters(label: string): number {
  return [...label].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
}
