import type { ZoneConfiguration } from '../../../server/configuration/types.ts'
import { ownAddresses } from '../../facts/addresses.ts'
import type { Host } from '../../facts/host.ts'
import { prefixHolds } from '../../facts/prefixes.ts'
import { type VeilZone, veilConfiguration, veilZones } from '../../facts/veil-zones.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable, type Say, sayOf } from '../../judging/say.ts'
import { type DelegationResult, delegation } from '../../probes/delegation.ts'
import type { Observation } from '../../probes/probe.ts'
import { type RegistrationResult, registration } from '../../probes/registration.ts'
import type { Judged } from '../judge.ts'
import { judgeTakeover } from './takeover.ts'

const FRESH_SECONDS = 30 * 86_400
const EXPIRY_SECONDS = 60 * 86_400
const LOCKS = /transfer ?prohibited/i

type NamedZone = Pick<ZoneConfiguration, 'name' | 'file'>

/** The name servers of a zone are the operator's own, they answer, and nobody can move the domain behind his back. */
export function dnsOwn01(host: Host): Judged {
  const zones = host.get(veilConfiguration)?.configuration.zones ?? []
  if (zones.length === 0) return [notApplicable('no-zones', 'Veil serves no zone from this host.')]
  return zones.flatMap((zone) => [
    (own: Host) => judgeDelegation(own, zone),
    // An overlay that is sealed leaves open what its records are, and not what the parent says.
    (own: Host) => judgeRecords(own, zone),
  ])
}

function judgeRecords(host: Host, zone: NamedZone): readonly Judgement[] {
  const read = host.get(veilZones)?.zones.find(({ name }) => name === zone.name)
  return read === undefined ? [] : [...judgeAuthorities(read, zone), ...judgeTakeover(host, read)]
}

function judgeDelegation(host: Host, zone: NamedZone): Judgement {
  const seen = host.observed(delegation).find((each) => each.target === zone.name || `${each.target}.` === zone.name)
  if (seen === undefined) {
    const reason = 'Nobody has asked what the parent says of it.'
    return sayOf(zone.name, [], valuesOf(zone))('unknown', 'not-asked', reason)
  }
  const { found } = seen
  const evidence: readonly Evidence[] = [
    {
      source: 'probe',
      path: seen.target,
      excerpt: `parent: ${found.parent.join(' ')}; zone: ${found.child.join(' ')}`,
      at: seen.at,
    },
  ]
  const say = sayOf(zone.name, evidence, valuesOf(zone))
  if (found.lame.length > 0)
    return say(
      'fail',
      'lame',
      `${found.lame.join(', ')} is named as a name server and does not answer for it: who gets hold of that name gets the zone.`,
    )
  const [atParent, atChild] = [[...found.parent].sort(), [...found.child].sort()]
  if (atParent.join() !== atChild.join())
    return say('fail', 'differs', 'The parent names other name servers than the zone itself.')
  const foreign = foreignServers(host, found)
  if (foreign.length > 0)
    return say('fail', 'foreign', `${foreign.join(', ')} is not the operator's own: who runs it answers for the zone.`)
  if (found.unasked !== undefined && found.unasked.length > 0)
    return say('unknown', 'unasked', `Whether ${found.unasked.join(', ')} answers for it could not be asked from here.`)
  if (host.now - seen.at > FRESH_SECONDS)
    return say(
      'warn',
      'stale',
      'Its name servers were the operator’s own and answered, but that was more than 30 days ago.',
    )
  return judgeRegistration(host, seen, say)
}

function foreignServers(host: Host, found: DelegationResult): readonly string[] {
  const own = [...host.declared.ownPrefixes, ...host.declared.publicAddresses, ...host.get(ownAddresses)]
  return found.parent.filter((name) =>
    (found.addresses[name] ?? []).some((address) => !own.some((prefix) => prefixHolds(prefix, address))),
  )
}

function judgeRegistration(host: Host, seen: Observation<DelegationResult>, say: Say): Judgement {
  const { locks, expires } = registrationOf(host, seen)
  if (expires !== undefined && expires - host.now < EXPIRY_SECONDS)
    return say('fail', 'expires', 'The registration ends within 60 days.')
  if (locks === undefined)
    return say(
      'manual',
      'registrar',
      'Its name servers are the operator’s own and answer; whether the registration is locked, its registrar did not say.',
    )
  if (!locks.some((lock) => LOCKS.test(lock)))
    return say(
      'warn',
      'no-lock',
      'Its name servers are the operator’s own, but the registration is not locked against transfer.',
    )
  return say('pass', 'own', 'Its name servers are the operator’s own, they answer, and the registration is locked.')
}

/** What the registry says of the domain that the zone is, or lies in; the nearest, and not of long ago. */
function registrationOf(host: Host, { target, found }: Observation<DelegationResult>): Partial<RegistrationResult> {
  const zone = `${target.replace(/\.$/, '')}.`
  const known = host
    .observed(registration)
    .filter((each) => host.now - each.at <= FRESH_SECONDS && `.${zone}`.endsWith(`.${each.target}`))
    .sort((one, other) => other.target.length - one.target.length)[0]
  return known?.found ?? found
}

/** CAA (RFC 8659) says which authorities may make certificates; without it any may. */
function judgeAuthorities(zone: VeilZone, named: NamedZone): readonly Judgement[] {
  const records = zone.views.filter((view) => view.isPublic).flatMap((view) => view.records)
  if (records.length === 0) return []
  const authority = records.find((record) => record.type === 'CAA' && record.owner === zone.name)
  const say = sayOf(`${zone.name} CAA`, authority === undefined ? [] : [authority.evidence])
  if (authority !== undefined) return [say('pass', 'caa', 'It says which authorities may make certificates for it.')]
  const reason = 'It does not say which authorities may make certificates for it, so any may.'
  return [{ ...say('warn', 'no-caa', reason), values: valuesOf(named) }]
}

function valuesOf({ name, file }: NamedZone): NonNullable<Judgement['values']> {
  return { zone: name, zoneFile: file }
}
