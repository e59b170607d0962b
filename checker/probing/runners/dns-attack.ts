import { Type } from '../../../dns/constants.ts'
import { runAttack } from '../../../dnsctl/attack/attack.ts'
import { type AttackClient, openAttackClient, type Pace, type Road } from '../../../dnsctl/attack/client.ts'
import { planAttack, QUESTIONS_OF_AN_ATTACK } from '../../../dnsctl/attack/plan.ts'
import { chooseTarget } from '../../../dnsctl/attack/target.ts'
import { type OfflineZone, readOffline } from '../../../dnsctl/offline-zones.ts'
import { parseConfiguration } from '../../../server/configuration/read.ts'
import type { Configuration } from '../../../server/configuration/types.ts'
import { foundBy } from '../../imports/dns-attack.ts'
import { type DnsAttackResult, dnsAttack } from '../../probes/dns-attack.ts'
import type { Observation } from '../../probes/probe.ts'
import type { Target } from '../../targets/targets.ts'
import { type Gate, requireOwn } from '../gate.ts'
import { portsOf, type Runner, type RunnerMeans, singleAddresses } from '../runner.ts'

const CONFIGURATION = '/etc/veil/veil.yaml'
const STATE = '/var/lib/veil'
const MOST_SECONDS = 3_600
const DNS_PORT = 53

/** Enumerates zones of Veil on this host as the tools would, and holds what was learned against the files: `dnsctl attack`. */
export const dnsAttackRunner: Runner = {
  probe: dnsAttack,
  lacks: (target) => {
    if (target.zones.length === 0) return 'it names no `zones`'
    if (singleAddresses(target).length === 0) return 'it names no single address that Veil listens at'
    if (dnsPorts(target).length === 0) return 'it names no port of a name server for UDP and TCP: 53/udp, 53/tcp'
    if (target.mostPerDay < QUESTIONS_OF_AN_ATTACK) {
      return `\`most-per-day\` is ${target.mostPerDay}: an attack asks up to ${QUESTIONS_OF_AN_ATTACK} questions`
    }
    return target.mostPerSecond * MOST_SECONDS < QUESTIONS_OF_AN_ATTACK
      ? `\`most-per-second\` is ${target.mostPerSecond}: at that rate it does not come to an end within an hour`
      : undefined
  },
  plan: (target) =>
    target.zones.map((zone) => ({
      what: `questions of \`dnsctl attack ${zone}\`; limits, incidents and bans of Veil apply to them`,
      to: singleAddresses(target).join(', '),
      times: QUESTIONS_OF_AN_ATTACK,
    })),
  run: async (means) => {
    const configuration = readConfiguration(means)
    const observations: Observation<DnsAttackResult>[] = []
    for (const name of means.gate.target.zones) {
      observations.push(await attack(means.gate, configuration, readZone(means, configuration, name)))
    }
    return observations
  },
}

/** Ports that a target allows both for questions and for what comes over a stream. */
function dnsPorts(target: Target): readonly number[] {
  const tcp = portsOf(target, 'tcp')
  const both = portsOf(target, 'udp').filter((port) => tcp.includes(port))
  return both.includes(DNS_PORT) ? [DNS_PORT] : both
}

function readConfiguration({ gate, readText }: RunnerMeans): Configuration {
  const path = gate.target.veilConfiguration ?? CONFIGURATION
  const reading = parseConfiguration(readText(path), path, STATE)
  if (reading.outcome === 'accepted') return reading.configuration
  throw new Error(`${path} has errors: \`dnsctl config check\` tells them`)
}

function readZone({ readText }: RunnerMeans, configuration: Configuration, name: string): OfflineZone {
  const zone = configuration.zones.find((each) => each.name === name)
  if (zone === undefined) throw new Error(`Veil has no zone ${name}`)
  const [read] = readOffline(configuration, [zone], (path) => Buffer.from(readText(path)))
  return read!
}

async function attack(
  gate: Gate,
  configuration: Configuration,
  zone: OfflineZone,
): Promise<Observation<DnsAttackResult>> {
  const { road, view } = chooseTarget(configuration, listening(gate.target), { view: undefined, from: undefined })
  for (const protocol of ['udp', 'tcp'] as const) requireOwn(gate.target, road, protocol)
  const plan = planAttack(zone, view)
  if (plan === undefined) throw new Error(`the view ${view} does not have ${zone.zone.name}`)
  const [attacker, judge] = await Promise.all([openClient(gate, road), openClient(gate, road)])
  try {
    const server = `${road.address}@${road.port}`
    if ((await judge.ask({ name: plan.apex, type: Type.SOA })) === undefined)
      throw new Error(`nobody answers at ${server}`)
    const report = await runAttack(plan, { attacker, judge }, () => undefined)
    const found = foundBy({ ...report, server })
    return { probe: dnsAttack.name, target: zone.zone.name, at: gate.now(), from: road.from, found }
  } finally {
    attacker.close()
    judge.close()
  }
}

/** Where targets.yaml says that it listens: `192.0.2.53@53`. */
function listening(target: Target): readonly string[] {
  return singleAddresses(target).flatMap((address) => dnsPorts(target).map((port) => `${address}@${port}`))
}

/** Each question by leave of the gate; of a hidden name nothing stands in its log. */
function openClient(gate: Gate, road: Road): Promise<AttackClient> {
  const end = performance.now() + MOST_SECONDS * 1000
  let taken = 0
  const pace: Pace = {
    isSpent: () => gate.isSpent() || performance.now() >= end,
    taken: () => taken,
    mayAsk: async () => {
      if (pace.isSpent() || !(await gate.turn('a question', `${road.address}@${road.port}`, 0))) return false
      taken++
      return true
    },
  }
  return openAttackClient(road, pace)
}
