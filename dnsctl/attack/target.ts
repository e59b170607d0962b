import { Failure } from '../../console/failure.ts'
import { isMappedIPv4 } from '../../guard/prefix-trie.ts'
import { formatAddress, formatListen, parseAddress, readListen } from '../../server/address.ts'
import type { Configuration, ListenAddress } from '../../server/configuration/types.ts'
import { interfaceAddresses, isOwnAddress } from '../../server/own-address.ts'
import { compileViewSelection, selectView } from '../../server/view-selection.ts'
import { viewNames } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import type { Road } from './client.ts'

/** Where to attack, and as whose client. */
export interface Target {
  readonly road: Road
  readonly view: string
}

/** What the operator said of it; nothing: as a client for whom there is no particular view. */
export interface TargetWish {
  readonly view: string | undefined
  readonly from: string | undefined
}

/**
 * A listener of the own configuration that is on this machine, and a local address that gets the view there. Throws a
 * `Failure` where there is none: nobody else's server is ever asked.
 *
 * `listening` is where the running server listens, in place of what the configuration says.
 */
export function chooseTarget(
  configuration: Configuration,
  listening: readonly string[] | undefined,
  wish: TargetWish,
): Target {
  const listen = listening === undefined ? configuration.listen : listenAddresses(listening)
  const candidates = listen.flatMap((each, listener) => localForms(each).map((address) => ({ ...address, listener })))
  if (candidates.length === 0) throw nobodyHere(listen)
  const sources = wish.from === undefined ? likelySources(configuration) : [ownSource(wish.from)]
  const select = viewSelector(configuration, listen)
  const roads = candidates.flatMap(({ address, port, family, listener }) =>
    sources
      .filter((source) => isMappedIPv4(source, 0) === (family === 4))
      .map((source) => ({ road: { address, port, from: formatAddress(source) }, view: select(listener, source) })),
  )
  const wanted = wish.view ?? (wish.from === undefined ? viewForEverybody(configuration) : undefined)
  const chosen = roads.find(({ view }) => view !== undefined && (wanted === undefined || view === wanted))
  if (chosen?.view === undefined) throw noSource(wish, wanted)
  return { road: chosen.road, view: chosen.view }
}

function listenAddresses(texts: readonly string[]): ListenAddress[] {
  return texts.flatMap((text) => {
    const reading = readListen(text)
    return reading.outcome === 'read' ? [reading.value] : []
  })
}

/** The address itself where it is local; a wildcard is reached by loopback. */
function localForms(listen: ListenAddress): ListenAddress[] {
  const address = parseAddress(listen.address)
  if (address === undefined) return []
  const isWildcard = address.subarray(isMappedIPv4(address, 0) ? 12 : 0).every((octet) => octet === 0)
  if (isWildcard) return [{ ...listen, address: listen.family === 4 ? '127.0.0.1' : '::1' }]
  return isOwnAddress(address) ? [listen] : []
}

/** This machine's addresses, and those of loopback that prefixes of clients begin with. */
function likelySources({ views }: Configuration): Uint8Array[] {
  const ofPrefixes = views.flatMap(({ clients }) => clients ?? []).map(({ address }) => address)
  const loopback = ['127.0.0.1', '::1', '127.0.0.2', '127.83.0.1'].flatMap((text) => parseAddress(text) ?? [])
  return [...loopback, ...ofPrefixes, ...interfaceAddresses()].filter(isOwnAddress)
}

function ownSource(text: string): Uint8Array {
  const address = parseAddress(text)
  if (address !== undefined && isOwnAddress(address)) return address
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: address === undefined ? `${text} is no IP address` : `${text} is no address of this machine`,
    why: 'Questions can only be asked from an address that answers come back to.',
    next: '`ip address` lists those of this machine; any of 127.0.0.0/8 will do where the server listens on loopback',
  })
}

function viewSelector(configuration: Configuration, listen: readonly ListenAddress[]) {
  const selection = compileViewSelection(configuration.views, configuration.listen.length)
  const names = viewNames(configuration)
  // A server that was told on its command line to listen elsewhere has no views that are bound to a listener.
  const known = configuration.listen.map(formatListen)
  return (listener: number, source: Uint8Array): string | undefined => {
    const index = Math.max(0, known.indexOf(formatListen(listen[listener]!)))
    return names[selectView(selection, index, source, 0)]
  }
}

function viewForEverybody({ views }: Configuration): string | undefined {
  const open = views.filter(({ clients, listen }) => clients === undefined && listen === undefined)
  if (open.length === 1) return open[0]!.name
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: 'No view is for everybody, so it has to be said which one is attacked',
    next: `\`--view\` with ${views.map(({ name }) => name).join(', ')}, or \`--from\` with an address`,
  })
}

function nobodyHere(listen: readonly ListenAddress[]): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: `${listen.map(formatListen).join(', ')}: not on this machine`,
    why: 'Only the own server is attacked: one that the configuration has listen at an address of this machine.',
    next: 'the same command on the machine that the server runs on',
  })
}

function noSource({ from }: TargetWish, wanted: string | undefined): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what:
      from === undefined
        ? `No address of this machine gets the view ${wanted}`
        : `${from} does not get the view ${wanted}`,
    why: 'Which view a client gets follows from its address and from where it asks.',
    next: `\`dnsctl view list\` shows who gets which; \`--from\` names an address`,
  })
}
