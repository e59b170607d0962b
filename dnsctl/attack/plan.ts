import { WORDS } from '../../guard/detection/words.ts'
import type { OfflineZone } from '../offline-zones.ts'
import { type AttackPlan, METHODS } from './attack.ts'
import type { Method } from './session.ts'
import { truthOf } from './truth.ts'

/** With what a zone is attacked; every method and our own list of words where nothing is said. */
export interface AttackMeans {
  readonly methods?: readonly Method[]
  readonly words?: readonly string[]
}

/** Most questions that an attack with every method and our own list of words asks of a small zone. */
export const QUESTIONS_OF_AN_ATTACK = WORDS.length + 4_500

/** An attack on what a view sees of a zone; undefined: the view does not have it. */
export function planAttack(
  { zone, views }: OfflineZone,
  view: string,
  { methods = METHODS, words = WORDS }: AttackMeans = {},
): AttackPlan | undefined {
  const attacked = views.find((each) => each.view === view)?.projection
  if (attacked === undefined) return undefined
  const others = views.filter((each) => each.view !== view).flatMap(({ projection }) => projection ?? [])
  return { apex: zone.apex, zone: zone.name, view, words, methods, truth: truthOf(attacked, others) }
}
