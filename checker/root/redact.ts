import { createPrivateKey, createPublicKey } from 'node:crypto'

export interface Redacted {
  readonly text: string
  readonly redacted: boolean
}

/** What stands in a text where a secret stood. */
export const REDACTED = '[redacted]'

/** Words before `=` or `:` whose value is a secret, in the configuration of any daemon. */
const SECRET_WORD =
  /^(\s*["'<]?[\w.-]*(?:passw(?:or)?d|passphrase|passwd|secret|api[_-]?key|auth[_-]?token|access[_-]?key|private[_-]?key|requirepass|masterauth|psk|presharedkey|privatekey)["']?\s*(?:[=:>]|\s)\s*)(\S.*)$/i
/** Words that only speak about secrets: where a file lies, how one is asked for, whether one is needed. */
const HARMLESS_VALUE =
  /^(?:["']?\/|yes\b|no\b|on\b|off\b|true\b|false\b|none\b|-$|\d{1,5}\s*$|required\b|prohibit-password\b)/i
const SECRET_IN_PHP = /^(\s*define\(\s*['"][A-Z_]*(?:PASSWORD|KEY|SALT)['"]\s*,\s*['"])([^'"]*)(['"].*)$/
const USER_INFO_IN_URL = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:)([^\s/@]+)(@)/gi
const PRIVATE_KEY = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g
const SHADOW_HASH = /^([^:\n]+:)([^:\n]*)(:.*)$/

/**
 * The text without its secrets. A private key becomes its public half (PEM), so that it can still be held against what
 * is published; of a password's hash the method stays (`$y$`), for weak ones are a finding.
 */
export function redact(path: string, text: string): Redacted {
  let result = text.replace(PRIVATE_KEY, (pem) => publicHalf(pem))
  const lines = /\/g?shadow-?$/.test(path) ? withoutHashes : withoutSecrets
  result = result.split('\n').map(lines).join('\n')
  return { text: result, redacted: result !== text }
}

function publicHalf(pem: string): string {
  try {
    const key = createPrivateKey(pem)
    const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string
    return `${REDACTED} private key; its public half:\n${spki.trimEnd()}`
  } catch {
    return `${REDACTED} private key`
  }
}

function withoutSecrets(line: string): string {
  const plain = line.replace(USER_INFO_IN_URL, `$1${REDACTED}$3`).replace(SECRET_IN_PHP, `$1${REDACTED}$3`)
  return plain.replace(SECRET_WORD, (whole, before: string, value: string) =>
    HARMLESS_VALUE.test(value) || value.startsWith(REDACTED) ? whole : `${before}${REDACTED}`,
  )
}

function withoutHashes(line: string): string {
  return line.replace(SHADOW_HASH, (_, name: string, hash: string, rest: string) => {
    const method = /^!?\$[0-9a-z]+\$/i.exec(hash)?.[0]
    if (method !== undefined) return `${name}${method}${REDACTED}${rest}`
    return /^[!*x]*$/.test(hash) ? `${name}${hash}${rest}` : `${name}${REDACTED}${rest}`
  })
}
