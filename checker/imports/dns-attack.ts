import { z } from 'zod'
import { type DnsAttackResult, dnsAttack } from '../probes/dns-view.ts'
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
  methods: z.array(z.object({ method: name, names: z.number().int().min(0), lines: z.array(name).max(1000) })).max(100),
})

type AttackReport = z.infer<typeof reportSchema>

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
export function foundBy({ methods, server, hidden, published }: AttackReport): DnsAttackResult {
  const namesBy = (method: string) => methods.find((each) => each.method === method)?.names ?? 0
  const walked = namesBy('walk') + namesBy('nsec3')
  return {
    transferable: namesBy('transfer') > 0 ? [server] : [],
    // Who found which name is not told: as many of those that were found as the two methods were the first to find.
    walked: published.slice(0, walked),
    hiddenLearned: hidden,
    guessed: published.length,
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
