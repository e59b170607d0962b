import { type HttpTimingResult, httpTiming } from '../../probes/http-timing.ts'
import type { Observation } from '../../probes/probe.ts'
import { BudgetSpent, type Gate } from '../gate.ts'
import { type GetAnswer, httpGet } from '../http-get.ts'
import type { Runner } from '../runner.ts'
import { lacksSite, type Site, sitesOf } from '../site.ts'

/** Behind the one that warms the cache. */
const SAMPLES = 19

/** Times how long a page takes to begin, each time over a new connection. */
export const httpTimingRunner: Runner = {
  probe: httpTiming,
  lacks: lacksSite,
  plan: ({ names, pages }) => names.map((name) => ({ what: `GET ${pages[0]}`, to: name, times: SAMPLES + 1 })),
  run: async ({ gate }) => {
    const observations: Observation<HttpTimingResult>[] = []
    for (const site of await sitesOf(gate)) observations.push(...(await timeSite(gate, site)))
    return observations
  },
}

/** Nothing where not every question was answered: what is slow to fail is not fast. */
async function timeSite(gate: Gate, site: Site): Promise<readonly Observation<HttpTimingResult>[]> {
  const path = gate.target.pages[0] ?? '/'
  const answers: GetAnswer[] = []
  for (let sample = 0; sample <= SAMPLES; sample++) {
    const answer = await httpGet(gate, { ...site.get(path), takesEncodings: true })
    if (answer === 'spent') throw new BudgetSpent()
    if (answer === undefined) return []
    answers.push(answer)
  }
  const times = answers
    .slice(1)
    .map(({ milliseconds }) => milliseconds)
    .sort((one, other) => one - other)
  const encoding = answers[0]!.headers['content-encoding']
  const p95 = Math.round(times[Math.ceil(times.length * 0.95) - 1]!)
  const found = { samples: SAMPLES, p95, protocol: 'http/1.1', ...(encoding && { encoding }) }
  return [{ probe: httpTiming.name, target: site.url(path), at: gate.now(), found }]
}
