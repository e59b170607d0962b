/*
 * What the control channel may ask about offline keys.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Bundle, type BundleRequest, countSignatures } from '../../keys/bundle/bundle.ts'
import { readBundle } from '../../keys/bundle/bundle-reading.ts'
import { signBundle, signersOf } from '../../keys/bundle/bundle-signing.ts'
import { digestOfRequest, requestToDocument } from '../../keys/bundle/bundle-text.ts'
import type { KeySetChange, StoredBundles, StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import { isSignatureValid } from '../../keys/second-opinion.ts'
import { CommandError, type ControlHandlers } from '../control/server.ts'
import { publishKeySets } from '../publish.ts'
import type { RunningServer } from '../running-server.ts'
import { unixSeconds } from '../unix-seconds.ts'
import { faultIn, whyUnfit } from './bundle-checking.ts'
import { hasOfflineKeys } from './bundle-coverage.ts'
import { type BundleCommands, MOST_WEEKS, takingOfflineProof } from './bundle-protocol.ts'
import { type BundleNeeds, missingReserves, requestBundle, whyNotOffline } from './bundle-request.ts'
import { supplyOfZone } from './bundle-watch.ts'
import { offlineObstacle } from './offline-configuration.ts'
import type { SignedZone } from './ring-state.ts'
import { zonesNamed } from './rollover-steps.ts'
import { lookAgain } from './rollover-timer.ts'

/** Their handlers; what changes keys takes its turn among reloads and steps of keys. */
export function bundleCommands(server: RunningServer): Pick<ControlHandlers, keyof BundleCommands> {
  return {
    'bundle-request': ({ zone, weeks }) => server.inTurn(() => request(server, readZone(zone), readWeeks(weeks))),
    'bundle-import': ({ bundle }) => importBundle(server, bundle),
    'bundle-take-offline': (args) => server.inTurn(() => takeOffline(server, args)),
  }
}

const WEEK = 7 * 86_400
/** Requests that are remembered: one a week for half a year. */
const REMEMBERED_REQUESTS = 26

async function request(server: RunningServer, name: string, weeks: number) {
  const zone = findZone(server, name)
  const set = storedSet(server, name)
  if (!hasOfflineKeys(set)) {
    const hint = `dnsctl key bundle take-offline ${name} takes the KSK off this server.`
    throw new CommandError('refused', `no key of ${name} is offline: veild signs its key set by itself`, hint)
  }
  const needs = await withReserves(server, zone, { set, weeks })
  const planned = plan(needs)
  const { requests, bundles } = server.store.keys.bundles(name)
  const made = (needs.set.reserve ?? []).filter(({ id }) => !set.reserve?.some((key) => key.id === id))
  const tags = made.map(({ keyTag }) => keyTag)
  const what = `asked for signatures of ${weeks} weeks${tags.length === 0 ? '' : `; made zsk ${tags.join(', ')} beforehand`}`
  await store(server, needs.set, what, { requests: remember(requests, planned), bundles })
  return { request: requestToDocument(planned), made: tags, supply: supplyOfZone(server, zone)! }
}

/** Verifies before it takes its turn: that takes seconds. */
async function importBundle(server: RunningServer, document: unknown) {
  const read = readBundle(document)
  if (read.outcome === 'unreadable') throw refusal(`this is no bundle that can be used: ${read.reason}`)
  const bundle = read.value
  refuseUnfit(server, bundle)
  const fault = await faultIn(bundle)
  if (fault !== undefined) throw refusal(`this is no bundle that can be used: ${fault}`)
  return server.inTurn(() => takeIn(server, bundle))
}

function refuseUnfit(server: RunningServer, bundle: Bundle): SignedZone {
  const { zone: name } = bundle.request
  const zone = findZone(server, name)
  const { requests } = server.store.keys.bundles(name)
  const target = { set: storedSet(server, name), signing: zone.signing, requests, nowSeconds: unixSeconds() }
  const why = whyUnfit(bundle, target)
  if (why !== undefined) throw refusal(`this bundle is not for ${name} now: ${why}`)
  return zone
}

async function takeIn(server: RunningServer, bundle: Bundle) {
  const zone = refuseUnfit(server, bundle)
  const { name } = zone.zone
  const { requests, bundles } = server.store.keys.bundles(name)
  const signatures = countSignatures(bundle.request)
  const what = `took in ${signatures} signatures of ksk ${signersOf(bundle.request).join(', ')}`
  await store(server, storedSet(server, name), what, { requests, bundles: withBundle(bundles, bundle) })
  await publishKeySets(server, new Set([name]))
  lookAgain(server, [name])
  return { zone: name, signatures, supply: supplyOfZone(server, zone) ?? NO_OFFLINE_KEY }
}

/** A bundle may come before its key is taken offline. */
const NO_OFFLINE_KEY = { offline: [], level: 'full' } as const

async function takeOffline(server: RunningServer, args: Readonly<Record<string, unknown>>) {
  const name = readZone(args.zone)
  const weeks = readWeeks(args.weeks)
  const zone = findZone(server, name)
  const set = storedSet(server, name)
  refuseObstacle(zone)
  const key = findLeaving(set, args.keyTag)
  checkProof(name, key, args.proof)
  const needs = { ...(await withReserves(server, zone, { set, weeks })), leaving: key.id }
  const planned = plan(needs)
  const signers = server.keyRing.keySigners(name)
  const bundle = await signBundle(planned, signers, unixSeconds(), nextTurn)
  const keys = needs.set.keys.map((each) =>
    each.id === key.id ? { ...each, sealed: undefined, backedUp: unixSeconds() } : each,
  )
  const { requests, bundles } = server.store.keys.bundles(name)
  const signatures = countSignatures(planned)
  const after = { ...needs.set, keys, epoch: set.epoch + 1 }
  const what = `took ksk ${key.keyTag} offline, which has signed for ${weeks} weeks ahead`
  await store(server, after, what, { requests: remember(requests, planned), bundles: withBundle(bundles, bundle) })
  await publishKeySets(server, new Set([name]))
  lookAgain(server, [name])
  return { signatures, supply: supplyOfZone(server, zone)! }
}

/** With it the next start would be refused. */
function refuseObstacle({ zone: { name }, signing }: SignedZone): void {
  const obstacle = offlineObstacle(signing.keys)
  if (obstacle === undefined) return
  throw refusal(
    `the configuration has ${obstacle} for ${name}, which does not go together with an offline KSK`,
    'Take it out, then dnsctl reload.',
  )
}

function findLeaving(set: StoredKeySet, keyTag: unknown): StoredKey {
  const key = set.keys.find((each) => each.keyTag === keyTag && each.role !== 'zsk' && each.isForeign !== true)
  if (key === undefined) throw refusal(`${set.zone} has no key signing key ${String(keyTag)}`, SHOW_KEYS)
  if (key.sealed === undefined) throw refusal(`ksk ${key.keyTag} of ${set.zone} is offline already`, SHOW_KEYS)
  if (isServed(key, 'krrsig')) return key
  throw refusal(`ksk ${key.keyTag} of ${set.zone} does not sign the key set now`, SHOW_KEYS)
}

const SHOW_KEYS = 'dnsctl key list shows the keys.'

function checkProof(zone: string, { dnskey, keyTag }: StoredKey, proof: unknown): void {
  const signature = typeof proof === 'string' ? Buffer.from(proof, 'base64') : new Uint8Array(0)
  if (isSignatureValid(dnskey, takingOfflineProof(zone, keyTag), signature)) return
  throw refusal(`nothing proves that a copy of ksk ${keyTag} is kept`, 'dnsctl key bundle take-offline does so.')
}

/** The zone with the ZSKs in reserve that its policy needs within the time; they are not stored yet. */
async function withReserves(
  server: RunningServer,
  { signing }: SignedZone,
  { set, weeks }: { readonly set: StoredKeySet; readonly weeks: number },
): Promise<BundleNeeds> {
  const why = whyNotOffline({ set, signing })
  if (why !== undefined) throw refusal(`the key set of ${set.zone} cannot be signed offline: ${why}`)
  const needs = { set, signing, duration: weeks * WEEK, nowSeconds: unixSeconds() }
  const algorithms = missingReserves(needs)
  if (algorithms.length > MOST_RESERVES) {
    const hint = 'Ask for fewer weeks, or give ZSKs a longer life: zsk-lifetime.'
    throw refusal(`${set.zone} would need ${algorithms.length} new ZSKs for so long`, hint)
  }
  const made = await server.keyRing.makeReserve(set, algorithms, needs.nowSeconds)
  return made.length === 0 ? needs : { ...needs, set: { ...set, reserve: [...(set.reserve ?? []), ...made] } }
}

const MOST_RESERVES = 32

function plan(needs: BundleNeeds): BundleRequest {
  const planning = requestBundle(needs)
  if (planning.outcome === 'planned') return planning.request
  const what = `${planning.signatures.toLocaleString('en-US')} signatures would be needed, more than a bundle holds`
  throw refusal(what, 'Ask for fewer weeks, or sign for longer: validity.')
}

async function store(server: RunningServer, set: StoredKeySet, what: string, bundles: StoredBundles): Promise<void> {
  const entry = { at: unixSeconds(), epoch: set.epoch, by: 'operator', what, transitions: [], changes: [] } as const
  const change: KeySetChange & { bundles: StoredBundles } = { set, entry, bundles }
  await server.keyRing.putBundles(change)
  server.log.info({ zone: set.zone }, `${set.zone}: ${what}`)
}

function remember(requests: readonly string[], made: BundleRequest): string[] {
  return [...requests, digestOfRequest(made)].slice(-REMEMBERED_REQUESTS)
}

/** Without those whose signatures have all ceased to hold, and the same one once. */
function withBundle(bundles: readonly Bundle[], added: Bundle): Bundle[] {
  const now = unixSeconds()
  const digest = digestOfRequest(added.request)
  const kept = bundles.filter(
    ({ request: each }) => each.windows.at(-1)!.expiration > now && digestOfRequest(each) !== digest,
  )
  return [...kept, added].slice(-MOST_BUNDLES)
}

const MOST_BUNDLES = 8

function findZone(server: RunningServer, name: string): SignedZone {
  const [zone] = zonesNamed(server, new Set([name]))
  if (zone !== undefined) return zone
  throw refusal(`${name} is not signed here`, 'dnsctl zone list shows how zones are signed.')
}

function storedSet({ store: { keys } }: RunningServer, name: string): StoredKeySet {
  return keys.get(name)!
}

function readZone(zone: unknown): string {
  if (typeof zone === 'string') return zone
  throw new CommandError('bad-request', 'the zone is missing')
}

function readWeeks(weeks: unknown): number {
  if (Number.isInteger(weeks) && (weeks as number) >= 1 && (weeks as number) <= MOST_WEEKS) return weeks as number
  throw new CommandError('bad-request', `weeks are to be from 1 to ${MOST_WEEKS}`)
}

function refusal(message: string, hint = ''): CommandError {
  return new CommandError('refused', message, hint)
}
