import { count, labelled, type Paper, printable } from '../../console/paper.ts'
import type { ZoneReport } from '../../server/control/protocol.ts'
import type { ParentReport, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import { headlineOf } from './headline.ts'
import { awayFrom } from './times.ts'
import { DUTY_WORDS, keyName } from './words.ts'

/** How one zone is signed, in some lines, as seen at `now`. */
export function zoneStatus(
  paper: Paper,
  zone: ZoneReport,
  rollover: RolloverReport | undefined,
  now: number,
): string[] {
  const title = paper.bold(printable(shortName(zone.zone)))
  const { signing } = zone
  if (signing === undefined) return [`${title}: ${zone.dnssec === 'off' ? 'not signed' : 'signed elsewhere'}`]
  const how = `algorithm ${signing.algorithms.join(' and ')}, denial ${signing.denial}, wildcards ${signing.wildcards}`
  if (rollover === undefined) return [`${title}: signed, ${how}`]
  const { keys, alarms } = rollover
  const names = keys.map((key) => (key.duty === 'active' ? keyName(key) : `${keyName(key)} (${DUTY_WORDS[key.duty]})`))
  return [
    `${title}: ${rollover.goal === 'secure' ? 'signed' : paper.warn('on its way to being insecure')}`,
    ...labelled(
      paper,
      [
        ['how', how],
        ['keys', names.join(', ')],
        ['parent', parentInShort(rollover, now)],
        ['rollover', headlineOf(rollover)],
        ...alarms.map((alarm) => [paper.bad('alarm'), paper.bad(printable(alarm))] as const),
      ],
      '  ',
    ),
  ]
}

/** Which of the zone’s keys the parent names. */
function parentInShort({ parent, keys }: RolloverReport, now: number): string {
  if (parent.mode === 'off') {
    const named = keys.filter(({ records: { ds } }) => ds?.seen !== undefined || ds?.state === 'omnipresent')
    const known =
      named.length === 0 ? 'no DS that anybody has told of' : `DS of ${named.map(keyName).join(' and ')}, as told`
    return `${known}; nobody looks there`
  }
  if (parent.problem !== undefined) return `${printable(parent.problem)}`
  if (parent.checkedAt === undefined) return 'nobody has looked yet'
  return `${seen(parent)}; looked at ${awayFrom(now, parent.checkedAt)}`
}

function seen({ servers }: ParentReport): string {
  const answered = servers.filter(({ outcome }) => outcome === 'answered')
  const tags = [...new Set(answered.flatMap(({ keyTags }) => keyTags))]
  const addresses = count(answered.length, 'address', 'addresses')
  if (tags.length === 0) return `no DS of ours at ${addresses}`
  return tags
    .map((tag) => {
      const having = answered.filter(({ keyTags }) => keyTags.includes(tag)).length
      return `DS ${tag} at ${share(having, answered.length)}`
    })
    .join(', ')
}

function share(having: number, of: number): string {
  const addresses = count(of, 'address', 'addresses')
  if (having < of) return `${having} of ${addresses}`
  return of === 1 ? 'its only address' : `all ${addresses}`
}
