import type { Host } from '../../facts/host.ts'
import { hiddenNames, veilZones } from '../../facts/veil-zones.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { type DnsAttackResult, dnsAttack } from '../../probes/dns-attack.ts'
import type { Observation } from '../../probes/probe.ts'

const FRESH_SECONDS = 30 * 86_400
/** Without these a trial says little of what an attacker learns. */
const ESSENTIAL: readonly string[] = ['transfer', 'words', 'walk', 'nsec3']
const MOST_SHOWN = 5

/** The zone was enumerated as an attacker would, lately, and nothing was learned that strangers must not know. */
export function tstDns01(host: Host): readonly Judgement[] {
  const zones = host.get(veilZones)
  if (zones === undefined || zones.zones.length === 0)
    return [notApplicable('no-zones', 'Veil serves no zone from this host.')]
  return zones.zones.map(({ name }) => {
    const seen = host.observed(dnsAttack).find((each) => each.target === name || `${each.target}.` === name)
    if (seen === undefined || host.now - seen.at > FRESH_SECONDS) {
      const reason =
        seen === undefined ? 'Nobody has tried to enumerate it.' : 'Nobody has tried to enumerate it for 30 days.'
      return {
        subject: name,
        state: 'fail',
        cause: seen === undefined ? 'never-tried' : 'stale',
        reason,
        evidence: [],
        values: { zone: name },
      } satisfies Judgement
    }
    return judgeTrial(host, name, seen)
  })
}

function judgeTrial(host: Host, name: string, { found, target, at }: Observation<DnsAttackResult>): Judgement {
  const { transferable, walked, hiddenLearned, guessed, methods = ESSENTIAL, cutShort = false } = found
  const hidden = learnedOf(host, found)
  const shown = [...hidden, ...walked].slice(0, MOST_SHOWN).join(', ')
  const excerpt = `guessed ${guessed}, walked ${walked.length}, hidden ${hiddenLearned.length}${shown && `: ${shown}`}`
  const evidence: readonly Evidence[] = [{ source: 'probe', path: target, excerpt: excerpt.slice(0, 200), at }]
  const say = sayOf(name, evidence, { zone: name })
  if (transferable.length > 0)
    return say('fail', 'transferable', `${transferable.join(', ')} gives the whole zone to whoever asks (AXFR).`)
  if (hidden.length > 0)
    return say(
      'fail',
      'hidden-learned',
      `${hidden.length === 1 ? 'A hidden name was' : `${hidden.length} hidden names were`} learned: ${hidden.slice(0, 3).join(', ')}.`,
    )
  if (walked.length > 0)
    return say('fail', 'walkable', `The zone can be walked: ${walked.length} names were read off its denials.`)
  const untried = ESSENTIAL.filter((method) => !methods.includes(method))
  if (cutShort)
    return say('warn', 'cut-short', 'No hidden name was learned, but the trial was broken off before its end.')
  if (untried.length > 0)
    return say(
      'warn',
      'partial',
      `No hidden name was learned, but not everything was tried: ${untried.join(', ')} was left out.`,
    )
  if (guessed > 0)
    return say('warn', 'guessable', `${guessed} public names were guessed, as is to be expected; no hidden one was.`)
  return say('pass', 'nothing-learned', 'An enumeration learned nothing.')
}

/** Hidden names that the trial says were learned, and those that it learned while they were public and that are hidden now. */
function learnedOf(host: Host, { hiddenLearned, walked }: DnsAttackResult): readonly string[] {
  const zones = host.get(veilZones)
  const hidden = zones === undefined ? new Map() : hiddenNames(zones)
  return [...new Set([...hiddenLearned, ...walked.filter((each) => hidden.has(each))])]
}
