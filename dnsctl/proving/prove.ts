/*
 * Shows, as far as one can by asking, that a view has nothing of what is hidden from it: its images are what a process
 * makes that cannot open the files of others; its answers are those of a twin that never had them; and it takes no longer.
 */

import { Failure } from '../../console/failure.ts'
import { progressBar } from '../../console/progress-bar.ts'
import { formatAddress } from '../../server/address.ts'
import type { AskedImages, AskText } from '../../server/proving/ask-images.ts'
import type { Road } from '../attack/client.ts'
import { ExitCode } from '../exit-code.ts'
import { type Ask, type Comparison, compareAnswers, createComparison } from './compare-answers.ts'
import { compareImages, compileAlone, type ImageProof } from './compare-images.ts'
import { compareLimits, type LimitedSides, withLimits } from './compare-limits.ts'
import { findHiddenTargets, type HiddenTargets } from './hidden-targets.ts'
import { type ProofQuestion, questionsAbout, type Thoroughness } from './questions.ts'
import { configurationOfView } from './sandbox.ts'
import { openSocketClient } from './sockets.ts'
import { askSubject, openSubject, openTwin, type ProofClient } from './subjects.ts'
import { pinProcess, type TimedRun, timedNames, timeInProcess, timeOverSockets } from './timing.ts'
import { clientOf, type ProofWorld } from './world.ts'

/** How much is done. */
export interface Effort {
  readonly thoroughness: Thoroughness
  /** Hidden names that are asked about in each view, at most. */
  readonly names: number
  /** Hidden names that are asked about over sockets as well. */
  readonly socketNames: number
  /** Pairs of questions that are timed. */
  readonly samples: number
}

/** What a proof is made with beside the world. */
export interface ProofMeans {
  readonly effort: Effort
  /** Asks the running server by its control channel. */
  readonly control: ((text: AskText) => Promise<AskedImages>) | undefined
  /** How to reach the running server as a client of the view; undefined: not from this machine. */
  readonly road: (view: string) => Road | undefined
  /** Tells the running server that it is its operator who asks from there, so that it raises no alarm. */
  readonly announce: (road: Road) => Promise<void>
  /** Apex, wire: only what is hidden there is asked about. */
  readonly within: Uint8Array | undefined
  readonly random: () => number
  readonly progress: (text: string) => void
}

/** What came of it for one view. */
export interface ViewProof {
  readonly view: string
  readonly images: readonly ImageProof[]
  /** Files of other views, and of the server, that the process tried to read and could not. */
  readonly denied: number
  readonly hidden: number
  readonly askedAbout: number
  /** By the control channel, or in this process where no server runs. */
  readonly answers: Comparison
  /** Undefined: the server could not be reached as a client of this view. */
  readonly sockets: (Comparison & { readonly from: string }) | undefined
  /** In this process, with the configured limits; undefined where there are none. */
  readonly limits: Comparison | undefined
  readonly times: readonly TimedRun[]
  readonly isPinned: boolean
}

/** Nothing that was looked at differs. */
export function isProved({ images, answers, sockets, limits, times }: ViewProof): boolean {
  const differing = answers.differing + (sockets?.differing ?? 0) + (limits?.differing ?? 0)
  return images.every(({ isSame }) => isSame) && differing === 0 && times.every(({ isDifferent }) => !isDifferent)
}

/** Proves it for one view. Throws a `Failure` where that cannot be done. */
export async function proveView(world: ProofWorld, view: string, means: ProofMeans): Promise<ViewProof> {
  const { progress, effort } = means
  progress(`${view}: compiling without the files of others`)
  const { compiled, denied } = await compileAlone(world, view)
  const images = compareImages(world, view, compiled)
  const client = clientOf(world.configuration, view)
  if (client === undefined) {
    throw new Failure({ exitCode: ExitCode.Usage, what: `No client gets the view ${view}`, next: '`dnsctl view list`' })
  }
  const targets = findHiddenTargets(world.zones, view, means.within)
  const chosen = evenly(targets.all, effort.names)
  const twin = openTwin(configurationOfView(world.configuration, view), compiled, world.keys, world.live?.images)
  const whole = openSubject(world.configuration, world.whole, world.keys, world.live?.images)
  const twinClient: ProofClient = { from: client.from, listener: 0 }
  const sides = {
    subject: means.control === undefined ? askSubject(whole, client) : askControl(means.control, client),
    twin: askSubject(twin, twinClient),
  }
  const answers = createComparison()
  const isRandom = world.keys.keySets.some(({ signers }) => signers.some(({ algorithm }) => RANDOM.includes(algorithm)))
  for (const [at, { name, apexLength }] of chosen.entries()) {
    const shown = () => progress(`${view}: ${progressBar(at / chosen.length)} ${answers.questions} questions`)
    const questions = questionsAbout(name, apexLength, effort.thoroughness)
    await compareAnswers(questions, sides, { isRandom, isLimited: false, progress: shown }, answers)
  }
  const limits = await compareConfiguredLimits(world, view, targets, { whole, client, twin, twinClient, isRandom })
  const network = await askOverSockets(view, means, { targets: chosen, twin: sides.twin, isRandom })
  const times = await timeBoth(view, means, targets, {
    whole: { context: whole, client },
    twin: { context: twin, client: twinClient },
  })
  return {
    view,
    images,
    denied,
    hidden: targets.all.length,
    askedAbout: chosen.length,
    answers,
    sockets: network,
    limits,
    ...times,
  }
}

/** Algorithms whose signatures are new octets each time: ECDSA. */
const RANDOM: readonly number[] = [13, 14]

function askControl(control: NonNullable<ProofMeans['control']>, { from, listener }: ProofClient): Ask {
  return async (questions) => {
    const messages = questions.map(
      ({ transport, octets }) => `${transport === 'udp' ? 'u' : 's'}${Buffer.from(octets).toString('base64')}`,
    )
    const { answers } = await control({ from: formatAddress(from), listener, messages })
    return answers.map((answer) => (answer === null ? undefined : new Uint8Array(Buffer.from(answer, 'base64'))))
  }
}

async function askOverSockets(
  view: string,
  { road: roadTo, announce, effort, progress }: ProofMeans,
  { targets, twin, isRandom }: { targets: HiddenTargets['all']; twin: Ask; isRandom: boolean },
): Promise<ViewProof['sockets']> {
  const road = roadTo(view)
  if (road === undefined) return undefined
  await announce(road)
  const client = await openSocketClient(road)
  const comparison = createComparison()
  try {
    for (const { name, apexLength } of evenly(targets, effort.socketNames)) {
      const questions = everyNth([...questionsAbout(name, apexLength, 'quick')], SOCKET_STRIDE)
      const shown = () => progress(`${view}: ${comparison.questions} questions over UDP and TCP`)
      const options = { isRandom, isLimited: true, progress: shown }
      await compareAnswers(questions, { subject: client.ask, twin }, options, comparison)
    }
  } finally {
    client.close()
  }
  return { ...comparison, from: road.from }
}

function compareConfiguredLimits(
  { configuration }: ProofWorld,
  view: string,
  { all }: HiddenTargets,
  { isRandom, ...sides }: Omit<LimitedSides, 'others'> & { readonly isRandom: boolean },
): Promise<Comparison> | undefined {
  const { rateLimit, views } = configuration
  if (!rateLimit.enabled) return undefined
  const others = views.filter(({ name }) => name !== view).flatMap(({ name }) => clientOf(configuration, name) ?? [])
  const limited = { whole: withLimits(sides.whole, rateLimit), twin: withLimits(sides.twin, rateLimit) }
  const names = evenly(all, LIMITED_NAMES).map(({ name }) => name)
  return compareLimits(names, { ...sides, ...limited, others }, isRandom)
}

const LIMITED_NAMES = 50

/** A prime, so that all types and flags come up. */
const SOCKET_STRIDE = 7

async function timeBoth(
  view: string,
  { effort, road: roadTo, announce, random, progress }: ProofMeans,
  { absent, isKnown }: HiddenTargets,
  sides: Parameters<typeof timeInProcess>[1],
): Promise<Pick<ViewProof, 'times' | 'isPinned'>> {
  const names = timedNames(absent, isKnown, (limit) => Math.floor(random() * limit))
  if (names.length === 0) return { times: [], isPinned: false }
  progress(`${view}: timing ${names.length} hidden names`)
  const unpin = pinProcess()
  try {
    const times = await timeInProcess(names, sides, effort.samples, random)
    const road = roadTo(view)
    if (road === undefined) return { times, isPinned: unpin !== undefined }
    progress(`${view}: timing over UDP and TCP`)
    await announce(road)
    const client = await openSocketClient(road)
    const samples = { udp: Math.max(60, Math.ceil(effort.samples / 200)), stream: Math.ceil(effort.samples / 10) }
    const overSockets = await timeOverSockets(names, client, samples, random).finally(client.close)
    return { times: [...times, ...overSockets], isPinned: unpin !== undefined }
  } finally {
    unpin?.()
  }
}

function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  return items.length <= most
    ? items
    : Array.from({ length: most }, (_, at) => items[Math.floor((at * items.length) / most)]!)
}

function everyNth(questions: readonly ProofQuestion[], stride: number): ProofQuestion[] {
  return questions.filter((_, at) => at % stride === 0)
}
