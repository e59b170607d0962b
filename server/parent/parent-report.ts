import { Type } from '../../dns/constants.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { isDsOf, isMisfitOf } from '../../keys/dnskey.ts'
import type { ParentKey, ParentReport, ParentServer } from '../keys/rollover-protocol.ts'
import { type LookedForKey, type ParentLook, type ServerLook, verdictOf } from './parent-look.ts'

/** What a look is reported as, with what it says of the zone's keys; `since`: Unix seconds from which an address lags. */
export function reportLook(
  look: ParentLook,
  keys: readonly LookedForKey[],
  since: (server: ServerLook) => number | undefined = () => undefined,
): Omit<ParentReport, 'nextCheckAt'> {
  return {
    mode: 'check',
    ...(look.parent === undefined ? {} : { parent: look.parent }),
    checkedAt: look.at,
    trust: look.trust,
    servers: look.servers.map((server) => reportServer(server, keys, since(server))),
    keys: keys.map((key): ParentKey => ({ id: key.id, keyTag: key.keyTag, verdict: verdictOf(key, look) })),
    ...withProblem(look.problem ?? unreachableFamily(look)),
  }
}

function withProblem(problem: string | undefined): Pick<ParentReport, 'problem'> {
  return problem === undefined ? {} : { problem }
}

/** A host without IPv6 would wait for ever for servers that all others reach. */
function unreachableFamily({ servers }: ParentLook): string | undefined {
  for (const { name, word, isOf } of FAMILIES) {
    const own = servers.filter(({ address }) => isOf(address))
    if (own.length === 0 || !own.every(({ isUnreachable }) => isUnreachable)) continue
    return `this host has no ${name}; if the parent is to be judged by its other addresses alone, write \`parent: { families: [${word}] }\``
  }
  return undefined
}

const FAMILIES = [
  { name: 'IPv6', word: 'ipv4', isOf: (address: string) => address.includes(':') },
  { name: 'IPv4', word: 'ipv6', isOf: (address: string) => !address.includes(':') },
] as const

function reportServer(
  { ds, port, isUnreachable: _, signedAt: __, outdated = [], ...server }: ServerLook,
  keys: readonly LookedForKey[],
  since: number | undefined,
): ParentServer {
  const owners = ds.map((rdata) => keys.find(({ apex, dnskey }) => isDsOf(rdata, apex, dnskey)))
  const misfits = ds.filter(
    (rdata, index) => owners[index] === undefined && keys.some(({ apex, dnskey }) => isMisfitOf(rdata, apex, dnskey)),
  )
  return {
    ...server,
    ...(port === DNS_PORT ? {} : { port }),
    ...(since === undefined ? {} : { since }),
    ...(outdated.length > 0 && { outdated: keys.flatMap(({ id, keyTag }) => (outdated.includes(id) ? keyTag : [])) }),
    ds: ds.map((rdata) => rdataToText(Type.DS, rdata)),
    keyTags: [...new Set(owners.flatMap((key) => key?.keyTag ?? []))],
    foreign: owners.filter((key) => key === undefined).length,
    ...(misfits.length > 0 && { misfits: misfits.map((rdata) => rdataToText(Type.DS, rdata)) }),
  }
}

const DNS_PORT = 53
