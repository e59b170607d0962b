import { type HttpBurstResult, httpBurst } from '../../probes/http-burst.ts'
import type { Observation } from '../../probes/probe.ts'
import { BudgetSpent, type Gate } from '../gate.ts'
import { type GetAnswer, httpGet } from '../http-get.ts'
import type { Runner, RunnerMeans } from '../runner.ts'
import { lacksSite, type Site, sitesOf } from '../site.ts'

const BURST = 40
const LATER_MS = 60_000
/** A throttle that counts in seconds does not see what comes more slowly. */
const LEAST_PER_SECOND = 20
const REFUSING: ReadonlySet<number> = new Set([403, 429, 503])

/** Asks for a page many times at once, and a minute later once more. */
export const httpBurstRunner: Runner = {
  probe: httpBurst,
  lacks: (target) =>
    lacksSite(target) ??
    (target.mostPerSecond < LEAST_PER_SECOND
      ? `\`most-per-second\` is ${target.mostPerSecond}: a burst is ${LEAST_PER_SECOND} or more`
      : undefined),
  plan: ({ names, pages }) => names.map((name) => ({ what: `GET ${pages[0]}`, to: name, times: BURST + 1 })),
  run: async (means) => {
    const observations: Observation<HttpBurstResult>[] = []
    for (const site of await sitesOf(means.gate)) observations.push(await burst(means, site))
    return observations
  },
}

async function burst({ gate, wait }: RunnerMeans, site: Site): Promise<Observation<HttpBurstResult>> {
  const path = gate.target.pages[0] ?? '/'
  const answers = await Promise.all(Array.from({ length: BURST }, () => answerOf(gate, site, path)))
  const refused = answers.filter(isRefusal).length
  if (refused > 0) await wait(LATER_MS)
  const last = await answerOf(gate, site, path)
  return {
    probe: httpBurst.name,
    target: site.url(path),
    at: gate.now(),
    found: { asked: BURST, refused, recovered: !isRefusal(last) },
  }
}

async function answerOf(gate: Gate, site: Site, path: string): Promise<GetAnswer | undefined> {
  const answer = await httpGet(gate, site.get(path))
  if (answer === 'spent') throw new BudgetSpent()
  return answer
}

function isRefusal(answer: GetAnswer | undefined): boolean {
  return answer === undefined || REFUSING.has(answer.status)
}
