import type { Host } from '../../facts/host.ts'
import { veilZones } from '../../facts/veil-zones.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { dnsAttack } from '../../probes/dns-view.ts'

const FRESH_SECONDS = 30 * 86_400

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
    return judgeTrial(name, seen.found, [
      {
        source: 'probe',
        path: seen.target,
        excerpt: `guessed ${seen.found.guessed}, walked ${seen.found.walked.length}`,
        at: seen.at,
      },
    ])
  })
}

function judgeTrial(
  name: string,
  {
    transferable,
    walked,
    hiddenLearned,
    guessed,
  }: {
    readonly transferable: readonly string[]
    readonly walked: readonly string[]
    readonly hiddenLearned: readonly string[]
    readonly guessed: number
  },
  evidence: readonly Evidence[],
): Judgement {
  const say = (state: Judgement['state'], cause: string, reason: string): Judgement => ({
    subject: name,
    state,
    cause,
    reason,
    evidence,
    values: { zone: name },
  })
  if (transferable.length > 0)
    return say('fail', 'transferable', `${transferable.join(', ')} gives the whole zone to whoever asks (AXFR).`)
  if (hiddenLearned.length > 0)
    return say(
      'fail',
      'hidden-learned',
      `${hiddenLearned.length === 1 ? 'A hidden name was' : `${hiddenLearned.length} hidden names were`} learned: ${hiddenLearned.slice(0, 3).join(', ')}.`,
    )
  if (walked.length > 0)
    return say('fail', 'walkable', `The zone can be walked: ${walked.length} names were read off its denials.`)
  if (guessed > 0)
    return say('warn', 'guessable', `${guessed} public names were guessed, as is to be expected; no hidden one was.`)
  return say('pass', 'nothing-learned', 'An enumeration learned nothing.')
}
