import { randomBytes } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import { nameFromText } from '../../dns/name.ts'
import { askIdentity, readSerial, transferZone } from './asking-outright.ts'
import type { AttackClient } from './client.ts'
import { guessPermutations, guessWords } from './guessing.ts'
import { crackNsec3 } from './hashes.ts'
import { sweepReverse } from './reverse.ts'
import { type Finding, type Method, readAnswer, type Session } from './session.ts'
import type { Truth } from './truth.ts'
import { walkZone } from './walking.ts'
import { testWildcards } from './wildcards.ts'

/** Every method, in the order in which they build on one another. */
export const METHODS: readonly Method[] = [
  testWildcards,
  askIdentity,
  transferZone,
  guessWords,
  guessPermutations,
  walkZone,
  crackNsec3,
  sweepReverse,
  readSerial,
]

/** What is attacked, and with what. */
export interface AttackPlan {
  readonly apex: Uint8Array
  readonly zone: string
  readonly view: string
  readonly words: readonly string[]
  readonly methods: readonly Method[]
  readonly truth: Truth
}

/** What one method cost and told. */
export interface MethodReport {
  readonly method: string
  readonly queries: number
  readonly seconds: number
  /** Names that it was the first to find. */
  readonly names: number
  /** Names of this view that the server told by itself while it ran, whoever found them first: nobody guessed these. */
  readonly told: readonly string[]
  readonly lines: readonly string[]
}

/** What was learned, held against the truth. */
export interface AttackReport {
  readonly methods: readonly MethodReport[]
  /** Names that this view has not and another has, and that the answers gave away. */
  readonly hidden: readonly string[]
  /** Names of this view that were found. */
  readonly published: readonly string[]
  /** Names that were answered and that this view has not got: made by wildcards or decoys. */
  readonly mistaken: readonly string[]
  readonly queries: number
  readonly seconds: number
  /** A bound on questions or time was reached before the end. */
  readonly cutShort: boolean
}

/** Who asks: the attacker within his bounds, and the judge who afterwards looks at what he found. */
export interface AttackClients {
  readonly attacker: AttackClient
  readonly judge: AttackClient
}

/** Runs the methods one after the other; `progress` hears the method, how far all have come, from 0 to 1, and the findings. */
export async function runAttack(
  plan: AttackPlan,
  { attacker: client, judge }: AttackClients,
  progress: (method: string, done: number, findings: number) => void,
): Promise<AttackReport> {
  const started = performance.now()
  const findings = new Map<string, Finding>()
  const told = new Set<string>()
  const methods: MethodReport[] = []
  for (const [index, method] of plan.methods.entries()) {
    const report = (done: number): void =>
      progress(method.name, (index + Math.min(1, done)) / plan.methods.length, findings.size)
    report(0)
    methods.push(await runMethod(method, plan.truth, { ...plan, client, findings, told, progress: report }))
  }
  const seconds = (performance.now() - started) / 1000
  const hidden = await hiddenAmong(plan, judge, findings, told)
  const names = [...findings.keys()].sort()
  return {
    methods,
    hidden,
    published: names.filter((name) => plan.truth.published.has(name)),
    mistaken: names.filter((name) => !plan.truth.published.has(name) && !hidden.includes(name)),
    queries: client.queries(),
    seconds,
    cutShort: client.isSpent(),
  }
}

async function runMethod(method: Method, { published }: Truth, session: Session): Promise<MethodReport> {
  const [before, found, started] = [session.client.queries(), session.findings.size, performance.now()]
  const told = new Set<string>()
  const lines = await method.run({ ...session, told })
  for (const name of told) session.told.add(name)
  return {
    method: method.name,
    queries: session.client.queries() - before,
    seconds: (performance.now() - started) / 1000,
    names: session.findings.size - found,
    told: [...told].filter((name) => published.has(name)).sort(),
    lines,
  }
}

/** Hidden names that the server mentioned, or for which it gave another answer than for a name beside them. */
async function hiddenAmong(
  { truth }: AttackPlan,
  client: AttackClient,
  findings: ReadonlyMap<string, Finding>,
  told: ReadonlySet<string>,
): Promise<string[]> {
  const learned: string[] = []
  for (const name of truth.hidden.keys()) {
    const finding = findings.get(name)
    if (told.has(name) || (finding !== undefined && (await standsOut(client, finding, truth.hidden.get(name)!)))) {
      learned.push(name)
    }
  }
  return learned.sort()
}

/**
 * A wildcard or a decoy answers for a hidden name as it does for any other that is not there. What gives the name away is
 * the data that it has elsewhere, or that it exists without data while a random name beside it does not.
 */
async function standsOut(client: AttackClient, finding: Finding, secrets: ReadonlySet<string>): Promise<boolean> {
  const parent = finding.name.slice(finding.name.indexOf('.') + 1)
  const name = nameFromText(`${randomBytes(5).toString('hex')}.${parent}`)
  const beside = readAnswer(await client.ask({ name, type: Type.A, rd: true }))
  const sameAsBeside = beside.kind === 'exists' && beside.rdatas.join() === finding.rdatas.join()
  if (sameAsBeside) return false
  return finding.rdatas.length === 0 || finding.rdatas.some((rdata) => secrets.has(rdata))
}
