import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { exists } from './paths.ts'
import { readIfThere, withoutBlockComments } from './read-lines.ts'

/** OSSEC's or Wazuh's agent or manager, as ossec.conf has it. */
export interface Ossec {
  readonly folder: string
  readonly isSyscheckOn: boolean
  /** Seconds between two looks at all files; 12 hours where it does not say. */
  readonly frequency: number
  /** Changes of some folders are seen as they are made. */
  readonly isRealtime: boolean
  readonly isRootcheckOn: boolean
  readonly sendsMail: boolean
  readonly mailTo: string | undefined
  readonly watched: readonly string[]
  /** Where it reports to; undefined: it works alone. */
  readonly manager: string | undefined
  /** It has a key, so the manager knows it. */
  readonly isEnrolled: boolean
  /** Unix seconds of the last sign of life that its manager acknowledged; undefined: none. */
  readonly lastAcknowledged: number | undefined
  readonly at: Place
}

/** ossec.conf may hold several roots and is then no well-formed XML; only the few elements that matter are looked for. */
export const ossec = fact('ossec', ({ root }): Ossec | undefined => {
  const folder = '/var/ossec'
  const file = readIfThere(root, `${folder}/etc/ossec.conf`)
  if (file === undefined) return undefined
  const text = withoutBlockComments(file.text, '<!--', '-->')
  const blocks = (name: string) => elementsOf(text, name)
  const value = (block: string, name: string) => elementsOf(block, name)[0]?.trim()
  const syscheck = blocks('syscheck')
  const disabled = syscheck.map((block) => value(block, 'disabled')).findLast((each) => each !== undefined)
  const global = blocks('global').join('\n')
  const client = blocks('client').join('\n')
  const keys = readIfThere(root, `${folder}/etc/client.keys`)
  const line = text.slice(0, Math.max(text.indexOf('<syscheck>'), 0)).split('\n').length
  return {
    folder,
    isSyscheckOn: syscheck.length > 0 && disabled !== 'yes',
    frequency: Number(syscheck.flatMap((block) => value(block, 'frequency') ?? []).at(-1) ?? 43_200),
    isRealtime: syscheck.some((block) => /<directories\b[^<>]{0,500}\b(?:realtime|whodata)="yes"/.test(block)),
    isRootcheckOn: !blocks('rootcheck').some((block) => value(block, 'disabled') === 'yes'),
    sendsMail: value(global, 'email_notification') === 'yes',
    mailTo: value(global, 'email_to'),
    watched: syscheck.flatMap((block) =>
      elementsOf(block, 'directories').flatMap((list) => list.split(',').map((each) => each.trim())),
    ),
    manager: value(client, 'address') ?? value(client, 'server-ip') ?? value(client, 'server-hostname'),
    isEnrolled: (keys?.text.trim() ?? '') !== '' || (exists(root, `${folder}/etc/client.keys`) && keys === undefined),
    lastAcknowledged: acknowledgedAt(readIfThere(root, `${folder}/var/run/wazuh-agentd.state`)?.text),
    at: placeIn(file, line),
  }
})

/** What stands between `<name …>` and the `</name>` that follows, for each. */
function elementsOf(text: string, name: string): readonly string[] {
  const [open, close] = [`<${name}`, `</${name}>`]
  const found: string[] = []
  let from = 0
  for (let start = text.indexOf(open); start !== -1; start = text.indexOf(open, from)) {
    const begin = text.indexOf('>', start) + 1
    const end = begin === 0 ? -1 : text.indexOf(close, begin)
    if (end === -1) break
    if (/^[\s>]/.test(text[start + open.length] ?? '')) found.push(text.slice(begin, end))
    from = /^[\s>]/.test(text[start + open.length] ?? '') ? end + close.length : start + open.length
  }
  return found
}

function acknowledgedAt(state: string | undefined): number | undefined {
  const time = /^last_ack='([\d-]+ [\d:]+)'/m.exec(state ?? '')?.[1]
  const parsed = time === undefined ? Number.NaN : Date.parse(`${time.replace(' ', 'T')}Z`) / 1000
  return Number.isNaN(parsed) ? undefined : parsed
}
