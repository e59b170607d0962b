import type { ParentReport } from './rollover-protocol.ts'

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
  const tags = [...new Set(found.ds.map((ds) => ds.split(' ')[0]))]
  return `the parent has a DS (key tag ${tags.join(', ')}), and it is of no key that is here: validators reject the zone as it is answered here. Bring its keys back with \`dnsctl key restore\` or \`dnsctl key import\`, or have the registrar put in what \`dnsctl key ds ${zone}\` shows; \`dnsctl key check-parent ${zone}\` looks again`
}
