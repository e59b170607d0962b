import { isIP } from 'node:net'
import { type HttpAuthResult, httpAuth } from '../../probes/http-auth.ts'
import type { Observation } from '../../probes/probe.ts'
import { BudgetSpent, type Gate } from '../gate.ts'
import { type Get, type GetAnswer, httpGet } from '../http-get.ts'
import type { Runner } from '../runner.ts'
import { lacksSite, type Site, sitesOf } from '../site.ts'

const MOST_PATHS = 5

/** Asks an inner site without a password, by its name, and by its bare address as scanners do. */
export const httpAuthRunner: Runner = {
  probe: httpAuth,
  lacks: lacksSite,
  plan: ({ names, pages }) =>
    names.map((name) => ({
      what: `GET ${pages.slice(0, MOST_PATHS).join(', ')}, and / by its bare address`,
      to: name,
      times: 1,
    })),
  run: async ({ gate }) => {
    const observations: Observation<HttpAuthResult>[] = []
    for (const site of await sitesOf(gate)) observations.push(await tryWithout(gate, site))
    return observations
  },
}

async function tryWithout(gate: Gate, site: Site): Promise<Observation<HttpAuthResult>> {
  const paths: HttpAuthResult['paths'][number][] = []
  for (const path of gate.target.pages.slice(0, MOST_PATHS)) {
    const answer = await ask(gate, site.get(path))
    const challenged = answer?.headers['www-authenticate'] !== undefined
    paths.push({ path, status: answer?.status ?? 0, challenged })
  }
  const get = site.get('/')
  const bare = isIP(get.host) === 0 ? await ask(gate, { ...get, host: get.address }) : undefined
  return {
    probe: httpAuth.name,
    target: site.url('/'),
    at: gate.now(),
    found: { paths, hasTls: get.isSecure, ...(bare === undefined ? {} : { byAddress: bare.status }) },
  }
}

async function ask(gate: Gate, get: Get): Promise<GetAnswer | undefined> {
  const answer = await httpGet(gate, get)
  if (answer === 'spent') throw new BudgetSpent()
  return answer
}
