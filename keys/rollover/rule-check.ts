/*
 * Steps held against the tables of rules.ts.
 */
import type { RolloverKey, Transition } from './key-state.ts'
import { hasNoDs } from './record-states.ts'
import { BARRIERS, RULES, type Rule } from './rules.ts'
import type { RolloverSituation, RuleName, WaitReason } from './step.ts'

/** A rule that would be broken, and the algorithm for which it would; 0: for the zone. */
export interface BrokenRule {
  readonly rule: RuleName
  readonly algorithm: number
}

/**
 * The first rule that holds of `before` and not of `after`, two states of all keys of a zone; undefined: there is none. A
 * rule that is `required` has to hold of `after` in any case.
 */
export function brokenRule(
  before: readonly RolloverKey[],
  after: readonly RolloverKey[],
  goal: 'secure' | 'insecure',
  required?: BrokenRule,
): BrokenRule | undefined {
  const algorithms = new Set(after.map((key) => key.algorithm))
  for (const rule of RULES) {
    for (const algorithm of rule.scope === 'zone' ? [0] : algorithms) {
      const isRequired = rule.name === required?.rule && algorithm === required.algorithm
      const isAsked = isRequired || ruleHolds(rule, before, algorithm, goal)
      if (isAsked && !ruleHolds(rule, after, algorithm, goal)) return { rule: rule.name, algorithm }
    }
  }
  return undefined
}

/** Whether a rule holds of all keys of a zone for one algorithm, which counts only for rules of that scope. */
export function ruleHolds(
  rule: Rule,
  keys: readonly RolloverKey[],
  algorithm: number,
  goal: 'secure' | 'insecure',
): boolean {
  if (rule.isWaived(keys, goal)) return true
  const concerned = rule.scope === 'zone' ? keys : keys.filter((key) => key.algorithm === algorithm)
  return rule.clauses.some((clause) => clause.holds(concerned))
}

/** What comes before a step to `rumoured` or `unretentive` besides the rules; undefined: nothing, or it has been done. */
export function barrierAgainst(
  key: RolloverKey,
  { record, to }: Transition,
  situation: RolloverSituation,
): WaitReason | undefined {
  if (to === 'unretentive' && hasNoDs(situation.keys)) return undefined
  for (const barrier of BARRIERS) {
    const reason = barrier.to === to && barrier.records.includes(record) ? barrier.reason(key, situation) : undefined
    if (reason !== undefined) return reason
  }
  return undefined
}
