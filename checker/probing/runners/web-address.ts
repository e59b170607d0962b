import { PROXY_HEADERS } from '../../facts/proxy-headers.ts'
import type { Observation } from '../../probes/probe.ts'
import { type WebAddressResult, webAddress } from '../../probes/web-address.ts'
import { maySendTo } from '../../targets/sendable-address.ts'
import { BudgetSpent, type Gate } from '../gate.ts'
import { httpGet } from '../http-get.ts'
import type { Runner } from '../runner.ts'
import { isSecurePort, lacksSite, webPorts } from '../site.ts'

/** Looks up where names of sites lead; only an address of the target's own is asked for the site, too. */
export const webAddressRunner: Runner = {
  probe: webAddress,
  lacks: ({ names }) => (names.length === 0 ? 'it names no host' : undefined),
  plan: (target) =>
    target.names.map((name) => ({
      what: `A and AAAA by the resolver of this host${lacksSite(target) === undefined ? ', and GET / where an address is its own' : ''}`,
      to: name,
      times: 1,
    })),
  run: async ({ gate }) => {
    const observations: Observation<WebAddressResult>[] = []
    for (const name of gate.target.names) {
      const addresses = await gate.addressesOf(name)
      // A resolver that fails says as little as one that knows of none.
      if (addresses.length === 0) continue
      const found = { addresses, headers: await headersOf(gate, name, addresses) }
      observations.push({ probe: webAddress.name, target: name, at: gate.now(), found })
    }
    return observations
  },
}

async function headersOf(gate: Gate, name: string, addresses: readonly string[]): Promise<readonly string[]> {
  const address = addresses.find((each) => maySendTo(gate.target.prefixes, each))
  const port = webPorts(gate.target)[0]
  if (address === undefined || port === undefined) return []
  const answer = await httpGet(gate, { address, port, host: name, isSecure: isSecurePort(port), path: '/' })
  if (answer === 'spent') throw new BudgetSpent()
  return Object.keys(answer?.headers ?? {}).filter((header) => PROXY_HEADERS.has(header))
}
