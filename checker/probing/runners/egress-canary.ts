import { egressCanary } from '../../probes/egress-canary.ts'
import { maySendTo } from '../../targets/sendable-address.ts'
import { BudgetSpent, Refusal } from '../gate.ts'
import type { Runner, RunnerMeans } from '../runner.ts'

/** Where a proxy of the host usually listens. */
const PROXIES = ['http://127.0.0.1:3128', 'http://127.0.0.1:8080']
const SECONDS = '5'

/** Tries, as the account of the sites, to reach an address outside: directly, then by the host's proxy. */
export const egressCanaryRunner: Runner = {
  probe: egressCanary,
  lacks: ({ canary }) =>
    canary === undefined
      ? 'it names no `canary`'
      : process.getuid?.() === 0
        ? undefined
        : 'it takes root to become the account of the sites: the same command with `sudo`',
  plan: ({ canary }) => [
    { what: `a TCP connection as ${canary!.user}`, to: canary!.to, times: 1 },
    { what: `a GET by the proxy of this host as ${canary!.user}`, to: canary!.to, times: PROXIES.length },
  ],
  run: async (means) => {
    const { user, to } = means.gate.target.canary!
    const direct = (await tryTo(means, to, [])) === undefined ? 'refused' : 'connected'
    const found = { user, direct, byProxy: await byProxy(means, to) }
    return [{ probe: egressCanary.name, target: means.gate.target.name, at: means.gate.now(), found }]
  },
}

async function byProxy(means: RunnerMeans, to: string): Promise<'fetched' | 'denied' | 'unreachable' | 'not-tried'> {
  const seen: string[] = []
  for (const proxy of PROXIES) {
    const answer = await tryTo(means, to, ['--proxy', proxy])
    if (answer !== undefined) seen.push(answer)
  }
  if (seen.length === 0) return 'not-tried'
  if (seen.some((status) => /^[23]/.test(status))) return 'fetched'
  return seen.some((status) => status === '403' || status === '407') ? 'denied' : 'unreachable'
}

/** The status of the answer, `000` where it was a connection without one; undefined: there was no connection. */
async function tryTo(means: RunnerMeans, to: string, more: readonly string[]): Promise<string | undefined> {
  const [address = '', port = ''] = to.split('@')
  if (!maySendTo(means.gate.target.prefixes, address)) throw new Refusal(`${address} lies in no prefix of the target`)
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}/`
  if (!(await means.gate.turn('a GET', to, 0))) throw new BudgetSpent()
  const { user } = means.gate.target.canary!
  const curl = ['curl', '--silent', '--output', '/dev/null', '--max-time', SECONDS, ...more]
  const words = ['runuser', '-u', user, '--', ...curl, '--write-out', '%{http_code} %{time_connect}', url]
  const result = await means.runWords(words)
  if (result.outcome === 'failed') throw new Error(`\`runuser … curl\`: ${result.why}`)
  if (![0, 7, 28, 52, 56].includes(result.exitCode)) throw new Error(`curl as ${user} ended with ${result.exitCode}`)
  const [status = '000', connected = '0'] = result.stdout.trim().split(' ')
  return Number(connected) > 0 ? status : undefined
}
