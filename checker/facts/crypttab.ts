import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** A line of crypttab(5). */
export interface CrypttabEntry {
  /** The name below /dev/mapper. */
  readonly name: string
  readonly source: string
  /** `none` and `-` ask a person. */
  readonly key: string
  readonly options: readonly string[]
  readonly at: Place
}

/** Volumes that are opened at boot, by name. */
export const crypttab = fact('crypttab', ({ root }): ReadonlyMap<string, CrypttabEntry> => {
  const file = readIfThere(root, '/etc/crypttab')
  if (file === undefined) return new Map()
  return new Map(
    linesOf(file).flatMap(({ text, number }) => {
      const [name, source, key = 'none', options = ''] = text.trim().split(/\s+/)
      if (source === undefined) return []
      return [[name!, { name: name!, source, key, options: options.split(','), at: placeIn(file, number) }] as const]
    }),
  )
})

/** Whether a person is asked for the passphrase. */
export function asksPerson(entry: CrypttabEntry): boolean {
  return (entry.key === 'none' || entry.key === '-') && !entry.options.some((option) => UNLOCKS_ALONE.test(option))
}

const UNLOCKS_ALONE = /^(keyscript=|tpm2-device=|fido2-device=|pkcs11-uri=)/
