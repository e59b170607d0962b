import { count, duration, fold, labelled, type Paper } from '../../console/paper.ts'
import { algorithmOf } from '../../keys/algorithms.ts'
import type { RolloverKey } from '../../keys/rollover/key-state.ts'
import type { SimulatedMoment } from '../../keys/rollover/simulate.ts'
import { keyTable, type ListedKey } from './key-table.ts'
import type { CacheView, Generation } from './simulated-caches.ts'
import type { SimulatedRoll } from './simulation.ts'
import type { SimulationStart } from './simulation-start.ts'
import { simulatedTimeline } from './timeline.ts'
import { drawTimeline } from './timeline-drawing.ts'
import { second } from './times.ts'
import { stepText } from './wait-text.ts'
import { nameOfKey } from './words.ts'

/** What a simulation is of. */
interface SimulationTitle {
  readonly name: string
  readonly source: SimulationStart['source']
  /** As typed. */
  readonly what: string | undefined
  readonly algorithm: string | undefined
  /** Seconds that the parent takes to follow. */
  readonly parentDelay: number
}

/** A simulation as a drawing, what happens in it, and what caches make of that. */
export function simulationLines(paper: Paper, run: SimulatedRoll, title: SimulationTitle): string[] {
  const { moments, keys, situation } = run
  const timeline = simulatedTimeline(moments, { before: situation.keys, keys, from: situation.now })
  return [
    ...fold(
      paper,
      `${paper.bold(title.name)}: ${subject(title)} on a virtual clock, ${SOURCES[title.source]}. ${parentText(title)}`,
    ),
    '',
    ...drawTimeline(paper, timeline),
    '',
    ...cacheVerdict(paper, run.caches),
    ...endLines(paper, run, title),
  ]
}

function parentText({ parentDelay }: SimulationTitle): string {
  if (parentDelay === Number.POSITIVE_INFINITY) return 'The parent never follows.'
  return parentDelay <= 1
    ? 'The parent follows at once; `--parent-delay 2d` has it take longer.'
    : `The parent takes ${duration(parentDelay)} to follow.`
}

const SOURCES: Readonly<Record<SimulationStart['source'], string>> = {
  server: 'from the keys that the server has now',
  store: 'from the keys in the store',
  configuration: 'from keys as the configuration asks for them',
}

function subject({ what, algorithm }: SimulationTitle): string {
  switch (what) {
    case undefined:
      return 'what the policy does by itself,'
    case 'insecure':
      return 'going insecure'
    case 'algorithm':
      return `a move to algorithm ${algorithm}`
    default:
      return `a roll of the ${what}`
  }
}

function endLines(paper: Paper, { moments, situation, isDone }: SimulatedRoll, { what }: SimulationTitle): string[] {
  const last = moments.at(-1)
  if (last === undefined || what === undefined) return []
  if (isDone) return [`All is done ${duration(last.at - situation.now)} after the start.`]
  return [
    paper.warn('It does not come to its end; it waits for:'),
    ...last.waits.map((wait) => `  ${stepText(last.keys, wait)}`),
  ]
}

/** What caches may hold over all of a simulation, in some lines. */
function cacheVerdict(paper: Paper, views: readonly CacheView[]): string[] {
  const faults = views.flatMap((view) => view.faults.map((fault) => ({ at: view.at, fault })))
  const most = Math.max(0, ...views.map(({ combinations }) => combinations))
  const states = `At ${count(views.length, 'moment')} caches may hold up to ${count(most, 'combination')} of DS, key set and signatures`
  if (faults.length === 0) return fold(paper, `${states}: ${paper.good('each of them validates')}.`)
  return [
    ...fold(
      paper,
      `${states}: ${paper.bad(`${count(faults.length, 'kind')} of them ${faults.length === 1 ? 'is' : 'are'} bogus`)}.`,
    ),
    ...faults.flatMap(({ at, fault }) => fold(paper, `  from ${second(at)} on: ${fault}`)),
  ]
}

/** The state at one time: keys, what they wait for, what caches may hold. */
export function stateLines(
  paper: Paper,
  state: { readonly at: number; readonly start: number; readonly moment: SimulatedMoment; readonly view: CacheView },
  keys: readonly RolloverKey[],
): string[] {
  const { at, start, moment, view } = state
  const since = at === start ? 'the start' : `${duration(at - start)} after the start`
  const waits = moment.waits.map((wait) => {
    const { reason } = wait
    const until = reason.kind === 'time' ? `, until ${second(reason.until)}` : ''
    return `${stepText(keys, wait)}${until}`
  })
  return [
    paper.bold(`At ${second(at)} (${since})`),
    ...keyTable(paper, moment.keys.map(listed)),
    ...(waits.length === 0
      ? []
      : ['', paper.bold('Waits for'), ...waits.flatMap((wait) => labelled(paper, [['', wait]]))]),
    '',
    paper.bold('Caches may hold'),
    ...labelled(
      paper,
      [
        ['DS', generationTexts(view.ds, keys, at)],
        ['key set', generationTexts(view.keySets, keys, at)],
        ['signatures', generationTexts(view.signatures, keys, at)],
      ],
      '  ',
    ),
    '',
    ...cacheVerdict(paper, [view]),
  ]
}

function generationTexts(generations: readonly Generation[], keys: readonly RolloverKey[], at: number): string[] {
  return generations.map(({ members, until }) => {
    const names = members.length === 0 ? 'none' : members.map((id) => nameOfKey(keys, id)).join(', ')
    return until === undefined ? names : `${names} (for ${duration(until - at)} yet)`
  })
}

function listed(key: RolloverKey): ListedKey {
  return { ...key, mnemonic: algorithmOf(key.algorithm).mnemonic, isPrivate: true }
}
