import type { Control } from '../../checker/catalogue/control.ts'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import type { Judge } from '../../checker/controls/judge.ts'
import type { Judgement } from '../../checker/judging/judgement.ts'

/** A judgement that a test makes up, of `host`, without evidence, unless it says otherwise. */
export function judged(state: Judgement['state'], given: Partial<Judgement> = {}): Judgement {
  return { subject: 'host', state, cause: `is-${state}`, reason: `It is found to be ${state}.`, evidence: [], ...given }
}

export interface Imagined {
  readonly controls: ReadonlyMap<string, Control>
  readonly judges: Readonly<Record<string, Judge>>
}

/** Controls of the catalogue with made-up judges, so that a test says what is found. */
export function imagined(found: Readonly<Record<string, readonly Judgement[]>>): Imagined {
  const catalogue = loadCatalogue()
  return {
    controls: new Map(Object.keys(found).map((id) => [id, catalogue.get(id)!])),
    judges: Object.fromEntries(Object.entries(found).map(([id, judgements]) => [id, () => judgements])),
  }
}
