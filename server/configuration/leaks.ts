import { type AddressPrefix, isIPv4Prefix, isMappedIPv4 } from '../../guard/prefix-trie.ts'
import { hasErrors } from '../../zones/file-problem.ts'
import { isPrivatePrefix, scopeOf } from '../../zones/leaks/addresses.ts'
import { inWords, levelOf } from '../../zones/leaks/lint.ts'
import type { LeakLevels, View } from '../../zones/leaks/rule.ts'
import { LEAK_RULES } from '../../zones/leaks/rules.ts'
import { parseAddress } from '../address.ts'
import type { Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import type { Configuration, ListenAddress, ViewConfiguration } from './types.ts'

/** A prefix shorter than that, within 128 bits, holds strangers, whoever else is in it. */
const SHORTEST = { ipv4: 96 + 8, ipv6: 16 }

/** The levels that the operator sets. What is wrong with the views themselves is reported here, for here it is written. */
export function resolveLeaks(
  raw: RawConfiguration['leaks'],
  views: readonly ViewConfiguration[],
  listen: readonly ListenAddress[],
  report: Report,
): LeakLevels {
  const levels: LeakLevels = Object.fromEntries(
    Object.entries(raw ?? {}).flatMap(([rule, level]) => (level === undefined ? [] : [[rule, level]])),
  )
  // Views that are wrong in themselves may name listeners that are not there.
  for (const rule of hasErrors(report.problems) ? [] : LEAK_RULES) {
    const level = levelOf(rule, levels, false)
    if (rule.detector.by !== 'views' || level === 'off') continue
    for (const { view, what, other } of rule.detector.find(leakViews({ views, listen }))) {
      report.atKey(['views'], view, {
        ...(level === 'warning' ? { severity: level } : {}),
        rule: rule.id,
        found: what,
        expected: inWords(rule.expected, view, other),
        remedy: inWords(rule.remedy, view, other),
      })
    }
  }
  return levels
}

/** What the lint has to know beside the zones. */
export interface LeakSettings {
  readonly views: readonly View[]
  readonly levels: LeakLevels
}

/** What of a configuration that comes from. */
export type ViewsAndLeaks = Pick<Configuration, 'views' | 'listen' | 'leaks'>

/** Views and levels as the configuration has them. */
export function leakSettings(configuration: ViewsAndLeaks): LeakSettings {
  return { views: leakViews(configuration), levels: configuration.leaks }
}

function leakViews({ views, listen }: Pick<Configuration, 'views' | 'listen'>): View[] {
  const inside = new Set(listen.filter(isInside))
  return views.map((view) => {
    const listeners = view.listen?.map((index) => listen[index]!) ?? listen
    const isBoundInside =
      view.listen !== undefined && inside.size < listen.length && listeners.every((each) => inside.has(each))
    const isOpen = !isBoundInside && (view.clients?.some(holdsStrangers) ?? true)
    const clients = view.clients?.map(({ address }) => (isMappedIPv4(address, 0) ? 4 : 6)) ?? ([4, 6] as const)
    const reachable = listeners.filter(({ address }) => scopeOfText(address)?.isLoopback !== true)
    return {
      name: view.name,
      isOpen,
      isExposed: isOpen && (listen.length === 0 || listeners.some((each) => !inside.has(each))),
      addresses: listeners.map(({ address }) => plainAddress(parseAddress(address)!)),
      hosts: (view.clients ?? []).flatMap((client) => (client.length === 128 ? [plainAddress(client.address)] : [])),
      families: {
        clients: [...new Set(clients)],
        listen: [...new Set(reachable.map(({ family }) => family))],
      },
    }
  })
}

function holdsStrangers(prefix: AddressPrefix): boolean {
  const { address, length } = prefix
  const isIPv4 = isIPv4Prefix(prefix)
  if (isPrivatePrefix(plainAddress(address), isIPv4 ? length - 96 : length)) return false
  return length < (isIPv4 ? SHORTEST.ipv4 : SHORTEST.ipv6)
}

/** An address that nobody reaches from outside. */
function isInside({ address }: ListenAddress): boolean {
  return scopeOfText(address) !== undefined
}

function scopeOfText(text: string): ReturnType<typeof scopeOf> {
  const address = parseAddress(text)
  return address && scopeOf(plainAddress(address))
}

function plainAddress(address: Uint8Array): Uint8Array {
  return isMappedIPv4(address, 0) ? address.subarray(12) : address
}
