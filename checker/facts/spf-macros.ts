/** A domain of a term, with its macros (RFC 7208 §7) as far as they do not stand for something of the message. */
export type Expanded =
  | { readonly outcome: 'fixed'; readonly name: string }
  /** It stands for another name with each message: by address, sender or greeting. */
  | { readonly outcome: 'varies' }
  | { readonly outcome: 'malformed' }

const MACRO = /%(?:([%_-])|\{([slodiphcrtv])(\d{0,3})(r?)([.+,/_=-]*)\}|)/gi
const LITERAL: Readonly<Record<string, string>> = { '%': '%', _: ' ', '-': '%20' }

/** Works out a term's domain for the policy of `domain`, which is that of the sender, too. */
export function expandedDomain(text: string, domain: string): Expanded {
  let varies = false
  let isMalformed = false
  const name = text.replace(MACRO, (_, literal?: string, letter?: string, digits = '', reverse = '', marks = '') => {
    if (literal !== undefined) return LITERAL[literal]!
    if (letter === undefined || digits === '0') {
      isMalformed = true
      return ''
    }
    if (!/[do]/i.test(letter)) {
      varies = true
      return ''
    }
    const parts = domain
      .replace(/\.$/, '')
      .split(new RegExp(`[${marks === '' ? '.' : marks.replace(/[-\\\]^]/g, '\\$&')}]`))
    const ordered = reverse === '' ? parts : parts.reverse()
    return ordered.slice(digits === '' ? 0 : -Number(digits)).join('.')
  })
  if (isMalformed) return { outcome: 'malformed' }
  return varies ? { outcome: 'varies' } : { outcome: 'fixed', name }
}
