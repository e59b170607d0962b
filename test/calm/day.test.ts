/**
 * A day of questions that mean no harm: three generators of them, in virtual time. The guard does nothing to anybody.
 */
import { describe, expect, it } from 'vitest'
import type { Incident } from '../../guard/incident.ts'
import { DEFAULT_RATE_LIMIT } from '../../server/configuration/defaults.ts'
import { LONG } from '../helpers/long.ts'
import type { Random } from '../helpers/random.ts'
import { createSimulation, forSeeds } from '../sim/simulation.ts'
import { machines } from './machines.ts'
import { publicResolvers } from './public-resolvers.ts'
import { playDay, type Span } from './simulated-day.ts'
import { smallResolvers } from './small-resolvers.ts'
import { existingOf, sumOf, tallyText } from './tally.ts'
import { type Asked, DAY_MS, type Traffic } from './traffic.ts'
import { OFFICE } from './world.ts'

const HOUR_MS = 3_600_000
/** Of each hour; the whole of it in long runs. */
const PLAYED_MS = LONG ? HOUR_MS : 100_000
const SEEDS = LONG ? 2 : 1
const DAY: readonly Span[] = Array.from({ length: DAY_MS / HOUR_MS }, (_, hour) => ({
  from: hour * HOUR_MS,
  to: hour * HOUR_MS + PLAYED_MS,
}))

/** What guessers try first. */
const OFTEN_ASKED =
  'admin dev test staging stage beta demo old new backup db mysql sql ldap git gitlab jenkins ci internal intranet corp prod uat qa sandbox lab private secure secret portal2 panel cpanel whm webdisk ns3 mx3 smtp2 pop relay gateway fw firewall proxy router switch monitor nagios zabbix grafana kibana elastic redis mongo postgres oracle sap erp crm hr finance billing pay2 invoice wiki confluence jira bugs tracker build repo nexus docker k8s kube registry vault consul'.split(
    ' ',
  )

const GENERATORS: readonly (readonly [string, (random: Random) => Traffic])[] = [
  ['few large resolvers', publicResolvers],
  ['thousands of small resolvers', smallResolvers],
  ['an office and machines', machines],
]

describe('a calm day', () => {
  it.each(GENERATORS)('of %s harms nobody', async (what, generator) => {
    await forSeeds(what, SEEDS, async (simulation) => {
      const { tally, incidents, watched } = await playDay(simulation, generator(simulation.randomFor('traffic')), DAY)
      if (LONG) console.log(`${what}: ${tallyText(tally)}`)
      expect(incidents.map(incidentText)).toEqual([])
      expect(watched).toBe(sumOf(tally).asked)
      expect(sumOf(tally).asked).toBeGreaterThan(LONG ? 500_000 : 10_000)
      // The noise is there: a day without absent names would prove nothing.
      expect(tally.Absent.asked / sumOf(tally).asked).toBeGreaterThan(0.1)
      expect(existingOf(tally)).toMatchObject({ limited: 0, failed: 0 })
      expect(tally.Absent).toMatchObject({ limited: 0, failed: 0 })
    })
  })

  it('would not hide somebody who guesses', async () => {
    const simulation = createSimulation(1)
    const day = machines(simulation.randomFor('traffic'))
    const guesses = OFTEN_ASKED.map((word, index): Asked => {
      const manner = { recursionDesired: true }
      return { at: 1000 + index * 200, source: '127.77.0.1', name: `${word}.${OFFICE}`, type: 1, manner }
    })
    const both: Traffic = {
      during: (from, to) => [...day.during(from, to), ...(from === 0 ? guesses : [])].sort((a, b) => a.at - b.at),
    }
    const { incidents } = await playDay(simulation, both, DAY.slice(0, 1))
    expect(incidents).toMatchObject([{ kind: 'enumeration', zone: OFFICE, sources: [{ address: '127.77.0.1' }] }])
  })

  it('is seen to harm somebody where the limits are too small', async () => {
    const simulation = createSimulation(1)
    const answersPerSecond = { found: 2, absent: 1, error: 1 }
    const limits = { ...DEFAULT_RATE_LIMIT, answersPerSecond, slip: 0 }
    const { tally } = await playDay(simulation, machines(simulation.randomFor('traffic')), DAY.slice(0, 2), limits)
    expect(existingOf(tally).limited).toBeGreaterThan(10)
    expect(existingOf(tally).failed).toBeGreaterThan(0)
    expect(tally.Absent.limited).toBeGreaterThan(10)
  })
})

function incidentText({ kind, zone, sources, evidence, score }: Incident): string {
  const reasons = evidence.map(({ reason, points }) => `${reason} ${points}`).join(', ')
  return `${kind} in ${zone} by ${sources.map(({ address }) => address).join(', ')}: ${score} (${reasons})`
}
