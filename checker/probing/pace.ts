import { setTimeout as delay } from 'node:timers/promises'

/** Waits for the next moment; moments lie evenly, and what was not used is not made up for. */
export type Pace = () => Promise<void>

export function openPace(perSecond: number): Pace {
  let next = performance.now()
  return async () => {
    next = Math.max(next + 1000 / perSecond, performance.now())
    const wait = next - performance.now()
    if (wait > 1) await delay(wait)
  }
}
