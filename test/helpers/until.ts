import { setTimeout as delay } from 'node:timers/promises'

/** Waits until the test gives something that is true, and returns it; throws with what it gave last. */
export async function until<Result>(what: string, test: () => Result | Promise<Result>, seconds = 30): Promise<Result> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const result = await test()
    if (result) return result
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s, but ${JSON.stringify(result)}`)
    await delay(50)
  }
}
