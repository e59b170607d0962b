import type { Host } from '../../facts/host.ts'
import { type VeilZone, veilZones } from '../../facts/veil-zones.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { delegation } from '../../probes/dns-view.ts'
import type { Judged } from '../judge.ts'

/** The DS at the parent is of a key that the zone has: without it nobody validates, with a wrong one nobody resolves. */
export function dnsDs01(host: Host): Judged {
  const zones = host.get(veilZones)
  if (zones === undefined || zones.zones.length === 0)
    return [notApplicable('no-zones', 'Veil serves no zone from this host.')]
  return zones.zones.map((zone) => (own: Host) => judgeZone(own, zone))
}

function judgeZone(host: Host, zone: VeilZone): Judgement {
  const subject = zone.name
  const seen = host.observed(delegation).find((each) => each.target === zone.name || `${each.target}.` === zone.name)
  if (seen === undefined) {
    return {
      subject,
      state: 'unknown',
      cause: 'not-asked',
      reason: 'Which DS the parent has, nobody has asked.',
      evidence: [],
      values: { zone: zone.name },
    }
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
  const say = (state: Judgement['state'], cause: string, reason: string): Judgement => ({
    subject,
    state,
    cause,
    reason,
    evidence,
    values: { zone: zone.name },
  })
  if (ds.length === 0)
    return say('fail', 'no-ds', 'The parent has no DS, so nobody validates its answers: send it to the registrar.')
  const own = new Set(keys.map((key) => key.toLowerCase()))
  const matching = ds.filter((each) => own.has(each.toLowerCase()))
  const tags = new Set(keys.map((key) => key.split(' ')[0]))
  const isWeak = ds.some((each) => each.split(' ')[2] === '1')
  if (matching.length === 0 && !ds.some((each) => tags.has(each.split(' ')[0]) && each.split(' ')[2] !== '2')) {
    return say(
      'fail',
      'mismatch',
      'No DS at the parent is of a key that the zone has: whoever validates gets SERVFAIL for every name.',
    )
  }
  if (isWeak) return say('warn', 'sha-1', 'A DS at the parent uses SHA-1, which validators no longer take.')
  const foreign = ds.filter((each) => !tags.has(each.split(' ')[0]))
  if (foreign.length > 0)
    return say('warn', 'extra-ds', 'A DS at the parent is of no key that is here: of a rollover, or left behind.')
  return say('pass', 'matches', 'Each DS at the parent is of a key that the zone has.')
}
