import { duration, fold, type Paper, printable } from '../../console/paper.ts'
import type { KeyRecord, RolloverKey, Transition } from '../../keys/rollover/key-state.ts'
import { STATE_WORDS } from '../../keys/rollover/state-words.ts'
import type { Wait, WaitReason } from '../../keys/rollover/step.ts'
import { lastingFrom } from '../../keys/rollover/timers.ts'
import type { ParentReport, ParentServer, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import { awayFrom, second } from './times.ts'
import { IS_PLURAL, keyName, nameOfKey, placeName, RECORD_WORDS, RULE_WORDS } from './words.ts'

/** Steps that wait for the same thing, and what that is. */
export interface WaitText {
  readonly steps: readonly Wait[]
  /** Whole sentences; what stands in backticks is a command. */
  readonly reasons: readonly string[]
}

/** What a rollover waits for, each reason once, as seen at `now`. */
export function waitTexts(report: RolloverReport, now: number): WaitText[] {
  const groups = new Map<string, Wait[]>()
  for (const wait of report.waits) {
    const identity = JSON.stringify(wait.reason)
    groups.set(identity, [...(groups.get(identity) ?? []), wait])
  }
  return [...groups.values()].map((steps) => ({ steps, reasons: reasonText(report, steps, now) }))
}

/** A step in words: `the DNSKEY of ksk 7714 is everywhere`. */
export function stepText(keys: readonly RolloverKey[], step: Transition): string {
  const record = RECORD_WORDS[step.record]
  const link = IS_PLURAL[step.record] ? 'by' : 'of'
  return `${record} ${link} ${nameOfKey(keys, step.key)}: ${STATE_WORDS[step.from]} → ${STATE_WORDS[step.to]}`
}

/** The steps that wait for one thing, and below them what that is. */
export function waitLines(paper: Paper, { keys }: RolloverReport, { steps, reasons }: WaitText): string[] {
  return [
    ...steps.map((step) => `  ${stepText(keys, step)}`),
    ...reasons.flatMap((reason) => fold(paper, reason, 4).map((line) => `    ${line}`)),
  ]
}

function reasonText(report: RolloverReport, [step]: readonly Wait[], now: number): string[] {
  const { reason } = step!
  const zone = printable(shortName(report.zone))
  switch (reason.kind) {
    case 'time':
      return timeText(step!, reason, now)
    case 'rule':
      return [
        `Rule ${reason.rule}: ${RULE_WORDS[reason.rule]}. That would no longer hold: ${firstOf(report, step!, reason.others)} first.`,
      ]
    case 'order':
      return [
        `${capital(RECORD_WORDS[reason.record])} of the same key ${IS_PLURAL[reason.record] ? 'have' : 'has'} to be ${STATE_WORDS[reason.needs]} first.`,
      ]
    case 'predecessor':
      return [`It takes over from ${nameOfKey(report.keys, reason.key)}, which retires at that moment.`]
    case 'still-secure': {
      const others = reason.others.map((id) => nameOfKey(report.keys, id)).join(' and ')
      return [`The zone stays signed as long as anybody may have a DS of it: that of ${others} goes first.`]
    }
    case 'served':
      return ['Not all workers have acknowledged yet that they serve the last step; no timer runs before.']
    case 'parent':
      return parentText(report, reason.expects, { key: nameOfKey(report.keys, step!.key), now })
    case 'bundle':
      return [
        `The key set that comes next has to be signed by a key that is offline: \`dnsctl key bundle request ${zone}\` makes what to carry there.`,
      ]
    case 'backup':
      return [
        `No backup holds the key, and once the parent names it, to lose it is to lose the zone: \`dnsctl key backup ${zone} --to FILE\` makes one.`,
      ]
    case 'paused':
      return report.isPaused
        ? [`The rollover is paused. \`dnsctl key resume ${zone}\` goes on.`]
        : [
            `A step failed its check and was taken back. \`dnsctl key resume ${zone}\` tries it again, \`dnsctl key cancel ${zone}\` goes back.`,
          ]
    case 'clock':
      return [
        'The clock is not to be trusted, and no step is taken by it: `dnsctl key clock` shows why, and what to do.',
      ]
    case 'manual':
      return [`The policy is \`manual\`: \`dnsctl key step ${zone}\` takes the step.`]
  }
}

/** What has to come before a step that a rule stands against; where that is not plain, the keys that are on their way. */
function firstOf({ keys }: RolloverReport, step: Wait, others: readonly string[]): string {
  const own = keys.find(({ id }) => id === step.key)
  const alike = keys.filter(({ algorithm }) => algorithm === own?.algorithm)
  // Signatures of a new algorithm come before its keys, and those of an old one go after the DS that promises it.
  const signer = alike.find(({ records }) => records.zrrsig?.state === 'rumoured')
  if (step.record !== 'ds' && step.to === 'rumoured' && signer !== undefined) {
    return `the zone’s signatures by ${keyName(signer)} have to be everywhere`
  }
  const trusted = alike.find(({ duty, records }) => duty === 'retired' && (records.ds?.state ?? 'hidden') !== 'hidden')
  if (own?.role === 'zsk' && step.to === 'unretentive' && trusted !== undefined) {
    return `the DS of ${keyName(trusted)} has to be nowhere`
  }
  const coming = keys.filter(
    ({ id, duty, records }) => others.includes(id) && duty !== 'retired' && records.ds !== undefined,
  )
  const named = step.record === 'ds' && coming.length > 0 ? coming : keys.filter(({ id }) => others.includes(id))
  return named.length === 0 ? 'other keys' : named.map(keyName).join(' and ')
}

/** What caches may have kept from before, by record. */
const CACHED: Readonly<Record<KeyRecord, string>> = {
  dnskey: 'the key set',
  krrsig: 'the key set',
  zrrsig: 'records with signatures',
  ds: 'the parent’s DS records',
}

function timeText(step: Wait, reason: Extract<WaitReason, { kind: 'time' }>, now: number): string[] {
  const { until, since, ttl, safety } = reason
  const safe = safety === 0 ? '' : `; ${duration(safety)} is added for safety`
  return [
    `Until ${second(until)} (${awayFrom(now, until)}) caches may still have ${CACHED[step.record]} of before ${second(since)}, with a TTL of ${duration(ttl)}${safe}.`,
  ]
}

function parentText(
  report: RolloverReport,
  expects: 'present' | 'absent',
  { key, now }: { readonly key: string; readonly now: number },
): string[] {
  const { parent, zone } = report
  const of =
    parent.parent === undefined ? 'the parent’s servers' : `the servers of ${printable(shortName(parent.parent))}`
  const lead =
    expects === 'present'
      ? `The DS of ${key} has to be at every address of ${of}.`
      : `The DS of ${key} has to be gone from every address of ${of}.`
  const name = printable(shortName(zone))
  if (parent.mode === 'off') {
    const says = expects === 'present' ? '--submitted' : '--withdrawn'
    return [lead, `Nobody looks there: \`dnsctl key ds ${name} ${says} ${key.split(' ').at(-1)}\` says that it is so.`]
  }
  const keyTag = Number(key.split(' ').at(-1))
  return [lead, ...missingAt(report, expects, { keyTag, now }), ...wayOut(parent, expects, { name, keyTag })]
}

/** What an operator can say where an address never follows, and what it costs if it is wrong. */
function wayOut(
  { servers }: ParentReport,
  expects: 'present' | 'absent',
  { name, keyTag }: { readonly name: string; readonly keyTag: number },
): string[] {
  if (!servers.some(({ since }) => since !== undefined)) return []
  const says = expects === 'present' ? '--submitted' : '--withdrawn'
  return [
    `If it is dead, and no resolver hears anything else from it, \`dnsctl key ds ${name} ${says} ${keyTag}\` ends the wait. If that is wrong, the zone is bogus for whoever hears the old DS there.`,
  ]
}

/** Which addresses do not show what is waited for, by the last look. */
function missingAt(
  report: RolloverReport,
  expects: 'present' | 'absent',
  { keyTag, now }: { readonly keyTag: number; readonly now: number },
): string[] {
  const { parent } = report
  if (parent.checkedAt === undefined) {
    return [
      parent.problem === undefined ? 'Nobody has looked yet.' : `Nobody looks there: ${printable(parent.problem)}.`,
    ]
  }
  if (parent.problem !== undefined) return [`The last look did not succeed: ${printable(parent.problem)}.`]
  const late = parent.servers.filter(
    (server) =>
      server.outcome !== 'answered' ||
      server.outdated?.includes(keyTag) ||
      isMisfitAt(server, keyTag) ||
      server.keyTags.includes(keyTag) !== (expects === 'present'),
  )
  const named = late.slice(0, 4).map((server) => {
    const { name, address, since } = server
    const how = howLate(server, expects, keyTag)
    const from = since === undefined ? '' : `, since ${second(since)} (${awayFrom(now, since)})`
    return `${placeName({ name, address })} ${how}${from}`
  })
  const more = late.length > 4 ? [`${late.length - 4} more`] : []
  const when = `At ${second(parent.checkedAt)}`
  if (named.length > 0) return [`${when}: ${[...named, ...more].join('; ')}.`]
  return [`${when} all of them showed that.${countsFrom(report, keyTag, now)}`]
}

/** From when on what the parent shows is relied on, where that is still to come. */
function countsFrom({ keys, times, policy }: RolloverReport, keyTag: number, now: number): string {
  const ds = keys.find((key) => key.keyTag === keyTag)?.records.ds
  const from = ds === undefined ? now : lastingFrom(ds, { keyTtl: times.keyTtl, policy })
  if (from <= now || !Number.isFinite(from)) return ''
  return ` That counts from ${second(from)} on (${awayFrom(now, from)}): before, the parent may still go by an older CDS.`
}

function howLate(server: ParentServer, expects: 'present' | 'absent', keyTag: number): string {
  if (server.outcome !== 'answered') return OUTCOMES[server.outcome]
  if (isMisfitAt(server, keyTag)) return 'has a DS of it with a wrong digest'
  if (server.outdated?.includes(keyTag)) return 'says what is older than the contrary that was seen before'
  return expects === 'present' ? 'has it not' : 'has it still'
}

/** Whether an address has a DS with the tag of a key, and not with its digest. */
export function isMisfitAt({ misfits = [] }: ParentServer, keyTag: number): boolean {
  return misfits.some((rdata) => rdata.startsWith(`${keyTag} `))
}

const OUTCOMES: Readonly<Record<Exclude<ParentReport['servers'][number]['outcome'], 'answered'>, string>> = {
  silent: 'did not answer',
  refused: 'refused to answer',
  bogus: 'answered with signatures that do not hold',
  nonsense: 'answered with something that is no answer',
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
