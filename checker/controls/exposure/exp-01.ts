import type { Host } from '../../facts/host.ts'
import { isPublicAddress } from '../../facts/prefixes.ts'
import { hiddenNames, publicRecords, veilZones, type ZoneRecord } from '../../facts/veil-zones.ts'
import { type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { type DnsViewResult, dnsView } from '../../probes/dns-view.ts'
import { latestOfEach, type Observation } from '../../probes/probe.ts'
import { judgeTargets } from './record-targets.ts'

/** Labels that say what a host is for, to those who should not care. */
const TELLING =
  /^(?:.*-)?(staging|stage|dev|devel|test|testing|qa|uat|int|internal|intranet|vpn|admin|jenkins|gitlab|ci|db\d*|database|mysql|postgres|redis|ldap|backup|nagios|zabbix|grafana|kibana|phpmyadmin|old|legacy)(?:\d*|-.*)$/
const TELLING_TYPES = new Set(['HINFO', 'LOC', 'RP', 'WKS'])

/** What strangers may ask for holds no private address, no name of another view, and no label that invites. */
export function exp01(host: Host): readonly Judgement[] {
  const zones = host.get(veilZones)
  if (zones === undefined) return [notApplicable('no-zones', 'Veil serves no zone from this host.')]
  const records = publicRecords(zones)
  const judged = [
    ...records.flatMap((record) => judgeAddress(record)),
    ...judgeLabels(host, records),
    ...judgeTypes(records),
    ...judgeTargets({
      shown: records,
      hidden: hiddenNames(zones),
      zones: zones.zones.map(({ name }) => `${name.toLowerCase().replace(/\.$/, '')}.`),
    }),
    ...judgeOutside(host, records),
  ]
  if (judged.length > 0) return judged
  const hidden = hiddenNames(zones).size
  const looks = latestOfEach(host.observed(dnsView))
  const asked = looks.length === 0 ? '' : ' Asked from outside, none of them was told from a name that nobody has.'
  const reason = `Strangers get ${records.length} records, with no private address and no telling name; ${hidden === 0 ? 'no name is' : hidden === 1 ? 'one name is' : `${hidden} names are`} hidden from them.${asked}`
  return [
    {
      subject: HOST,
      state: 'pass',
      cause: 'clean',
      reason,
      evidence: [...records.slice(0, 1).map((record) => record.evidence), ...looks.map(askedOf)],
    },
  ]
}

function judgeAddress(record: ZoneRecord): readonly Judgement[] {
  if ((record.type !== 'A' && record.type !== 'AAAA') || isPublicAddress(record.rdata)) return []
  const reason = `Everybody learns that ${record.owner} has the address ${record.rdata}, which only insiders reach.`
  return [
    {
      subject: record.owner,
      state: 'fail',
      cause: 'private-address',
      reason,
      evidence: [record.evidence],
      values: { name: record.owner },
    },
  ]
}

function judgeLabels(host: Host, records: readonly ZoneRecord[]): readonly Judgement[] {
  const meant = new Set(host.declared.publicLabels)
  const seen = new Map<string, ZoneRecord>()
  for (const record of records) {
    const [label = ''] = record.owner.split('.')
    if (TELLING.test(label) && !meant.has(label) && !seen.has(record.owner)) seen.set(record.owner, record)
  }
  return [...seen.values()].map((record) => ({
    subject: record.owner,
    state: 'warn',
    cause: 'telling-label',
    reason: `${record.owner} says to everybody what it is for; if that is meant, declare its label (public-labels).`,
    evidence: [record.evidence],
    values: { name: record.owner },
  }))
}

function judgeTypes(records: readonly ZoneRecord[]): readonly Judgement[] {
  return records
    .filter((record) => TELLING_TYPES.has(record.type))
    .map((record) => ({
      subject: `${record.owner} ${record.type}`,
      state: 'warn',
      cause: 'telling-type',
      reason: `Its ${record.type} record tells everybody what nobody needs to know.`,
      evidence: [record.evidence],
    }))
}

/** A probe asked from outside for each name of another view, and held the answers against those for names that nobody has; a public name among them differs, as it should. */
function judgeOutside(host: Host, records: readonly ZoneRecord[]): readonly Judgement[] {
  const shown = new Set(records.map(({ owner }) => owner))
  const learned = latestOfEach(host.observed(dnsView)).flatMap((seen) =>
    seen.found.learned.map((name) => ({ name, seen })),
  )
  const told = new Set(learned.map(({ name }) => name).filter((name) => !shown.has(name)))
  return [...told].map((subject) => {
    const reason = `Asked from outside, the answer for ${subject} differs from that for a name that nobody has.`
    const evidence = learned.filter(({ name }) => name === subject).map(({ seen }) => askedOf(seen))
    return { subject, state: 'fail', cause: 'learned-outside', reason, evidence }
  })
}

function askedOf({ target, at, found }: Observation<DnsViewResult>): Evidence {
  return { source: 'probe', path: target, excerpt: `asked for ${found.asked} hidden names`, at }
}
