import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Control } from '../../checker/catalogue/control.ts'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import { JUDGES } from '../../checker/controls/judges.ts'
import { type Declarations, NOTHING_DECLARED } from '../../checker/declarations/declarations.ts'
import type { HostInputs } from '../../checker/facts/host.ts'
import { evaluate, type Finding } from '../../checker/judging/evaluate.ts'
import { withAllBefore } from '../../checker/remedy/fixes.ts'
import { createRemediedRoot } from '../../checker/remedy/remedied-root.ts'
import { filled } from '../../checker/remedy/shell.ts'
import type { Step } from '../../checker/remedy/step.ts'
import { type Cases, casesSchema, type Situation } from './case-schema.ts'
import { createOverlaidRoot, unixTime } from './overlaid-root.ts'
import { STOCK_TIME, stockRoot } from './stock.ts'

const FOLDER = join(import.meta.dirname, 'cases')
const BROKEN: readonly string[] = ['fail', 'warn']
const WITH_REMEDY: readonly string[] = [...BROKEN, 'unknown', 'manual']

/** The ids of controls that have a file of cases. */
export function idsWithCases(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => name.replace(/\.yaml$/, ''))
}

/** @throws where the file does not fit the schema */
export function readCases(id: string): Cases {
  const parsed = casesSchema.safeParse(parse(readFileSync(join(FOLDER, `${id}.yaml`), 'utf8')))
  if (!parsed.success) throw new Error(`${id}.yaml: ${parsed.error.message}`)
  return parsed.data
}

/** The stock tree, or another one in its place, as a case changes it. */
export function hostOf(situation: Situation, stock = stockRoot()): HostInputs {
  const steps = (situation.with ?? []) as readonly Step[]
  const now = situation.now ?? STOCK_TIME
  return {
    root: createOverlaidRoot(createRemediedRoot(stock, steps, {}, now), situation),
    now,
    declared: { ...NOTHING_DECLARED, profile: 'large', ...(situation.declared as Partial<Declarations>) },
    observations: (situation.observations ?? []).map((each) => ({
      probe: each.probe,
      target: each.target,
      at: unixTime(each.at ?? '0s', now),
      found: each.found,
      ...(each.from === undefined ? {} : { from: each.from }),
    })),
  }
}

/** What a control says of a situation. */
export function findingsOf(control: Control, situation: Situation): readonly Finding[] {
  return evaluate([control], JUDGES, hostOf(situation))
}

const catalogue = once(loadCatalogue)

/**
 * Red after the remedies that have to come first where their controls fail here, too, then those that its own judgements ask
 * for, as printed, and what green adds.
 */
export function greenOf(control: Control, { red, green }: Cases): Situation {
  const first = withAllBefore(control.remedy.first ?? [], catalogue())
  const prepared = first.reduce<Situation>((now, id) => mended(catalogue().get(id)!, now, BROKEN), red)
  return together(mended(control, prepared, WITH_REMEDY, green.values), green)
}

function mended(control: Control, situation: Situation, states: readonly string[], values = {}): Situation {
  const remedies = findingsOf(control, situation)
    .filter(({ state }) => states.includes(state))
    .flatMap((finding) =>
      (finding.remedy ?? control.remedy.debian).map((step) => filled(step, { ...finding.values, ...values })),
    )
  const each = new Map(remedies.map((step) => [JSON.stringify(step), step]))
  return { ...situation, with: [...(situation.with ?? []), ...each.values()] }
}

/** One situation after another: steps and unreadable paths add up, observations are those of the later where it has some. */
export function together(before: Situation, after: Situation): Situation {
  return {
    now: after.now ?? before.now,
    with: [...(before.with ?? []), ...(after.with ?? [])],
    declared: { ...before.declared, ...after.declared },
    observations: after.observations ?? before.observations,
    commands: { ...before.commands, ...after.commands },
    octets: { ...before.octets, ...after.octets },
    modified: { ...before.modified, ...after.modified },
    hardLinks: [...(before.hardLinks ?? []), ...(after.hardLinks ?? [])],
    unreadable: [...(before.unreadable ?? []), ...(after.unreadable ?? [])],
  }
}

/** What `make` makes, made when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
