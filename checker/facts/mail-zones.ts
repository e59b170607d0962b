import type { KnownBy } from './fact.ts'
import type { Host } from './host.ts'
import { worldlyDomains } from './mail-domains.ts'
import { exchangersOf, type ZoneKnowledge } from './spf.ts'
import { veilZones, type ZoneRecord } from './veil-zones.ts'

/** A name that mail can claim to come from, as one public view has it. */
export interface MailName {
  /** Lower case, with a dot at the end. */
  readonly name: string
  /** `domain example.com`, with the view where there are several public ones. */
  readonly subject: string
  readonly known: ZoneKnowledge
  /** Whether somebody gets mail there: by an MX record, or by this host's Postfix. */
  readonly hasMail: boolean
  /** The file of its zone, where a record is to be added. */
  readonly zoneFile: string | undefined
}

/** The zones' own names and all with an MX record, in each view that everybody gets; undefined where Veil serves none from here. */
export function mailNames(host: Host): readonly MailName[] | undefined {
  const served = host.get(veilZones)
  if (served === undefined) return undefined
  const zones = served.zones.map(({ name }) => absolute(name))
  const taken = new Set(worldlyDomains(host).map(({ name }) => absolute(name)))
  return served.zones.flatMap((zone) => {
    const views = zone.views.filter(({ isPublic }) => isPublic)
    return views.flatMap(({ view, records }): readonly MailName[] => {
      const known = { records: publicRecordsOf(served, view), zones }
      const apex = absolute(zone.name)
      if (/\.(?:in-addr|ip6)\.arpa\.$/.test(apex)) return []
      const zoneFile = records.find(({ type }) => type === 'SOA')?.evidence.path
      const withMail = records.filter(({ type }) => type === 'MX').map(({ owner }) => owner)
      return [...new Set([apex, ...withMail])].map((name) => ({
        name,
        subject: `domain ${name.slice(0, -1)}${views.length > 1 ? ` in view ${view}` : ''}`,
        known,
        hasMail: exchangersOf(known, name).length > 0 || taken.has(name),
        zoneFile,
      }))
    })
  })
}

/** Domains that Postfix takes mail for and of which no own zone tells anything. */
export function unservedDomains(host: Host): readonly string[] {
  const zones = host.get(veilZones)?.zones.map(({ name }) => absolute(name)) ?? []
  return worldlyDomains(host)
    .map(({ name }) => name)
    .filter((name) => !zones.some((zone) => `${name}.` === zone || `${name}.`.endsWith(`.${zone}`)))
}

function publicRecordsOf(served: NonNullable<KnownBy<typeof veilZones>>, view: string): readonly ZoneRecord[] {
  return served.zones.flatMap((zone) =>
    zone.views.filter((each) => each.view === view).flatMap(({ records }) => records),
  )
}

function absolute(name: string): string {
  return name.endsWith('.') ? name.toLowerCase() : `${name.toLowerCase()}.`
}
