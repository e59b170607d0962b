/*
 * A waiver is a comment at a record: behind it, within its parentheses, or in a line of its own in front of it.
 *
 *     nas A 192.168.1.4   ; veil: allow private-address "insiders use it from home, too"
 */

/** What a waiver says, or why nobody can tell. */
export type WaiverReading =
  | { readonly outcome: 'read'; readonly rule: string; readonly reason: string }
  | { readonly outcome: 'unreadable'; readonly found: string; readonly remedy: string }

/** Reads the text of a waiver; `rules` are the ids there are. Any pair of quotes will do. */
export function readWaiver(text: string, rules: readonly string[]): WaiverReading {
  const [, verb, rule = '', quoted = ''] = /^\s*(\S+)(?:\s+(\S+)(?:\s+(.*))?)?$/.exec(text) ?? []
  if (verb !== 'allow') return unreadable(`\`${verb ?? ''}\` behind \`veil:\``, EXAMPLE)
  if (!rules.includes(rule)) return unreadable(`a waiver of ${rule === '' ? 'no rule' : `"${rule}"`}`, listed(rules))
  const reason = quoted.trim().replace(/^["'“”](.*)["'“”]$/s, '$1')
  if (reason === '') return unreadable(`a waiver of ${rule} without a reason`, EXAMPLE)
  return { outcome: 'read', rule, reason }
}

const EXAMPLE = 'For example: ; veil: allow private-address "the VPN uses it"'

function listed(rules: readonly string[]): string {
  return `There are ${rules.slice(0, -1).join(', ')} and ${rules.at(-1)}.`
}

function unreadable(found: string, remedy: string): WaiverReading {
  return { outcome: 'unreadable', found, remedy }
}
