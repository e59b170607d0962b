import type { Host } from './host.ts'
import { boundedMatch } from './match.ts'
import { type NginxLocation, type NginxServer, nginxSetting } from './nginx.ts'

/**
 * The location that answers for a path (ngx_http_core_module): an exact one; else the longest prefix, where that is `^~`; else
 * the first expression in the order in which they stand; else the longest prefix. A location inside another is taken for one
 * beside it.
 */
export function nginxLocationFor(host: Host, { locations }: NginxServer, path: string): NginxLocation | undefined {
  const read = locations.map((location) => ({ location, ...partsOf(location.path) }))
  const exact = read.find(({ kind, word }) => kind === '=' && word === path)
  if (exact !== undefined) return exact.location
  const prefixes = read.filter(({ kind, word }) => (kind === '' || kind === '^~') && path.startsWith(word))
  const longest = prefixes.reduce<(typeof read)[number] | undefined>(
    (best, each) => (best === undefined || each.word.length > best.word.length ? each : best),
    undefined,
  )
  if (longest?.kind === '^~') return longest.location
  const expression = read.find(
    ({ kind, word }) =>
      kind.startsWith('~') && host.get(boundedMatch)(word, path, kind === '~*' ? 'i' : '') !== undefined,
  )
  return (expression ?? longest)?.location
}

/** Whether a location refuses whoever asks. */
export function refusesAll({ levels }: NginxLocation): boolean {
  const own = levels.at(-1) ?? []
  const refuses = own.some(
    ({ name, words }) => name === 'internal' || (name === 'return' && /^(?:403|404|410|444)$/.test(words[0] ?? '')),
  )
  return refuses || nginxSetting(levels, 'deny')?.words[0] === 'all'
}

/** `~* \.php$`: how it is compared, and with what. */
function partsOf(written: string): { readonly kind: string; readonly word: string } {
  const [, kind = '', word = ''] = /^(=|\^~|~\*|~)?\s*(.*)$/.exec(written) ?? []
  return { kind, word }
}
