/*
 * Breadth-first exploration of everything that can happen, so that the first path to a failure is a shortest one.
 */

/** Something that can happen in a state. */
export interface Event<State> {
  readonly label: string
  /** Whether it happens by itself while nobody disturbs: time, workers and a parent that do what is asked of them. */
  readonly isOrderly: boolean
  next(): State
}

export interface Model<State, Loose = unknown> {
  readonly initial: readonly State[]
  /** In an order that depends on nothing but the state; the first orderly one is what happens where nobody disturbs. */
  events(state: State): readonly Event<State>[]
  /** Equal texts for states that nothing can tell apart but what `covers` compares. */
  textOf(state: State): string
  /**
   * Of states of the same text: whether whatever can go wrong from the second can from the first, in as many events, and
   * both come to rest alike. Then the second is not looked at.
   */
  covers(one: Loose, other: Loose): boolean
  looseOf(state: State): Loose
  /** Why this state must not be. */
  faultOf(state: State): string | undefined
  /** Whether everything that was asked for has come about: orderly events must lead here from everywhere. */
  isAtRest(state: State): boolean
}

/** How somebody gets from an initial state to a fault. */
export interface Failure<State> {
  readonly fault: string
  readonly path: readonly Visit<State>[]
}

export interface Visit<State> {
  /** What happened; of the first: how it begins. */
  readonly label: string
  readonly state: State
}

export interface Exploration<State> {
  readonly states: number
  readonly transitions: number
  /** Whether every reachable state was seen; a failure ends the exploration. */
  readonly isComplete: boolean
  readonly failure: Failure<State> | undefined
}

/** Visits every reachable state, up to `maxStates`, then follows the orderly events from each of them to rest. */
export function explore<State, Loose>(model: Model<State, Loose>, maxStates: number): Exploration<State> {
  const seen = new Map<string, Seen<Loose>[]>()
  let states = 0
  const trail: Trail = { from: [], ordinal: [], orderly: [] }
  const queue: Found<State>[] = []
  let transitions = 0
  const visit = (state: State, from: number, ordinal: number): number => {
    const text = model.textOf(state)
    const loose = model.looseOf(state)
    const alike = seen.get(text)
    const known = alike?.find((other) => model.covers(other.loose, loose))
    if (known !== undefined) return known.index
    const index = states++
    if (alike === undefined) seen.set(text, [{ loose, index }])
    else alike.push({ loose, index })
    trail.from.push(from)
    trail.ordinal.push(ordinal)
    trail.orderly.push(UNKNOWN)
    queue.push({ state, index })
    return index
  }
  const result = (fault?: string, at = 0): Exploration<State> => ({
    states,
    transitions,
    isComplete: fault === undefined && queue.length === 0,
    failure: fault === undefined ? undefined : { fault, path: pathTo(model, trail, at) },
  })

  model.initial.forEach((state, ordinal) => {
    visit(state, NOWHERE, ordinal)
  })
  for (let head = 0; head < queue.length; head++) {
    const { state, index } = queue[head]!
    if (head === RELEASE_AFTER) head = releaseVisited(queue, head)
    const fault = model.faultOf(state)
    if (fault !== undefined) return result(fault, index)
    const events = model.events(state)
    transitions += events.length
    const next = events.map((event, ordinal) => visit(event.next(), index, ordinal))
    const orderly = events.findIndex(({ isOrderly }) => isOrderly)
    trail.orderly[index] = model.isAtRest(state) ? AT_REST : orderly === -1 ? NOWHERE : next[orderly]!
    if (states > maxStates) return result()
  }
  queue.length = 0
  const stuck = firstStuck(trail.orderly)
  return stuck === undefined ? result() : result('it never comes to rest although nobody disturbs', stuck)
}

/** What happens from this state on while nobody disturbs: up to rest, or to a state that was there before. */
export function orderlyPath<State, Loose>(model: Model<State, Loose>, state: State): Visit<State>[] {
  const path: Visit<State>[] = []
  const seen = new Set<string>()
  for (let at = state; !model.isAtRest(at) && !seen.has(model.textOf(at)); ) {
    seen.add(model.textOf(at))
    const event = model.events(at).find(({ isOrderly }) => isOrderly)
    if (event === undefined) break
    at = event.next()
    path.push({ label: event.label, state: at })
  }
  return path
}

/** By number of the state: where it was reached from, by which of the events there, and which state orderly events lead to. */
interface Trail {
  readonly from: number[]
  readonly ordinal: number[]
  readonly orderly: number[]
}

interface Found<State> {
  readonly state: State
  readonly index: number
}

interface Seen<Loose> {
  readonly loose: Loose
  readonly index: number
}

const UNKNOWN = -3
const AT_REST = -2
const NOWHERE = -1
const RELEASE_AFTER = 50_000

/** Forgets states that are done with: they are the greater part of the memory. */
function releaseVisited<T>(queue: T[], head: number): number {
  queue.splice(0, head)
  return 0
}

/** The first state from which the orderly events go round in a circle or end before there is rest. */
function firstStuck(orderly: readonly number[]): number | undefined {
  const comesToRest = new Uint8Array(orderly.length)
  for (let start = 0; start < orderly.length; start++) {
    const walked = []
    let at = start
    const onWalk = new Set<number>()
    while (at >= 0 && comesToRest[at] === 0 && !onWalk.has(at)) {
      walked.push(at)
      onWalk.add(at)
      at = orderly[at]!
    }
    if (at !== AT_REST && (at < 0 || comesToRest[at] === 0)) return start
    for (const index of walked) comesToRest[index] = 1
  }
  return undefined
}

function pathTo<State, Loose>(model: Model<State, Loose>, { from, ordinal }: Trail, index: number): Visit<State>[] {
  const ordinals = []
  for (let at = index; at !== NOWHERE; at = from[at]!) ordinals.unshift(ordinal[at]!)
  const [first, ...rest] = ordinals
  const path: Visit<State>[] = [{ label: 'begin', state: model.initial[first!]! }]
  for (const at of rest) {
    const event = model.events(path.at(-1)!.state)[at]!
    path.push({ label: event.label, state: event.next() })
  }
  return path
}
