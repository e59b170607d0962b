import { buildQuery, type Message, type MessageRecord } from '../../dns/message.ts'
import { nameToText } from '../../dns/name.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { NO_LIMITER, type Zones } from '../helpers/two-views.ts'
import { wireName } from '../helpers/zone.ts'

const OPTION_NSID = 3
const TYPE = { A: 1, SOA: 6, MX: 15, TXT: 16 } as const

/**
 * Two zones and a configuration of version `version`, 1 to 65,535: every TTL, address, preference, text and serial tells
 * it, and so does the server's NSID. An answer that mixes two versions shows, wherever its parts come from.
 */
export function zonesOf(version: number): Zones {
  const [high, low] = [version >> 8, version & 0xff]
  const soa = `@ SOA ns1 hostmaster ${version} 7200 3600 1209600 ${version}`
  return {
    'example.com': {
      base: `$TTL ${version}
${soa}
@ NS ns1
@ MX ${version} mail
ns1 A 192.${high}.${low}.1
mail A 192.${high}.${low}.2
www A 192.${high}.${low}.3
www A 192.${high}.${low}.4
alias CNAME www
far CNAME back.example.net.
text TXT v${version}
sub NS ns.sub
ns.sub A 192.${high}.${low}.5
*.wild MX ${version} ns1
`,
      overlay: `$TTL ${version}
mail A 10.${high}.${low}.2
db.staging MX ${version} mail
`,
    },
    'example.net': { base: `$TTL ${version}\n${soa}\n@ NS ns1.example.com.\nback CNAME alias.example.com.\n` },
  }
}

export function settingsOf(version: number): string {
  return `${NO_LIMITER}\nidentity: { nsid: v${version} }`
}

/** A question, and how many records that tell the version its answer has at least. */
export interface VersionedQuestion {
  readonly query: Uint8Array
  readonly records: number
  readonly text: string
}

/** Answers of several RRsets: from the additional section, along chains through both zones, referrals, denials. */
export const PUBLIC_QUESTIONS: readonly VersionedQuestion[] = [
  question('example.com', 'MX', 2),
  question('example.com', 'NS', 2),
  question('example.com', 'SOA', 1),
  question('alias.example.com', 'A', 3),
  question('far.example.com', 'A', 5),
  question('text.example.com', 'TXT', 1),
  question('x.wild.example.com', 'MX', 2),
  question('x.sub.example.com', 'A', 2),
  question('absent.example.com', 'A', 1),
  question('www.example.com', 'TXT', 1),
  question('absent.example.net', 'A', 1),
]

/** What only insiders get, from both files of the zone. */
export const INTERNAL_QUESTIONS: readonly VersionedQuestion[] = [
  ...PUBLIC_QUESTIONS,
  question('db.staging.example.com', 'MX', 2),
  question('staging.example.com', 'A', 1),
]

/** All versions that an answer tells of. */
export function versionsIn(message: Message): Set<number> {
  const records = recordsOf(message)
  const nsid = message.edns?.options.find(({ code }) => code === OPTION_NSID)
  return new Set([versionOfText(nsid?.data), ...records.flatMap((record) => [record.ttl, ...versionsOfRecord(record)])])
}

/** What all answers to one question have in common, whatever their version. */
export function shapeOf(message: Message): string {
  const sections = [message.answer, message.authority, message.additional]
  const shapes = sections.map((records) => records.map(({ name, type }) => `${nameToText(name)} ${type}`).sort())
  return JSON.stringify([message.flags, shapes])
}

export function recordsOf({ answer, authority, additional }: Message): MessageRecord[] {
  return [...answer, ...authority, ...additional]
}

function question(name: string, type: string, records: number): VersionedQuestion {
  const edns = { udpSize: 1232, options: [{ code: OPTION_NSID, data: new Uint8Array() }] }
  const query = buildQuery({ id: 0, name: wireName(name), type: typeFromText(type)!, edns })
  return { query, records, text: `${name} ${type}` }
}

function versionsOfRecord({ type, rdata }: MessageRecord): number[] {
  const view = new DataView(rdata.buffer, rdata.byteOffset, rdata.length)
  switch (type) {
    case TYPE.A:
      return [view.getUint16(1)]
    case TYPE.MX:
      return [view.getUint16(0)]
    case TYPE.SOA:
      return [view.getUint32(rdata.length - 20), view.getUint32(rdata.length - 4)]
    case TYPE.TXT:
      return [versionOfText(rdata.subarray(1))]
    default:
      return []
  }
}

function versionOfText(octets: Uint8Array | undefined): number {
  return Number(/^v(\d+)$/.exec(Buffer.from(octets ?? []).toString('latin1'))?.[1] ?? -1)
}
