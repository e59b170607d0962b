import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure, fileReasonOf } from '../../console/failure.ts'
import { progressBar } from '../../console/progress-bar.ts'
import { Type } from '../../dns/constants.ts'
import type { Configuration, ZoneConfiguration } from '../../server/configuration/types.ts'
import type { AttackPlan } from '../attack/attack.ts'
import type { AttackClient, Bounds, Road } from '../attack/client.ts'
import { METHOD_NAMES } from '../attack/method-names.ts'
import type { Method } from '../attack/session.ts'
import { command } from '../command.ts'
import { findView, findZone, shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { openZones } from '../offline.ts'
import type { OfflineZone } from '../offline-zones.ts'
import { askServerIfRunning } from '../running-server.ts'

const MOST_QUERIES = 50_000
const MOST_SECONDS = 600
const DEFAULT_RATE = 200
const MOST_RATE = 5_000
/** Words of a list that are asked; the rest is left out. */
const MOST_WORDS = 20_000

export const attackCommand = command({
  name: 'attack',
  summary: 'enumerate an own zone as the tools would, and tell what they learn',
  description: [
    'Guesses names by a list of words and permutations of what it finds, walks NSEC chains, cracks NSEC3 hashes, sweeps the PTRs of the addresses it finds, asks for transfers, for version.bind and NSID, and tests for wildcards with the random labels of the tools. Then it reads the zone files and tells how many published names were learned, which hidden ones were, and how many names were taken for real that are not.',
    `Only the own server is asked: where it listens, by the configuration or by the running veild, at an address of this machine. No more than ${MOST_QUERIES.toLocaleString('en-US')} questions are asked, for ${MOST_SECONDS / 60} minutes at most.`,
    'veild takes it for what it is: limits, incidents and bans apply to the address it comes from. Exits with 1 where a hidden name was learned.',
  ],
  arguments: {
    ZONE: { summary: 'the zone; may be left out where there is only one', optional: true, completes: 'zone' },
  },
  options: {
    view: {
      value: 'VIEW',
      summary: 'attack as a client of this view; by default the one for everybody',
      completes: 'view',
    },
    from: { value: 'ADDRESS', summary: 'attack from this address of the machine, such as 127.0.0.2' },
    methods: { value: 'LIST', summary: `only these, separated by commas: ${METHOD_NAMES.join(', ')}` },
    wordlist: { value: 'FILE', summary: 'a word a line, in place of the list that dnsctl brings', completes: 'file' },
    rate: { value: 'N', summary: `questions a second, ${MOST_RATE} at most; ${DEFAULT_RATE} by default` },
  },
  examples: [
    { line: 'attack example.com', summary: 'what anybody could find out' },
    { line: 'attack example.com --view public --methods walk,nsec3,transfer', summary: 'without guessing' },
    {
      line: 'attack example.com --wordlist /usr/share/dnsenum/dns.txt --rate 50',
      summary: 'with another list, slowly',
    },
  ],
  async run(context, input) {
    const methods = chooseMethods(input.methods)
    const perSecond = readRate(input.rate)
    const { configuration, zones } = await openZones(context, (each) => [chooseZone(each, input.ZONE)])
    const live = await askServerIfRunning(context, 'status', {})
    const { chooseTarget } = await import('../attack/target.ts')
    const wish = { view: input.view && findView(configuration, input.view), from: input.from }
    const { road, view } = chooseTarget(configuration, live?.listen, wish)
    const plan = await makePlan(context, {
      zone: zones[0]!,
      view,
      methods: await methodsNamed(methods),
      wordlist: input.wordlist,
    })
    const at = Math.floor(Date.now() / 1000)
    const bounds = { mostQueries: MOST_QUERIES, perSecond, mostSeconds: MOST_SECONDS }
    const { report, noticed } = await attack(context, plan, road, bounds)
    const { describeAttack } = await import('../attack/attack-text.ts')
    const facts = { zone: plan.zone, view, server: `${road.address}@${road.port}`, from: road.from }
    const truth = { published: plan.truth.published.size, hidden: plan.truth.hidden.size }
    const canTell = live !== undefined
    return {
      exitCode: report.hidden.length === 0 ? ExitCode.Done : ExitCode.Refused,
      data: { at, ...facts, truth, ...report, ...(canTell ? { noticed } : {}) },
      print: (paper) => describeAttack(paper, { ...facts, truth, report, noticed, canTell }),
    }
  },
})

function chooseMethods(list: string | undefined): readonly string[] {
  const wanted = list === undefined ? METHOD_NAMES : list.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !METHOD_NAMES.includes(name))
  if (unknown === undefined) return wanted
  throw usage(`There is no method ${unknown}`, `There are ${METHOD_NAMES.join(', ')}.`)
}

function readRate(text: string | undefined): number {
  const rate = text === undefined ? DEFAULT_RATE : Number(text)
  if (Number.isInteger(rate) && rate >= 1 && rate <= MOST_RATE) return rate
  throw usage(`${text} is no rate`, `A whole number of questions a second, from 1 to ${MOST_RATE}.`)
}

function chooseZone(configuration: Configuration, name: string | undefined): ZoneConfiguration {
  const { zones } = configuration
  if (name !== undefined) return findZone(configuration, name)
  if (zones.length === 1) return zones[0]!
  const names = zones.map((each) => shortName(each.name))
  throw usage('It has to be said which zone is attacked', `The configuration has ${names.slice(0, 8).join(', ')}.`)
}

async function methodsNamed(names: readonly string[]): Promise<readonly Method[]> {
  const { METHODS } = await import('../attack/attack.ts')
  return METHODS.filter(({ name }) => names.includes(name))
}

interface PlanWish {
  readonly zone: OfflineZone
  readonly view: string
  readonly methods: readonly Method[]
  readonly wordlist: string | undefined
}

async function makePlan(context: Context, { zone, view, methods, wordlist }: PlanWish): Promise<AttackPlan> {
  const { planAttack } = await import('../attack/plan.ts')
  const words = wordlist === undefined ? undefined : readWords(context, wordlist)
  const plan = planAttack(zone, view, { methods, ...(words && { words }) })
  if (plan !== undefined) return plan
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `The view ${view} does not have ${shortName(zone.zone.name)}`,
    why: 'For its clients every question about the zone is refused.',
    next: '`dnsctl view list`',
  })
}

/** Words of the list that can be labels or names; others, and comments, are left out. */
function readWords(context: Context, file: string): string[] {
  let text: string
  try {
    text = readFileSync(resolve(context.workingDirectory, file), 'utf8')
  } catch (error) {
    throw new Failure({ exitCode: ExitCode.File, what: `Cannot read ${file}`, why: fileReasonOf(error) })
  }
  const words = text.split('\n').map((line) => line.trim().toLowerCase())
  return [...new Set(words)]
    .filter((word) => /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){0,3}$/.test(word))
    .slice(0, MOST_WORDS)
}

async function attack(context: Context, plan: AttackPlan, road: Road, bounds: Bounds) {
  const { createPace, openAttackClient } = await import('../attack/client.ts')
  const { runAttack } = await import('../attack/attack.ts')
  const { keepLookOut } = await import('../attack/noticing.ts')
  const attacker = await openAttackClient(road, createPace(bounds))
  const judge = await openAttackClient(road, createPace(bounds))
  try {
    await requireAnswer(plan, road, judge)
    const lookOut = await keepLookOut({
      ask: () => askServerIfRunning(context, 'incidents', {}),
      ...{ zone: plan.zone, view: plan.view, queries: attacker.queries },
    })
    const report = await runAttack(plan, { attacker, judge }, (method, done, findings) =>
      context.progress?.(`${progressBar(done)} ${method}: ${attacker.queries()} questions, ${findings} names`),
    )
    return { report, noticed: await lookOut.end() }
  } finally {
    context.progress?.('')
    attacker.close()
    judge.close()
  }
}

async function requireAnswer({ apex }: AttackPlan, road: Road, { ask }: AttackClient): Promise<void> {
  if ((await ask({ name: apex, type: Type.SOA })) !== undefined) return
  throw new Failure({
    exitCode: ExitCode.NoServer,
    what: `Nobody answers at ${road.address}@${road.port}`,
    next: '`dnsctl status` tells whether veild runs, and where it listens',
  })
}

function usage(what: string, why: string): Failure {
  return new Failure({ exitCode: ExitCode.Usage, what, why, next: '`dnsctl attack --help`' })
}
