import type { Host } from '../../facts/host.ts'
import { veilConfiguration } from '../../facts/veil-zones.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { delegation } from '../../probes/delegation.ts'
import type { Judged } from '../judge.ts'

const FRESH_SECONDS = 30 * 86_400

/** The DS at the parent is of a key that the zone has: without it nobody validates, with a wrong one nobody resolves. */
export function dnsDs01(host: Host): Judged {
  const zones = host.get(veilConfiguration)?.configuration.zones ?? []
  if (zones.length === 0) return [notApplicable('no-zones', 'Veil serves no zone from this host.')]
  return zones.map((zone) => (own: Host) => judgeZone(own, zone))
}

function judgeZone(host: Host, zone: { readonly name: string }): Judgement {
  const seen = host.observed(delegation).find((each) => each.target === zone.name || `${each.target}.` === zone.name)
  if (seen === undefined) {
    const reason = 'Nobody has asked which DS the parent has.'
    return sayOf(zone.name, [], { zone: zone.name })('unknown', 'not-asked', reason)
  }
  const { ds, keys } = seen.found
  const evidence: readonly Evidence[] = [
    {
      source: 'probe',
      path: seen.target,
      excerpt: ds.length === 0 ? 'no DS at the parent' : ds.join('; '),
      at: seen.at,
    },
  ]
  const say = sayOf(zone.name, evidence, { zone: zone.name })
  if (ds.length === 0)
    return say('fail', 'no-ds', 'The parent has no DS, so nobody validates its answers: send it to the registrar.')
  const isWeak = ds.some((each) => each.split(' ')[2] === '1')
  const fitting = ds.map((each) => fits(each, keys))
  if (!fitting.some((fit) => fit !== 'no')) {
    return say(
      'fail',
      'mismatch',
      'No DS at the parent is of a key that the zone has: whoever validates gets SERVFAIL for every name.',
    )
  }
  if (isWeak) return say('warn', 'sha-1', 'A DS at the parent uses SHA-1, which validators no longer take.')
  if (fitting.includes('no'))
    return say('warn', 'extra-ds', 'A DS at the parent is of no key that is here: of a rollover, or left behind.')
  if ((seen.found.partly ?? []).length > 0)
    return say(
      'warn',
      'partly',
      'Some servers of the parent have a DS that others have not: it is on its way, or they lag.',
    )
  if (host.now - seen.at > FRESH_SECONDS)
    return say(
      'warn',
      'stale',
      'Each DS at the parent was of a key that the zone has, but that was more than 30 days ago.',
    )
  return say('pass', 'matches', 'Each DS at the parent is of a key that the zone has.')
}

/** Whether a DS is of one of the keys; `likely`: by tag and algorithm, and its digest is of a type that nobody made of the keys. */
function fits(ds: string, keys: readonly string[]): 'yes' | 'likely' | 'no' {
  const [tag, algorithm, digestType] = ds.split(' ')
  const same = keys.map((key) => key.split(' ')).filter((key) => key[0] === tag && key[1] === algorithm)
  if (same.some((key) => key.join(' ').toLowerCase() === ds.toLowerCase())) return 'yes'
  return same.length > 0 && same.every((key) => key[2] !== digestType) ? 'likely' : 'no'
}
