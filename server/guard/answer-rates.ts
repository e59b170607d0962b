import { Verdict } from '../../guard/verdict.ts'
import { Counter, type Statistics } from '../statistics.ts'

/** What was answered in the last second, by verdict, and how many answers were limited. */
export interface AnswerRates {
  readonly verdicts: Readonly<Record<string, number>>
  readonly limited: number
}

/** Rates from counters that only grow; `note` them once in a while. */
export interface RateMeter {
  note(blocks: readonly Statistics[], now: number): void
  rates(): AnswerRates
}

const LIMITED = [Counter.LimitedTruncate, Counter.LimitedDrop, Counter.LimitedRefuse]

/** All rates are 0 until counters were noted twice. */
export function createRateMeter(): RateMeter {
  let before: { readonly at: number; readonly totals: readonly number[] } | undefined
  let rates = Object.values(Verdict).map(() => 0)
  let limited = 0
  return {
    note: (blocks, now) => {
      const sum = (counter: number) => blocks.reduce((total, block) => total + block[counter]!, 0)
      const verdicts = Object.values(Verdict).map((verdict) => Counter.Verdict + verdict)
      const totals = [...verdicts, ...LIMITED].map(sum)
      if (before !== undefined && now > before.at) {
        const seconds = (now - before.at) / 1000
        const each = totals.map((total, index) => (total - before!.totals[index]!) / seconds)
        rates = each.slice(0, verdicts.length)
        limited = each.slice(verdicts.length).reduce((all, rate) => all + rate, 0)
      }
      before = { at: now, totals }
    },
    rates: () => ({
      verdicts: Object.fromEntries(
        Object.entries(Verdict).map(([name, verdict]) => [name.toLowerCase(), round(rates[verdict]!)]),
      ),
      limited: round(limited),
    }),
  }
}

function round(rate: number): number {
  return Math.round(rate * 10) / 10
}
