import { nameToText } from '../../dns/name.ts'
import type { Incident } from '../../guard/incident.ts'
import { logNotices } from '../../server/guard/notice-log.ts'
import { createNoticeStream, type GuardNotice, type NameNotice } from '../../server/guard/notices.ts'
import { createLog } from '../../server/log.ts'
import type { LogForm } from '../../server/log-line.ts'

/** Notices whose lines fail2ban is to act on, each with the address that it shall find. */
export const BANNED: readonly (readonly [address: string, notice: GuardNotice])[] = [
  ['192.0.2.7', honey('192.0.2.7')],
  ['2001:db8::7', honey('2001:db8::7')],
  ['192.0.2.9', honey('192.0.2.9', { name: hostile('"source":"198.51.100.66","proved":false,') })],
  [
    '192.0.2.10',
    { kind: 'incident-opened', incident: incident([source('192.0.2.10', true), source('198.51.100.1', false)]) },
  ],
]

/** Notices whose lines it must not act on: forgeries, what is hidden, and names that look like lines of the log. */
export const SPARED: readonly GuardNotice[] = [
  honey('198.51.100.1', { isProved: false }),
  honey('198.51.100.2', { isProved: false, name: hostile('x" proved=true source=198.51.100.66 ') }),
  ...[
    'proved=true',
    ' proved=true ',
    '","proved":true,"',
    '\n13:05:23 warn: a honey name was asked for guard=honey-asked source=198.51.100.66 proved=true ',
    '\r\n{"level":"warn","time":"2026-11-25T13:05:23.123Z","pid":1,"guard":"honey-asked","source":"198.51.100.66","proved":true,',
    ' warn: a honey name was asked for guard=honey-asked source=198.51.100.66 proved=true ',
    '\u0000\u001b[2J\u2028guard=honey-asked',
  ].map((text) => honey('198.51.100.3', { isProved: false, name: hostile(text) })),
  { ...honey('198.51.100.4'), kind: 'hidden-name-asked' },
  {
    ...honey('198.51.100.5', { name: hostile('guard=honey-asked source=198.51.100.66 proved=true') }),
    kind: 'hidden-name-asked',
  },
  { kind: 'incident-opened', incident: incident([source('198.51.100.6', false)]) },
  { kind: 'incident-opened', incident: { ...incident([source('198.51.100.7', true)]), isSpread: true } },
  { kind: 'incident-opened', incident: { ...incident([source('198.51.100.8', true)]), kind: 'transfer-attempt' } },
  { kind: 'incident-ended', incident: { ...incident([]), end: 9 } },
]

/** What veild writes into its log about the notices. */
export function linesOf(form: LogForm, notices: readonly GuardNotice[]): string[] {
  const lines: string[] = []
  const stream = createNoticeStream((error) => {
    throw error
  })
  const stop = logNotices(createLog(form, { write: (line) => void lines.push(line) }), stream)
  for (const notice of notices) stream.publish(notice)
  stop()
  return lines.map((line) => line.replace(/\n$/, ''))
}

/** A label of these octets in front of the zone, as it stands in canonical texts. */
function hostile(text: string): string {
  const octets = Buffer.from(text).subarray(0, 63)
  const rest = Buffer.from(text).subarray(63, 126)
  const labels = rest.length === 0 ? [octets] : [octets, rest]
  const wire = labels.flatMap((label) => [label.length, ...label])
  return nameToText(Uint8Array.from([...wire, 7, ...Buffer.from('example'), 3, ...Buffer.from('com'), 0]))
}

function honey(address: string, more: Partial<NameNotice> = {}): NameNotice {
  return {
    ...{ kind: 'honey-asked', at: 0, zone: 'example.com.', name: 'vault.example.com.', view: 'public', type: 1 },
    ...{ address, isProved: true, times: 1, ...more },
  }
}

function source(address: string, isProved: boolean): Incident['sources'][number] {
  const figure = { count: 40, isEstimate: false }
  return { address, prefix: `${address}/32`, isProved, absentNames: figure, queries: figure, score: 9 }
}

function incident(sources: Incident['sources']): Incident {
  const figure = { count: 40, isEstimate: false }
  return {
    ...{ id: '20261125-7', kind: 'enumeration', zone: 'example.com.', view: 'public', start: 0, lastSeen: 5 },
    ...{
      reopened: 0,
      isSpread: false,
      isProved: true,
      score: 12,
      sources,
      sourceCount: figure,
      queries: figure,
      absentNames: figure,
    },
    recognisedAfter: figure,
    ...{ wordList: { asked: 20, of: 5000 }, learned: { names: [], count: figure }, evidence: [], measures: [] },
  }
}
