import { Flag, Type } from '../../../dns/constants.ts'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import type { KeyMaterial } from '../../../keys/key-set.ts'
import type { TrustAnchor } from '../../../keys/validation/key-set.ts'
import { type LookSettings, lookAtParent } from '../../../server/parent/look.ts'
import type { LookedForKey } from '../../../server/parent/parent-look.ts'
import {
  type Behaviour,
  changed,
  createSimulatedDns,
  dsOf,
  NOW,
  type SimulatedDns,
  type SimulatedZone,
  simulatedZone,
  zoneKey,
} from '../../helpers/simulated-dns.ts'

export const CHILD = 'example.com.'
export const COM = canonicalName(nameFromText('com.'))
export const APEX = canonicalName(nameFromText(CHILD))
const ROOT_SERVER = '192.0.2.1'
export const RESOLVER = '192.0.2.99'
/** Of the servers of com, the last by IPv6. */
export const [A, B, B6] = ['192.0.2.11', '192.0.2.12', '2001:db8::12']

/** Drawn once for all tests of a file. */
export const KEYS = {
  root: await zoneKey(8),
  com: await zoneKey(),
  old: await zoneKey(),
  next: await zoneKey(),
}

export interface World {
  readonly dns: SimulatedDns
  readonly root: SimulatedZone
  readonly com: SimulatedZone
  /** One address of the parent behaves so from now on, or has a zone of its own. */
  at(address: string, behave: Behaviour, com?: SimulatedZone): void
}

/** The DS records of the child are lines of com's zone; `isSigned`: root and com are. */
export function openWorld(ds: readonly string[], isSigned = true): World {
  const dns = createSimulatedDns()
  const com = comZone(ds, isSigned)
  const root = simulatedZone(
    '.',
    [
      '@ NS ns.root.',
      `ns.root A ${ROOT_SERVER}`,
      'com NS a.nic.com.',
      'com NS b.nic.com.',
      ...(isSigned ? [dsOf('com.', KEYS.com)] : []),
      `a.nic.com A ${A}`,
      `b.nic.com A ${B}`,
      `b.nic.com AAAA ${B6}`,
    ],
    isSigned ? KEYS.root : undefined,
  )
  dns.serve(ROOT_SERVER, [root])
  for (const address of [A, B, B6]) dns.serve(address, [com])
  // What a resolver says is what all servers together know, and none of it is authoritative.
  dns.serve(RESOLVER, [root, com], asResolver)
  return { dns, root, com, at: (address, behave, own = com) => dns.serve(address, [own], behave) }
}

export const asResolver: Behaviour = changed((honest) => ({
  ...honest,
  flags: (honest.flags & ~Flag.AA) | Flag.RA | Flag.RD,
}))

export function comZone(ds: readonly string[], isSigned = true): SimulatedZone {
  const lines = [
    '@ NS a.nic.com.',
    '@ NS b.nic.com.',
    `a.nic A ${A}`,
    `b.nic A ${B}`,
    `b.nic AAAA ${B6}`,
    'example NS ns.example.com.',
    ...ds,
  ]
  return simulatedZone('com.', lines, isSigned ? KEYS.com : undefined)
}

function rootAnchor(): TrustAnchor[] {
  return [{ owner: Uint8Array.of(0), type: Type.DNSKEY, rdata: KEYS.root.dnskey }]
}

export function look({ dns }: World, settings: Partial<LookSettings> = {}, apex = APEX) {
  let id = 0
  const resolver = [{ address: RESOLVER, port: 53, family: 4 as const }]
  return lookAtParent(
    apex,
    { servers: undefined, resolver, families: [4, 6], trustAnchors: rootAnchor(), ...settings },
    {
      network: { exchange: dns.exchange, randomId: () => (id = (id * 31 + 7) & 0xffff) },
      now: () => NOW,
      roots: [ROOT_SERVER],
      systemResolvers: () => resolver,
    },
  )
}

export function lookedFor({ dnskey, keyTag }: KeyMaterial): LookedForKey {
  return { id: String(keyTag), apex: APEX, keyTag, dnskey }
}

export const ds = (key: KeyMaterial, digestType: 2 | 4 = 2) => dsOf(CHILD, key, digestType)
