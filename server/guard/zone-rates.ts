import type { Scope } from '../../guard/detection/scope.ts'
import type { QueryEvent } from '../../guard/query-event.ts'
import { Verdict } from '../../guard/verdict.ts'

/** What is asked in a zone as a view has it, a second, of the last seconds. */
export interface ZoneRate {
  readonly zone: string
  readonly view: string
  readonly questions: number
  readonly absent: number
}

/** Rates of the zones that are asked about, as many as there is room for. */
export interface ZoneRates {
  count(scope: Scope, event: QueryEvent): void
  /** Lets what was counted fade; to be called once a second. */
  fade(): void
  /** The busiest first. */
  list(): ZoneRate[]
}

const MOST_ZONES = 256
/** What is kept of a sum after a second. */
const KEPT = 0.8

/** Nothing was asked yet. */
export function createZoneRates(): ZoneRates {
  const rates = new Map<number, { readonly zone: string; readonly view: string; questions: number; absent: number }>()
  return {
    count: ({ id, zone, view }, { weight, verdict }) => {
      const rate = rates.get(id) ?? { zone, view, questions: 0, absent: 0 }
      if (rate.questions === 0 && rates.size >= MOST_ZONES) return
      rates.set(id, rate)
      rate.questions += weight
      if (verdict === Verdict.Absent || verdict === Verdict.Decoy) rate.absent += weight
    },
    fade: () => {
      for (const [id, rate] of rates) {
        rate.questions *= KEPT
        rate.absent *= KEPT
        if (rate.questions < 0.01) rates.delete(id)
      }
    },
    list: () =>
      [...rates.values()]
        .sort((a, b) => b.questions - a.questions)
        .map((rate) => ({ ...rate, questions: perSecond(rate.questions), absent: perSecond(rate.absent) })),
  }
}

/** A sum that keeps so much of itself each second is that many times what comes in one. */
function perSecond(sum: number): number {
  return Math.round(sum * (1 - KEPT) * 10) / 10
}
