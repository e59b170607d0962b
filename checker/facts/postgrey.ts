import type { Evidence } from '../judging/judgement.ts'
import { cite, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { listenerOf } from './smtp-path.ts'
import { systemd } from './systemd.ts'
import { placeOfUnit } from './unit-evidence.ts'

export interface Postgrey {
  readonly isEnabled: boolean
  /** As smtp-path.ts says them; empty where its options name none, for then it does not start. */
  readonly listeners: readonly string[]
  readonly evidence: readonly Evidence[]
}

const UNIT = 'postgrey.service'

/** postgrey(8): whether it starts, and where it listens; undefined where it is not installed. */
export const postgrey = fact('postgrey', (host): Postgrey | undefined => {
  const units = host.get(systemd)
  const unit = units.unit(UNIT)
  if (unit === undefined) return undefined
  const file = [...unit.all('Service', 'EnvironmentFile')]
    .map(({ value }) => readIfThere(host.root, value.replace(/^-/, '')))
    .findLast((each) => each !== undefined)
  const option = file === undefined ? undefined : linesOf(file).findLast(({ text }) => /^\s*POSTGREY_OPTS=/.test(text))
  const words = `${unit.last('Service', 'ExecStart')?.value ?? ''} ${option?.text.replace(/^\s*POSTGREY_OPTS=/, '') ?? ''}`
  const listeners = [...words.matchAll(/--(inet|unix)[= ]([^\s"']+)/g)].map(([, type, where]) =>
    listenerOf(`${type}:${where}`),
  )
  const evidence = [...placeOfUnit(host, UNIT), ...(option === undefined ? [] : [cite(placeIn(file!, option.number))])]
  return { isEnabled: units.isEnabled(UNIT), listeners, evidence }
})
