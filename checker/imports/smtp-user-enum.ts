import type { Observation } from '../probes/probe.ts'
import { type SmtpEnumerationResult, smtpEnumeration } from '../probes/smtp-enumeration.ts'
import { type Imported, plain, unusable } from './imported.ts'

const MOST_USERS = 10_000
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'

/** Reads what smtp-user-enum prints: its mode, when it ran (by the clock of its host, taken for UTC), whom it found. */
export function importSmtpUserEnum(text: string): Imported {
  const mode = /^Mode \.+ (VRFY|EXPN|RCPT)\s*$/m.exec(text)?.[1]
  if (mode === undefined) return unusable('it is not what smtp-user-enum prints')
  const at = startOf(text)
  if (at === undefined) return unusable('it does not say when it ran: "Scan started at"')
  const queries = /^(\d{1,9}) queries in \d+ seconds/m.exec(text)?.[1]
  if (queries === undefined) return unusable('it was broken off before its end: "queries in … seconds"')
  const domain = /^Target domain \.+ (\S{1,253})\s*$/m.exec(text)?.[1]
  const users = new Map<string, Set<string>>()
  for (const [, server = '', user = ''] of text.matchAll(/^([\w.:-]{1,255}): (\S{1,255}) exists\r?$/gm)) {
    const known = users.get(server) ?? new Set()
    if (known.size < MOST_USERS) known.add(plain(user))
    users.set(server, known)
  }
  const targets = users.size > 0 ? [...users] : [[domain ?? 'a mail server', new Set<string>()] as const]
  return {
    outcome: 'read',
    observations: targets.map(([server, confirmed]) =>
      observationOf({ server, confirmed: [...confirmed], domain: domain ?? server, at, mode, asked: Number(queries) }),
    ),
  }
}

interface Ran {
  readonly server: string
  readonly domain: string
  readonly confirmed: readonly string[]
  readonly at: number
  readonly mode: string
  readonly asked: number
}

function observationOf({ server, domain, confirmed, at, mode, asked }: Ran): Observation<SmtpEnumerationResult> {
  const found = confirmed.length > 0
  return {
    probe: smtpEnumeration.name,
    target: server,
    at,
    found: {
      domain,
      confirmed,
      by: found ? ['code'] : [],
      // It does not tell a server that slows it from one that is slow.
      limited: false,
      asked,
      codes: { known: found ? '250' : '', unknown: '' },
      vrfy: mode === 'VRFY' && found ? 'answers' : 'refused',
    },
  }
}

/** `######## Scan started at Wed Nov 25 03:10:00 2026 #########` */
function startOf(text: string): number | undefined {
  const match = /^#+ Scan started at \w{3} (\w{3}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4}) #+\s*$/m.exec(text)
  const month = match === null ? -1 : MONTHS.indexOf(match[1]!) / 3
  if (match === null || !Number.isInteger(month) || month < 0) return undefined
  const [day, hour, minute, second, year] = match.slice(2).map(Number)
  return Date.UTC(year!, month, day, hour, minute, second) / 1000
}
