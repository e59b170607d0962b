import { canonicalName, nameFromText } from '../../../dns/name.ts'
import { type DelegationResult, delegation } from '../../probes/delegation.ts'
import type { Observation } from '../../probes/probe.ts'
import { lookAbove } from '../delegation/look-above.ts'
import { lookAtChild } from '../delegation/look-at-child.ts'
import { type LookParts, openLook } from '../delegation/look-parts.ts'
import { BudgetSpent } from '../gate.ts'
import type { Runner } from '../runner.ts'

/** Asks every server of a zone, and every one of the zone above, who serves it and by which keys. */
export const delegationRunner: Runner = {
  probe: delegation,
  lacks: ({ zones }) => (zones.length === 0 ? 'it names no `zones`' : undefined),
  plan: ({ zones, parentServers }) =>
    zones.flatMap((zone) => [
      {
        what: `NS and DS of ${zone}`,
        to: parentServers?.map(({ address }) => address).join(', ') ?? 'every server of the zone above',
        times: 1,
      },
      { what: `NS and DNSKEY of ${zone}`, to: 'every address of every server that is named for it', times: 1 },
    ]),
  run: async ({ gate }) => {
    const observations: Observation<DelegationResult>[] = []
    for (const zone of gate.target.zones) {
      const found = await look(openLook(gate), canonicalName(nameFromText(zone))).catch((error) => error as Error)
      // What was not asked for lack of leave looks like a server that is gone.
      if (gate.isSpent()) throw new BudgetSpent()
      if (found instanceof Error) throw found
      observations.push({ probe: delegation.name, target: zone, at: gate.now(), found })
    }
    return observations
  },
}

async function look(parts: LookParts, apex: Uint8Array): Promise<DelegationResult> {
  const above = await lookAbove(parts, apex)
  const below = await lookAtChild(parts, apex, above.servers)
  const { ds, partly } = above
  return { parent: above.servers.map(({ text }) => text), ...below, ds, ...(partly.length > 0 && { partly }) }
}
