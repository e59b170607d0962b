import { readListen } from '../../server/address.ts'
import { readDocument } from '../../server/configuration/document.ts'
import { createReport, type Report } from '../../server/configuration/report.ts'
import { checkShape } from '../../server/configuration/shape.ts'
import { accepted } from '../../server/reading.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import { dayOf, isOver, readDay, SECONDS_OF_DAY } from '../declarations/day.ts'
import { LONGEST_DAYS } from '../declarations/read-declarations.ts'
import { flawOfPrefix, maySendTo, SHORTEST_PREFIX } from './sendable-address.ts'
import type { Limits, Target } from './targets.ts'
import { MOST_PER_SECOND, type RawTarget, targetsSchema } from './targets-schema.ts'

/** What targets.yaml says, or every reason why it cannot be used. */
export type TargetsReading =
  | { readonly outcome: 'accepted'; readonly targets: readonly Target[]; readonly limits: Limits }
  | { readonly outcome: 'refused'; readonly problems: readonly FileProblem[] }

/** Reads the text of targets.yaml; `path` is for messages, `now` Unix seconds. Who is expired is read all the same. */
export function readTargets(text: string, path: string, now: number): TargetsReading {
  const document = readDocument(text, path)
  if (document.problems.length > 0) return { outcome: 'refused', problems: document.problems }
  const shaped = checkShape(document.value === null ? { ...document, value: {} } : document, targetsSchema)
  if (shaped.outcome === 'misshapen') return { outcome: 'refused', problems: shaped.problems }
  const report = createReport(document)
  for (const [name, raw] of Object.entries(shaped.raw.targets)) checkTarget(name, raw, now, report)
  if (report.problems.length > 0) return { outcome: 'refused', problems: report.problems }
  const { targets, limits } = shaped.raw
  return {
    outcome: 'accepted',
    targets: Object.entries(targets).map(([name, raw]) => targetOf(name, raw)),
    limits: {
      mostPerSecond: limits?.['most-per-second'] ?? MOST_PER_SECOND,
      mostPerDay: limits?.['most-per-day'],
    },
  }
}

/** Whether nothing may be sent to the target any more. */
export function isExpired(target: Target, now: number): boolean {
  return isOver(target.expires, now)
}

function checkTarget(name: string, raw: RawTarget, now: number, report: Report): void {
  const latest = now + LONGEST_DAYS * SECONDS_OF_DAY
  if (accepted(readDay(raw.expires)) > latest) {
    report.at(['targets', name, 'expires'], {
      found: `"${raw.expires}", more than a year ahead`,
      expected: `a day up to ${dayOf(latest)}`,
      remedy: 'Addresses change hands: who agreed is asked again at least once a year.',
    })
  }
  for (const [index, prefix] of (raw.prefixes ?? []).entries()) {
    const flaw = flawOfPrefix(prefix)
    if (flaw === undefined) continue
    report.at(['targets', name, 'prefixes', index], {
      found: flaw,
      expected: `addresses of your own, at most /${SHORTEST_PREFIX[4]} of IPv4 or /${SHORTEST_PREFIX[6]} of IPv6`,
      remedy: 'Name the addresses of the hosts that you mean.',
    })
  }
  checkReach(name, raw, report)
}

function checkReach(name: string, raw: RawTarget, report: Report): void {
  if ((raw.names ?? []).length > 0 && (raw.prefixes ?? []).length === 0) {
    report.at(['targets', name, 'names'], {
      found: 'names without prefixes',
      expected: 'the prefixes that their addresses lie in',
      remedy: 'Add `prefixes:`: a name that somebody else can change must not lead a probe astray.',
    })
  }
  if (raw.honey !== undefined && !dotted(raw.honey.name).endsWith(`.${dotted(raw.honey.zone)}`)) {
    report.at(['targets', name, 'honey', 'name'], {
      found: `"${raw.honey.name}", which is not below ${raw.honey.zone}`,
      expected: 'a honey name of the zone, whole',
      remedy: `Write NAME.${raw.honey.zone}, with a NAME of \`guard.VIEW.honey\` in veil.yaml.`,
    })
  }
  const [address = ''] = raw.canary?.to.split('@') ?? []
  if (raw.canary !== undefined && !maySendTo(raw.prefixes ?? [], address)) {
    report.at(['targets', name, 'canary', 'to'], {
      found: `"${raw.canary.to}", which lies in no prefix of this target`,
      expected: 'an address in `prefixes`',
      remedy: `Add ${address} to \`prefixes:\` if it is your own.`,
    })
  }
}

function targetOf(name: string, raw: RawTarget): Target {
  return {
    name,
    consent: raw.consent,
    expires: accepted(readDay(raw.expires)),
    names: raw.names ?? [],
    prefixes: raw.prefixes ?? [],
    ports: (raw.ports ?? []).flatMap(portsOf),
    controlPort: raw['control-port'],
    innerNames: raw['inner-names'],
    pages: raw.pages ?? ['/'],
    mostPerSecond: raw['most-per-second'] ?? 10,
    mostPerDay: raw['most-per-day'] ?? 2000,
    commands: commandsOf(raw),
    mail: raw.mail === undefined ? undefined : { domain: raw.mail.domain, known: raw.mail.known ?? [] },
    jail: raw.jail,
    zones: (raw.zones ?? []).map(dotted),
    parentServers: raw['parent-servers']?.map((text) => accepted(readListen(text))),
    veilConfiguration: raw['veil-configuration'],
    honey: raw.honey === undefined ? undefined : { zone: dotted(raw.honey.zone), name: dotted(raw.honey.name) },
    canary: raw.canary,
  }
}

function dotted(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower : `${lower}.`
}

function portsOf(port: string): readonly string[] {
  const [, first, last] = /^(\d+)-(\d+)\/tcp$/.exec(port) ?? []
  if (first === undefined) return [port]
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${Number(first) + index}/tcp`)
}

function commandsOf({ commands = {} }: RawTarget): Target['commands'] {
  return Object.fromEntries(Object.entries(commands).filter(([, words]) => words !== undefined))
}
