import type { HistoryEntry } from '../../keys/key-history.ts'
import { noteSighting } from '../../keys/rollover/apply.ts'
import { emergency, forcedTransitions } from '../../keys/rollover/emergency.ts'
import { cancelRoll, goInsecure, goSecure } from '../../keys/rollover/operator-changes.ts'
import { is, isServed } from '../../keys/rollover/record-states.ts'
import type { RolloverSituation } from '../../keys/rollover/step.ts'
import { CommandError } from '../control/server.ts'
import type { RunningServer } from '../running-server.ts'
import { nameOf } from './change-summary.ts'
import { importWish, readImport } from './key-import.ts'
import { changesOf, EXPLAIN, LIST, RESUME, refuse, refusePaused } from './refusals.ts'
import type { SignedZone } from './ring-state.ts'
import { asIfConfigured, rollWish } from './roll-wish.ts'
import { type Arguments, readDryRun, readKeyTag, readSelector, readWord, readZone } from './rollover-arguments.ts'
import { believedSeconds, clockState } from './rollover-clock.ts'
import type { RolloverCommands, RolloverReport } from './rollover-protocol.ts'
import { circumstancesOf, reportPlan, reportRollovers, reportZone } from './rollover-reports.ts'
import { planServed, takeSteps, zonesNamed } from './rollover-steps.ts'
import { lookAgain, scheduleZones } from './rollover-timer.ts'
import { checkSteps } from './step-checks.ts'
import { reportStored } from './stored-rollovers.ts'
import { type KeyWish, situationOf, withStates } from './zone-rollover.ts'

type Result<Name extends keyof RolloverCommands> = RolloverCommands[Name]['result']

/** What the control channel may ask about rollovers. */
export function rolloverCommands(server: RunningServer) {
  const change = (wishOf: WishOf) => (args: Arguments) => changeZone(server, args, wishOf)
  return {
    rollovers: (args: Arguments): Promise<Result<'rollovers'>> => {
      const zones = args.zone === undefined ? undefined : new Set([readZone(args)])
      return server.vault.state().kind === 'locked' ? reportLocked(server, zones) : reportRollovers(server, zones)
    },
    'key-history': (args: Arguments): HistoryEntry[] => [...server.store.keys.history(readZone(args)).entries],
    'key-roll': (args: Arguments) => changeZone(server, args, rollWish, asIfConfigured),
    'key-step': change(() => ({ by: 'operator', lead: 'step by step, the next', isStep: true })),
    'key-pause': change(({ isPaused }) => {
      if (isPaused) throw new CommandError('refused', 'the rollover is paused already', RESUME)
      return { by: 'operator', lead: 'paused', edit: (set) => ({ ...set, isPaused: true }) }
    }),
    'key-resume': change(resumeWish),
    'key-cancel': change(cancelWish),
    'key-ds-said': (args: Arguments) => takeWord(server, args),
    'key-check-parent': (args: Arguments) => checkParent(server, args),
    'key-standby': change(standbyWish),
    'key-emergency': (args: Arguments) => giveUpKey(server, args),
    'key-import': async (args: Arguments) => {
      const imported = await readImport(server, args)
      return changeZone(server, args, (_, __, { zone: { name } }) =>
        importWish(imported, name, server.store.keys.get(name)!, believedSeconds(server)),
      )
    },
    'dnssec-disable': change((situation) => {
      refuse(goInsecure(situation))
      const lead = 'the zone is to become insecure'
      return { by: 'operator', lead, edit: (set) => ({ ...set, goal: 'insecure' }) }
    }),
    'dnssec-enable': change((situation) => {
      refuse(goSecure(situation))
      return { by: 'operator', lead: 'the zone is to be signed', edit: (set) => ({ ...set, goal: 'secure' }) }
    }),
  }
}

/** What a command asks of a zone, or the `CommandError` why it cannot be done. */
type WishOf = (situation: RolloverSituation, args: Arguments, zone: SignedZone) => KeyWish

/** Carries a wish out, or, of a dry run, shows what would come of it. */
async function changeZone(
  server: RunningServer,
  args: Arguments,
  wishOf: WishOf,
  zoneFor: (zone: SignedZone, args: Arguments) => SignedZone = (zone) => zone,
): Promise<RolloverReport> {
  const [name, isDryRun] = [readZone(args), readDryRun(args)]
  const plans = await server.inTurn(async () => {
    const zone = zoneFor(findZone(server, name), args)
    const set = server.store.keys.get(name)!
    const wish = wishOf(
      { ...situationOf(set, zone.signing, believedSeconds(server), true), ...clockState(server) },
      args,
      zone,
    )
    const plan = await planServed(server, zone, wish, isDryRun)
    if (isDryRun) return reportPlan(plan, set, zone.signing, circumstancesOf(server, name))
    return takeSteps(server, plan === undefined ? [] : [plan])
  })
  if (!Array.isArray(plans)) return plans as RolloverReport
  await checkSteps(server, plans)
  scheduleZones(server, [name])
  server.rollovers.wake()
  return reportZone(server, findZone(server, name))
}

/** States are no secret: a server that serves nothing tells of them all the same. */
async function reportLocked(server: RunningServer, names: ReadonlySet<string> | undefined): Promise<RolloverReport[]> {
  const { configuration, store } = server
  const zones = configuration.zones.filter(({ name }) => names?.has(name) !== false)
  const unwatched = 'veild is locked'
  return reportStored(store.keys, zones, { nowSeconds: believedSeconds(server), unwatched, alarms: [LOCKED] })
}

const LOCKED = 'veild is locked: nothing is answered and no step is taken until `dnsctl unlock`'

function findZone(server: RunningServer, name: string): SignedZone {
  const [zone] = zonesNamed(server, new Set([name]))
  if (zone !== undefined) return zone
  if (server.vault.state().kind === 'locked') {
    throw new CommandError(
      'refused',
      'veild is locked, and changes nothing',
      '`dnsctl unlock` opens it; then the same command.',
    )
  }
  throw new CommandError(
    'refused',
    `${name} is not signed here`,
    '`dnsctl zone list` shows the zones and how they are signed; `dnsctl key list` all keys.',
  )
}

function cancelWish(situation: RolloverSituation, args: Arguments): KeyWish {
  const changes = changesOf(cancelRoll(situation, readSelector(args)))
  return { by: 'operator', lead: 'the roll was cancelled', changes, edit: withoutFailure, isStep: true }
}

function resumeWish(_: RolloverSituation, __: Arguments, zone: SignedZone): KeyWish {
  return {
    ...{ by: 'operator', lead: 'resumed' },
    edit: (set) => {
      if (!set.isPaused && set.failure === undefined) {
        throw new CommandError(
          'refused',
          `the rollover of ${zone.zone.name} is not paused`,
          '`dnsctl key explain` says what it waits for.',
        )
      }
      return { ...withoutFailure(set), isPaused: false }
    },
  }
}

function withoutFailure<Set extends { readonly failure?: unknown }>({
  failure: _,
  ...rest
}: Set): Omit<Set, 'failure'> {
  return rest
}

/** An operator says what the parent has: its TTL is the larger of what was seen before and what the configuration says. */
function saidWish(situation: RolloverSituation, args: Arguments): KeyWish {
  const { keys, policy } = situation
  const [keyTag, says] = [readKeyTag(args), readWord(args, 'says', ['submitted', 'withdrawn'])]
  const key = keys.find((each) => each.keyTag === keyTag && each.records.ds !== undefined)
  if (key === undefined) throw new CommandError('refused', `there is no key ${keyTag} that a DS could name`, LIST)
  const isSubmitted = says === 'submitted'
  // One that was given to the parent before it was asked for is out there all the same, and its key has to stay.
  if (isSubmitted ? is(key, 'ds', 'unretentive') : isServed(key, 'ds')) {
    const why = isSubmitted ? 'the parent is to have it no more' : 'the parent is still to have it'
    throw new CommandError('refused', `the DS of key ${keyTag} cannot be said to be ${says}: ${why}`, EXPLAIN)
  }
  // What happened in this second has happened once it is over.
  const at = situation.now + 1
  const seen = { key: key.id, says: isSubmitted ? 'present' : 'absent', by: 'operator', at } as const
  return {
    by: 'operator',
    lead: `somebody said that the DS of ${nameOf(key)} was ${says}`,
    edit: (set) => {
      const ttl = Math.max(policy.parentDsTtl, set.parentTtl?.ttl ?? 0)
      return { ...set, keys: withStates(set.keys, noteSighting(set.keys, { ...seen, ttl }, situation)) }
    },
  }
}

/** Takes an operator's word, and looks at once where the parent is looked at: what every server says counts for more. */
async function takeWord(server: RunningServer, args: Arguments): Promise<RolloverReport> {
  const report = await changeZone(server, args, saidWish)
  if (readDryRun(args)) return report
  const { log, rollovers } = server
  const onError = (error: unknown) => log.error({ err: error, zone: report.zone }, 'a look at the parent failed')
  rollovers.parentWatch?.look(report.zone).catch(onError)
  return report
}

function standbyWish(situation: RolloverSituation, args: Arguments): KeyWish {
  refusePaused(situation)
  const { role } = readSelector(args)
  if (role === undefined) throw new CommandError('bad-request', 'key-standby takes a role: ksk, zsk or csk')
  const isOfPolicy = situation.policy.isCombined ? role === 'csk' : role !== 'csk'
  if (!isOfPolicy) throw new CommandError('refused', `the zone has no keys of the role ${role}`, LIST)
  const kind = role === 'zsk' ? 'zsk' : 'ksk'
  if (role === 'zsk' ? situation.policy.standbyZsk : situation.policy.standbyKsk) {
    throw new CommandError('refused', `a standby ${role} is kept already`, LIST)
  }
  const lead = `a standby ${role} was asked for`
  return { by: 'operator', lead, edit: (set) => ({ ...set, standbys: [...(set.standbys ?? []), kind] }), isStep: true }
}

async function giveUpKey(server: RunningServer, args: Arguments): Promise<Result<'key-emergency'>> {
  const manner = readWord(args, 'manner', ['continuity', 'security'])
  const keyTag = readKeyTag(args)
  let price = { bogusSeconds: 0, forgeableSeconds: 0, needsParent: false }
  const report = await changeZone(server, args, (situation) => {
    refusePaused(situation)
    const key = situation.keys.find((each) => each.keyTag === keyTag)
    if (key === undefined) throw new CommandError('refused', `there is no key ${keyTag}`, LIST)
    const found = emergency(situation, key.id, manner)
    if ('refused' in found) throw new CommandError('refused', found.refused, LIST)
    const { bogusSeconds, forgeableSeconds, needsParent, changes } = found
    price = { bogusSeconds, forgeableSeconds, needsParent }
    return {
      ...{ by: 'operator', lead: `${nameOf(key)} was given up in an emergency (${manner})`, changes, isStep: true },
      ...(manner === 'security' && { force: (now: RolloverSituation) => forcedTransitions(now, key.id) }),
      // Where another key has a DS, and signs, the chain holds.
      ...(needsParent && bogusSeconds > 0 && { breaksChain: true }),
    }
  })
  return { ...report, ...price }
}

async function checkParent(server: RunningServer, args: Arguments): Promise<RolloverReport> {
  const zone = findZone(server, readZone(args))
  const { parentWatch } = server.rollovers
  if (parentWatch === undefined) {
    throw new CommandError(
      'refused',
      `nobody looks at the parent of ${zone.zone.name}`,
      'Say what it has with `dnsctl key ds ZONE --submitted` or `--withdrawn`, or have it looked at: `parent: { check: true }` in `dnssec`.',
    )
  }
  await parentWatch.look(zone.zone.name)
  lookAgain(server, [zone.zone.name])
  return reportZone(server, findZone(server, zone.zone.name))
}
