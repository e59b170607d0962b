/*
 * DS records at a parent that make its zone bogus as it is answered here.
 */
import type { StoredKeySet } from '../../keys/key-store.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import type { ParentReport, ParentServer } from './rollover-protocol.ts'

/**
 * What is to be said of a parent whose DS is of no key that is here, a sentence; undefined: each server that has a DS has one
 * that is. The keys of the zone were lost, or others sign it. To hold signatures back would help nobody: what is not signed
 * is as bogus as what another key has signed.
 */
export function foreignDsAlarm(zone: string, { servers }: Pick<ParentReport, 'servers'>): string | undefined {
  const found = servers.find(
    ({ outcome, foreign, keyTags }) => outcome === 'answered' && foreign > 0 && keyTags.length === 0,
  )
  if (found === undefined) return undefined
  return `the parent has a DS (key tag ${tagsIn(found)}), and it is of no key that is here: validators reject the zone as it is answered here. Bring its keys back with \`dnsctl key restore\` or \`dnsctl key import\`, or have the registrar put in what \`dnsctl key ds ${zone}\` shows; \`dnsctl key check-parent ${zone}\` looks again`
}

/** What is to be said of a parent that has a DS for a key of the zone with a digest that is not that key's; undefined: none has. */
export function wrongDigestAlarm(zone: string, { servers }: Pick<ParentReport, 'servers'>): string | undefined {
  const wrong = [...new Set(servers.flatMap(({ outcome, misfits = [] }) => (outcome === 'answered' ? misfits : [])))]
  if (wrong.length === 0) return undefined
  const records = wrong.map((rdata) => `\`${rdata}\``).join(' and ')
  return `the parent has a DS with the tag of a key of the zone and a digest that is not that key's (${records}): validators that go by it reject the zone, even where another DS is right. Have the registrar remove exactly that; \`dnsctl key check-parent ${zone}\` looks again`
}

/** What is to be said of a parent that has a DS of a zone that has become insecure here, and publishes no key any more. */
export function lateDsAlarm(
  { zone, goal, keys }: Pick<StoredKeySet, 'zone' | 'goal' | 'keys'>,
  { servers }: Pick<ParentReport, 'servers'>,
): string | undefined {
  const found = servers.find(({ outcome, ds }) => outcome === 'answered' && ds.length > 0)
  if (found === undefined || goal !== 'insecure' || keys.some((key) => isServed(key, 'dnskey'))) return undefined
  return `the parent has a DS (key tag ${tagsIn(found)}), and the zone is not signed any more: validators reject it. Have the registrar remove every DS of it; \`dnsctl key check-parent ${zone}\` looks again`
}

function tagsIn({ ds }: ParentServer): string {
  return [...new Set(ds.map((each) => each.split(' ')[0]))].join(', ')
}
