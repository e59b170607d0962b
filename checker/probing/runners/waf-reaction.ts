import type { Observation } from '../../probes/probe.ts'
import { type WafReactionResult, wafReaction } from '../../probes/waf-reaction.ts'
import { BudgetSpent, type Gate } from '../gate.ts'
import { httpGet } from '../http-get.ts'
import type { Runner } from '../runner.ts'
import { lacksSite, type Site, sitesOf } from '../site.ts'

/** Words that rules look for, in a parameter that no application has; a server that takes them does nothing with them. */
const MARKERS: readonly { readonly kind: string; readonly query: string; readonly userAgent?: string }[] = [
  { kind: 'sql', query: "hostcheck=1'%20OR%20'1'='1" },
  { kind: 'script', query: 'hostcheck=%3Cscript%3Ealert(1)%3C/script%3E' },
  { kind: 'file', query: 'hostcheck=../../../../etc/passwd' },
  { kind: 'scanner', query: 'hostcheck=1', userAgent: 'Nikto/2.1.6' },
]

/** Asks for a page plainly, then with each marker. */
export const wafReactionRunner: Runner = {
  probe: wafReaction,
  lacks: lacksSite,
  plan: ({ names, pages }) =>
    names.map((name) => ({ what: `GET ${pages[0]}, plain and with ${MARKERS.length} markers`, to: name, times: 5 })),
  run: async ({ gate }) => {
    const observations: Observation<WafReactionResult>[] = []
    for (const site of await sitesOf(gate)) observations.push(await tryMarkers(gate, site))
    return observations
  },
}

async function tryMarkers(gate: Gate, site: Site): Promise<Observation<WafReactionResult>> {
  const [page] = gate.target.pages
  const path = page ?? '/'
  const plain = await statusOf(gate, site.get(path))
  const markers: { kind: string; status: number }[] = []
  for (const { kind, query, userAgent } of MARKERS) {
    const marked = site.get(`${path}${path.includes('?') ? '&' : '?'}${query}`)
    markers.push({ kind, status: await statusOf(gate, { ...marked, ...(userAgent && { userAgent }) }) })
  }
  return { probe: wafReaction.name, target: site.url(path), at: gate.now(), found: { plain, markers } }
}

async function statusOf(gate: Gate, get: Parameters<typeof httpGet>[1]): Promise<number> {
  const answer = await httpGet(gate, get)
  if (answer === 'spent') throw new BudgetSpent()
  return answer?.status ?? 0
}
