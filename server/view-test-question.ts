import { typeFromText } from '../dns/rr/registry.ts'
import { isMappedIPv4 } from '../guard/prefix-trie.ts'
import { formatListen, readAddress, readListen } from './address.ts'
import { readName } from './configuration/names.ts'
import type { Configuration } from './configuration/types.ts'
import { type Reading, read, unreadable } from './reading.ts'

export interface ViewTestQuestion {
  /** Wire, uncompressed. */
  readonly name: Uint8Array
  readonly type: number
  /** 16 octets, IPv4 v4-mapped. */
  readonly from: Uint8Array
  /** Index into `configuration.listen`. */
  readonly listener: number
  /** Asks for signatures and proofs (DO). */
  readonly dnssec: boolean
}

/** The question as an operator types it. */
export interface ViewTestText {
  readonly name: string
  readonly type: string
  readonly from: string
  /** Address and port asked; the first listener of the client's address family when left out. */
  readonly at?: string
  readonly dnssec?: boolean
}

/** What an operator types, made a question; or what is wrong with it. */
export function readViewTestQuestion(configuration: Configuration, text: ViewTestText): Reading<ViewTestQuestion> {
  const name = readName(text.name)
  if (name.outcome === 'unreadable') return unreadable(`${text.name} is no name: ${name.reason}`)
  const type = typeFromText(text.type)
  if (type === undefined) return unreadable(`"${text.type}" is no RR type`)
  const from = readAddress(text.from)
  if (from.outcome === 'unreadable') return from
  const listener = findListener(configuration, from.value, text.at)
  if (listener.outcome === 'unreadable') return listener
  return read({ name: name.value, type, from: from.value, listener: listener.value, dnssec: text.dnssec === true })
}

/** The listener asked: the one named, else the first of the client's address family, else the first. */
function findListener(configuration: Configuration, from: Uint8Array, at: string | undefined): Reading<number> {
  const { listen } = configuration
  if (at === undefined) {
    const family = isMappedIPv4(from, 0) ? 4 : 6
    const first = listen.findIndex((each) => each.family === family)
    return read(Math.max(0, first))
  }
  const wanted = readListen(at)
  if (wanted.outcome === 'unreadable') return wanted
  const index = listen.findIndex((each) => formatListen(each) === formatListen(wanted.value))
  if (index >= 0) return read(index)
  const known = listen.map(formatListen).join(', ')
  return unreadable(`the server does not listen at ${formatListen(wanted.value)}, but at ${known}`)
}
