import { type InnerSitesResult, innerSites } from '../../probes/inner-sites.ts'
import type { Observation } from '../../probes/probe.ts'
import { BudgetSpent, type Gate } from '../gate.ts'
import { httpGet } from '../http-get.ts'
import { innerNames, lacksInnerNames, nobodyBeside, planOf } from '../inner-names.ts'
import { type Runner, type RunnerMeans, singleAddresses } from '../runner.ts'
import { isSecurePort, webPorts } from '../site.ts'

/** Asks a public address for sites by their inner names: a name is no secret that keeps anybody out. */
export const innerSitesRunner: Runner = {
  probe: innerSites,
  lacks: (target) =>
    lacksInnerNames(target) ?? (webPorts(target).length === 0 ? 'it has no TCP port for HTTP' : undefined),
  plan: planOf('a GET by that name, and one by a name that nobody has'),
  run: async (means) => {
    const observations: Observation<InnerSitesResult>[] = []
    for (const address of singleAddresses(means.gate.target)) observations.push(await askFor(means, address))
    return observations
  },
}

async function askFor(means: RunnerMeans, address: string): Promise<Observation<InnerSitesResult>> {
  const { gate } = means
  const names = innerNames(means)
  const answered: InnerSitesResult['answered'][number][] = []
  for (const name of names) {
    for (const port of webPorts(gate.target)) {
      const place = { address, port, isSecure: isSecurePort(port) }
      const own = await siteAt(gate, place, name)
      if (own === undefined) continue
      const nobodys = await siteAt(gate, place, nobodyBeside(name, means.nonce))
      if (own.seen === nobodys?.seen) continue
      answered.push({ name, status: own.status })
      break
    }
  }
  return { probe: innerSites.name, target: address, at: gate.now(), found: { asked: names.length, answered } }
}

interface Place {
  readonly address: string
  readonly port: number
  readonly isSecure: boolean
}

/** What an answer looks like apart from the name it was asked by, and from what changes with each question. */
async function siteAt(
  gate: Gate,
  place: Place,
  name: string,
): Promise<{ readonly seen: string; readonly status: number } | undefined> {
  const host = name.slice(0, -1)
  // The log of what is sent names nobody who is hidden.
  const answer = await httpGet(gate, { ...place, host, path: '/', loggedAs: 'GET / by an inner name' })
  if (answer === 'spent') throw new BudgetSpent()
  if (answer === undefined) return undefined
  const parts = [answer.headers.location, answer.headers['www-authenticate'], titleOf(answer.body)]
  const seen = [answer.status, ...parts.map((part) => (part ?? '').replaceAll(host, ''))].join('\n')
  return { seen, status: answer.status }
}

function titleOf(body: string): string | undefined {
  return /<title>([^<]{0,300})/i.exec(body)?.[1]
}
