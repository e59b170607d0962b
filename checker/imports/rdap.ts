import { z } from 'zod'
import { jsonOf } from '../facts/json.ts'
import type { Observation } from '../probes/probe.ts'
import { type RegistrationResult, registration } from '../probes/registration.ts'
import { type Imported, plain, unusable } from './imported.ts'

/** A domain as RDAP tells of it (RFC 9083 §5.3), as far as it matters here. */
const domainSchema = z.object({
  objectClassName: z.literal('domain'),
  ldhName: z.string().min(1).max(255),
  status: z.array(z.string().max(200)).max(100).default([]),
  events: z
    .array(z.object({ eventAction: z.string().max(200), eventDate: z.string().max(64).optional() }))
    .max(1000)
    .default([]),
})

/** Reads what RDAP answers for a domain; its time is that of the registry's data (RFC 9083 §10.2.3). */
export function importRdap(text: string): Imported {
  const read = domainSchema.safeParse(jsonOf(text))
  if (!read.success) return unusable('it is not what RDAP answers for a domain')
  const { ldhName, status, events } = read.data
  const timeOf = (action: string): number | undefined => {
    const milliseconds = Date.parse(events.find(({ eventAction }) => eventAction === action)?.eventDate ?? '')
    return Number.isNaN(milliseconds) || milliseconds < 0 ? undefined : Math.floor(milliseconds / 1000)
  }
  const at = timeOf('last update of RDAP database')
  if (at === undefined) return unusable('it does not say of when it is: "last update of RDAP database"')
  const expires = timeOf('expiration')
  const observation: Observation<RegistrationResult> = {
    probe: registration.name,
    target: `${plain(ldhName).toLowerCase().replace(/\.$/, '')}.`,
    at,
    found: { locks: status.map(plain), ...(expires !== undefined && { expires }) },
  }
  return { outcome: 'read', observations: [observation] }
}
