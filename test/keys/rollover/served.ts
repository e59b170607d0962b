/*
 * What a server gives out that has these keys in these states.
 */
import type { KeyRecord } from '../../../keys/rollover/key-state.ts'
import { isServed, keysAskedFor } from '../../../keys/rollover/record-states.ts'
import { keySetText, namesText } from './validator.ts'
import type { World } from './world.ts'

/** What one worker serves, in the texts of validator.ts, and the DS RRset that CDS and CDNSKEY ask for. */
export interface Served {
  readonly keySet: string
  readonly data: string
  /** Empty: the DS RRset is to go; undefined: nothing is asked for. */
  readonly asked: string | undefined
  /** Ticks for which key set and CDS, and data, may be kept. */
  readonly keyTtl: number
  readonly dataTtl: number
}

export function servedOf({ keys, goal, settings }: Pick<World, 'keys' | 'goal' | 'settings'>): Served {
  const named = (record: KeyRecord) => keys.filter((key) => isServed(key, record)).map(({ id }) => id)
  const own = keys.filter(({ isForeign }) => isForeign !== true).map(({ id }) => id)
  const signing = (record: KeyRecord) => named(record).filter((id) => own.includes(id))
  const wanted = keysAskedFor(keys).map(({ id }) => id)
  const isAskedToGo = goal === 'insecure' && keys.some(({ records }) => records.ds?.state === 'unretentive')
  return {
    keySet: keySetText(named('dnskey'), signing('krrsig')),
    data: namesText(signing('zrrsig')),
    asked: wanted.length > 0 ? namesText(wanted) : isAskedToGo ? '' : undefined,
    keyTtl: Math.min(settings.keyTtl, settings.maxTtl, settings.validity),
    dataTtl: Math.min(settings.maxTtl, settings.validity),
  }
}

/** What an offline key has to have signed for that. */
export function signedText({ keySet, asked }: Served): string {
  return `${keySet}|${asked ?? '-'}`
}
