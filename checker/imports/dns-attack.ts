import { z } from 'zod'
import { jsonOf } from '../facts/json.ts'
import { type DnsAttackResult, dnsAttack } from '../probes/dns-attack.ts'
import type { Observation } from '../probes/probe.ts'
import { type Imported, unusable } from './imported.ts'

const name = z.string().max(1024)
const names = z.array(name).max(100_000)

/** What `dnsctl attack --json` prints, as far as it matters here. */
const reportSchema = z.object({
  zone: name,
  server: name,
  from: name.optional(),
  at: z.number().int().min(0).optional(),
  hidden: names,
  published: names,
  cutShort: z.boolean(),
  methods: z.array(z.object({ method: name, names: z.number().int().min(0), told: names })).max(100),
})

/** As much of a report as says what was found. */
export interface AttackReport {
  readonly server: string
  readonly hidden: readonly string[]
  readonly published: readonly string[]
  readonly cutShort: boolean
  readonly methods: readonly { readonly method: string; readonly told: readonly string[] }[]
}

/** Reads the report of `dnsctl attack ZONE --json`. */
export function importDnsAttack(text: string): Imported {
  const report = reportSchema.safeParse(jsonOf(text))
  if (!report.success) return unusable('it is not what `dnsctl attack ZONE --json` prints')
  const { at, zone, from } = report.data
  if (at === undefined) return unusable('it does not say when it ran: an older dnsctl wrote it')
  const observation: Observation<DnsAttackResult> = {
    probe: dnsAttack.name,
    target: zone,
    at,
    ...(from === undefined ? {} : { from }),
    found: foundBy(report.data),
  }
  return { outcome: 'read', observations: [observation] }
}

/** What an attack found, as controls judge it. */
export function foundBy(report: AttackReport): DnsAttackResult {
  const { methods, server, hidden, published, cutShort } = report
  const toldBy = (wanted: readonly string[]) =>
    methods.filter(({ method }) => wanted.includes(method)).flatMap(({ told }) => told)
  return {
    transferable: toldBy(['transfer']).length > 0 ? [server] : [],
    walked: [...new Set(toldBy(['walk', 'nsec3']))].sort(),
    hiddenLearned: hidden,
    guessed: published.length,
    methods: methods.map(({ method }) => method),
    cutShort,
  }
}
