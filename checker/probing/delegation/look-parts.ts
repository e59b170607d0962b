import { randomInt } from 'node:crypto'
import type { AskForRRset } from '../../../keys/validation/chain-of-trust.ts'
import type { Network } from '../../../server/parent/ask.ts'
import { type LookSettings, lookupOf, type LookParts as ParentParts } from '../../../server/parent/look.ts'
import { rootAnchors } from '../../../server/parent/trust-anchor.ts'
import type { Gate } from '../gate.ts'
import { dnsPortOf } from '../runner.ts'

/** What looking at a delegation stands on: the network by way of the gate, and who says where names lead. */
export interface LookParts extends ParentParts {
  readonly network: Network
  readonly settings: LookSettings
  readonly ask: AskForRRset
  /** At which servers of the zone itself listen. */
  readonly port: number
}

const DNS_PORT = 53

export function openLook({ exchange, now, resolvers, target }: Gate): LookParts {
  const servers = target.parentServers
  const network: Network = { exchange, randomId: () => randomInt(0x10000) }
  const parts = { network, now, systemResolvers: () => resolvers }
  const settings: LookSettings = {
    servers,
    resolver: 'system',
    families: [4, 6],
    // Whoever names the servers believes them, as the root does not lead there.
    trustAnchors: servers === undefined ? rootAnchors() : [],
  }
  const port = dnsPortOf(target, 'udp') ?? DNS_PORT
  return { ...parts, settings, ask: lookupOf(settings, parts), port }
}
