import { createPrivateKey, createPublicKey } from 'node:crypto'

export interface Redacted {
  readonly text: string
  readonly redacted: boolean
}

/** What stands in a text where a secret stood. */
const REDACTED = '[redacted]'

const SECRET =
  '(?<!no)passw(?:or)?d|passphrase|(?<!by)pass(?=["\'\\]]?\\s?=)|secret|api[_-]?key|token|authtok|access[_-]?key|private[_-]?key|requirepass|masterauth|presharedkey|root-?pw|bindpw|credentials(?==)'
/** A word at the start of a line whose value, to its end, is a secret, in the configuration of any daemon. */
const SECRET_LINE = new RegExp(
  `^(\\s*(?:(?:export|setenv)\\s+)?["'<]?[\\w.-]*(?:${SECRET}|psk)["']?(?:\\s*[=:>]\\s*|\\s+))(\\S.*)$`,
  'is',
)
/** The same within a line: `--password=…`, `connect = host=… password=…`, `Environment=RESTIC_PASSWORD=…`. */
const SECRET_WORD = new RegExp(`((?:${SECRET})["'\\]]?\\s?[=:>]\\s?["']?)([^\\s"';,<>&]+)`, 'gi')
/** Between quotes it may hold spaces: `secret "…";`, `with password '…'`, `-e RESTIC_PASSWORD="…"`. */
const SECRET_QUOTED = new RegExp(`((?:${SECRET})["'\\]]?\\s?[=:>\\s]\\s?)("[^"]+"?|'[^']+'?)`, 'gi')
/** An option of a program and the word behind it, which in /proc a NUL parts; a name and its password for curl. */
const SECRET_OPTION = new RegExp(`((?:^|[\\s\\0])--?[\\w-]{0,40}(?:${SECRET})[ \\0])(?![-\\s\\0])([^\\s\\0;|&]+)`, 'gi')
const USER_OPTION = /((?:^|[\s\0])(?:-u|--user)[ \0=]["']?(?!\d)[^\s\0:"']{1,64}:)([^\s\0"']+)/g
/** `mysqldump -p…`, which takes it without a space. */
const MYSQL_OPTION = /(\b(?:mysql|mariadb)[\w-]{0,12}(?=[ \0])[^|;&]{0,200}?[ \0]-p)([^\s\0;|&]+)/g
/** Words that come before a secret in one daemon alone: HAProxy, Squid, Net-SNMP, fetchmail, and the header of HTTP. */
const SECRET_OF_DAEMON =
  /((?:\binsecure-password|\bstats\s{1,9}auth|^\s*r[ow]community6?|^\s*createUser\s{1,9}\S{1,99}\s{1,9}\w{1,20}|\bpass(?=\s{1,9}["'\w]\S*$)|\bauthorization["']?\s?[:=]\s?["']?(?:basic|bearer))\s{1,9}|\blogin=[^\s:]{1,64}:)(\S+)/gi
/** How GRUB writes a password. */
const PBKDF2 = /(\bgrub\.pbkdf2\.\w{1,20}\.)[\w.]+/g
/** A whole assignment in quotes, as systemd takes it: its value may hold spaces. */
const SECRET_IN_QUOTES = new RegExp(`(["'][\\w-]{0,60}(?:${SECRET})=)[^"']+`, 'gi')
/** A password as Dovecot, OpenLDAP and others write it, by its scheme: `{SHA512-CRYPT}$6$…`; or by the method of crypt(5) alone. */
const SCHEMED =
  /((?<![%$])\{(?:PLAIN|CLEAR(?:TEXT)?|[A-Z0-9-]{0,12}(?:MD[45]|SHA|CRYPT|PBKDF2|ARGON2|NTLM|LANMAN)[A-Z0-9.-]{0,12})\})(?!\[redacted\])([^\s:,;"']+)/gi
const CRYPTED = /(\$(?:1|2[abxy]?|5|6|y|gy|7|apr1)\$)[\w./=-]{1,60}\$[\w./$]{16,200}/g
/** What every line has that one of these patterns could change; of most files no line has it. */
const HINT =
  /pass|secret|token|authtok|key|psk|salt|masterauth|root-?pw|bindpw|credentials|authorization|stats\s|community|createUser|login=|-u|pbkdf2|mysql|mariadb|:\/\/|\{[A-Z0-9-]|\$[0-9a-z]{1,4}\$/i
/** Words that only speak about secrets: where a file lies, how one is asked for, whether one is needed. */
const HARMLESS_VALUE =
  /^["']?(?:(?:yes|no|on|off|true|false|none|required|prohibit-password)(?=[\s;,"']|$)|-$|\d{1,5}\s*$|\/(?:[\w.@%-]+\/)+[\w.@%-]*["']?(?:[\s;,].*)?$)/i
/** A variable that is filled in elsewhere. */
const VARIABLE = /^["']?\$(?:\{\w+\}|[A-Z_][A-Z0-9_]*)["']?\s*$/
const SECRET_IN_PHP =
  /(\bdefine\s{0,9}\(\s*['"][A-Z_]{0,60}(?:PASSWORD|KEY|SALT)['"]\s*,\s*(['"]))(?:\\.|(?!\2)[^\\])*/gi
/** A scheme is short: looked for without bound, a long word would be gone through from each of its letters. */
const USER_INFO_IN_URL = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]+:)([^\s/@]+)(@)/gi
const PRIVATE_KEY = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY|OpenVPN [\w -]{1,40})-----[\s\S]*?(?:-----END \1-----|$)/g
const SHADOW_HASH = /^([^:\n]+:)([^:\n]*)(:.*)$/
const SHADOW = /\/g?shadow-?$/
/** `passwd` and `password` begin lines there that are about neither: databases of names, kinds of modules. */
const NO_SECRETS = /^\/etc\/nsswitch\.conf$/
const NO_SECRET_LINES = /^\/etc\/pam\.d\//
/** Files that are a secret, or a list of them, whatever stands in a line. */
const SECRET_FILE =
  /(?:\/dovecot\/[\w.-]*(?:users|passwd)[\w.-]*|\/(?:\.pgpass|\.netrc|\.?htpasswd[\w.-]*|sasl_passwd|passwd\.client|[\w-]*(?:password|passphrase|secret|keyfile|privatekey|psk)s?(?:\.txt)?|[\w.-]+\.(?:key|pass|psk|secrets?)))$/i
/** OpenLDAP folds long lines and writes some in base64: a secret may begin in one line and end in the next. */
const LDIF = /\/slapd\.d\/.*\.ldif$/
const SECRET_OF_LDIF = /^(olc(?:RootPW|Syncrepl|DbIDAssertBind|DbACLBind|ChainURI)::).*/
/** What CHANGE MASTER TO said, one value a line. */
const MASTER_INFO = /\/master[\w-]*\.info$/
const PASSWORD_OF_MASTER_INFO = 5
const NO_SECRET_FILE = /^\/(?:usr|proc|sys)\/|\.conf\.d\//

/**
 * The text without its secrets. A private key becomes its public half (PEM), so that it can still be held against what
 * is published; of a password's hash the method stays (`$y$`), for weak ones are a finding.
 */
export function redact(path: string, text: string): Redacted {
  if (NO_SECRETS.test(path)) return { text, redacted: false }
  let result = text.replace(PRIVATE_KEY, (pem) => publicHalf(pem))
  const lines = lineRedaction(path, result !== text)
  if (lines === withoutSecrets && !HINT.test(text)) return { text, redacted: false }
  result = (LDIF.test(path) ? unfolded(result) : result.split('\n')).map(lines).join('\n')
  return { text: result, redacted: result !== text }
}

function lineRedaction(path: string, isPrivateKey: boolean): (line: string, index: number) => string {
  if (SHADOW.test(path)) return withoutHashes
  if (NO_SECRET_LINES.test(path)) return withoutSecretWords
  if (LDIF.test(path)) return (line) => withoutSecrets(line.replace(SECRET_OF_LDIF, `$1 ${REDACTED}`))
  if (MASTER_INFO.test(path)) return withoutPassword
  if (SECRET_FILE.test(path) && !NO_SECRET_FILE.test(path) && !isPrivateKey) return withoutAnything
  return withoutSecrets
}

/** Each folded line in one, and empty lines where its others were, so that lines keep their numbers. */
function unfolded(text: string): readonly string[] {
  const lines: string[] = []
  let open = 0
  for (const line of text.split('\n')) {
    if (line[0] === ' ' && lines.length > 0) {
      lines[open] += line.slice(1)
      lines.push('')
    } else open = lines.push(line) - 1
  }
  return lines
}

function withoutPassword(line: string, index: number): string {
  return index === PASSWORD_OF_MASTER_INFO && line !== '' ? REDACTED : withoutSecrets(line)
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
  if (!HINT.test(line)) return line
  return withoutSecretWords(line.replace(SECRET_LINE, unlessHarmless))
}

function withoutSecretWords(line: string): string {
  return line
    .replace(USER_INFO_IN_URL, `$1${REDACTED}$3`)
    .replace(SCHEMED, `$1${REDACTED}`)
    .replace(CRYPTED, `$1${REDACTED}`)
    .replace(SECRET_IN_PHP, `$1${REDACTED}`)
    .replace(PBKDF2, `$1${REDACTED}`)
    .replace(SECRET_IN_QUOTES, `$1${REDACTED}`)
    .replace(SECRET_QUOTED, (whole, before: string, value: string) =>
      isHarmless(value.slice(1)) ? whole : `${before}${value[0]}${REDACTED}${value[0]}`,
    )
    .replace(SECRET_WORD, unlessHarmless)
    .replace(SECRET_OPTION, unlessHarmless)
    .replace(USER_OPTION, unlessHarmless)
    .replace(MYSQL_OPTION, unlessHarmless)
    .replace(SECRET_OF_DAEMON, unlessHarmless)
}

function unlessHarmless(whole: string, before: string, value: string): string {
  return isHarmless(value) ? whole : `${before}${REDACTED}`
}

function isHarmless(value: string): boolean {
  return HARMLESS_VALUE.test(value) || VARIABLE.test(value) || value.startsWith(REDACTED)
}

/** Of a line `name:hash` the name and the method stay, of any other nothing. */
function withoutAnything(line: string): string {
  if (line.trim() === '' || line.startsWith('#') || line.includes(REDACTED)) return line
  const named = /^([^\s:]+:)(\$\w+\$|\{[\w.-]+\})?/.exec(line)
  return named === null ? REDACTED : `${named[1]}${named[2] ?? ''}${REDACTED}`
}

function withoutHashes(line: string): string {
  return line.replace(SHADOW_HASH, (_, name: string, hash: string, rest: string) => {
    const method = /^!?\$[0-9a-z]+\$/i.exec(hash)?.[0]
    if (method !== undefined) return `${name}${method}${REDACTED}${rest}`
    return /^[!*x]*$/.test(hash) ? `${name}${hash}${rest}` : `${name}${REDACTED}${rest}`
  })
}
