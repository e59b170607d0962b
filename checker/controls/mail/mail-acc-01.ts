import { citeDovecot, type Dovecot, dovecot, dovecotSetting, protocolsOf } from '../../facts/dovecot.ts'
import { isWeakScheme, mailFolders, passwordStores } from '../../facts/dovecot-passwords.ts'
import type { Host } from '../../facts/host.ts'
import {
  citeParameter,
  type Postfix,
  type PostfixService,
  parameterOf,
  postfix,
  smtpServers,
} from '../../facts/postfix.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { letsIn, type User, users } from '../../facts/users.ts'
import { cite, citeStatus, type Judgement, type Place, placeIn } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import type { Step } from '../../remedy/step.ts'
import type { Judged } from '../judge.ts'

/** Kinds of passdb that ask for users of the system. */
const SYSTEM_PASSDBS: readonly string[] = ['pam', 'shadow', 'passwd', 'bsdauth']
/** Mechanisms that hand over the password itself. */
const PLAINTEXT: readonly string[] = ['plain', 'login']
/** Debian's first user of a person. */
const FIRST_PERSON = 1000
const NOBODY = 65534
/** What others may do in a home folder, and what its group may not: 0750 has none of it. */
const NOT_OF_OTHERS = 0o027
/** Methods of crypt(5) that are guessed by the billion each second: MD5's, and DES's, which has no mark. */
const WEAK_HASH = /^!?(?:\$1\$|\[redacted\]$)/

/** Who reads mail here can do nothing else here, and hands no password over in the clear. */
export function mailAcc01(host: Host): Judged {
  const imap = host.get(dovecot)
  const mail = host.get(postfix)
  const logins = imap === undefined ? [] : [judgeLogins(imap), ...judgeUsers(host, imap), judgePasswords, judgeFolders]
  const submissions = mail === undefined ? [] : smtpServers(mail).flatMap((service) => judgeService(mail, service))
  const judged = [...logins, ...submissions]
  if (judged.length > 0) return judged
  return [notApplicable('no-accounts', 'Neither Dovecot nor Postfix lets anybody log in here.')]
}

/** Dovecot's ports for the world: ssl = required, and disable_plaintext_auth by itself, refuse passwords before TLS. */
function judgeLogins(found: Dovecot): Judgement {
  const protocols = [...protocolsOf(found)].filter((name) => /^(?:imap|pop3)s?$/.test(name))
  const settings = ['disable_plaintext_auth', 'ssl', 'auth_mechanisms', 'listen'].map(
    (key) => [key, dovecotSetting(found, key)] as const,
  )
  const evidence = settings.map(([key, setting]) => citeDovecot(key, setting))
  const wordFor = (key: string, protocol: string) => dovecotSetting(found, key, protocol).value.toLowerCase()
  const isOpen = (protocol: string) =>
    wordFor('disable_plaintext_auth', protocol) === 'no' && wordFor('ssl', protocol) !== 'required'
  const mechanisms = dovecotSetting(found, 'auth_mechanisms')
    .value.toLowerCase()
    .split(/[\s,]+/)
  const isLocal = dovecotSetting(found, 'listen')
    .value.split(/[\s,]+/)
    .every((each) => ['127.0.0.1', '::1', 'localhost'].includes(each))
  const subject = 'logins of Dovecot'
  if (protocols.some(isOpen) && !isLocal && mechanisms.some((each) => PLAINTEXT.includes(each))) {
    const reason = 'Passwords are taken in the clear from the network, so whoever listens on the way has them.'
    return { subject, state: 'fail', cause: 'plaintext', reason, evidence, remedy: REQUIRE_TLS }
  }
  return { subject, state: 'pass', cause: 'protected', reason: 'Passwords are only taken over TLS.', evidence }
}

const REQUIRE_TLS: readonly Step[] = [
  { append: '/etc/dovecot/local.conf', lines: ['disable_plaintext_auth = yes', 'ssl = required'] },
  { run: 'doveconf -n > /dev/null && systemctl reload dovecot' },
]

function judgeUsers(host: Host, found: Dovecot): readonly Judgement[] {
  const drivers = found.settings.filter(({ key, sections }) => key === 'driver' && sections.at(-1) === 'passdb')
  const system = drivers.find(({ value }) => SYSTEM_PASSDBS.includes(value))
  if (system === undefined) return []
  const [first, last] = ['first_valid_uid', 'last_valid_uid'].map((key) => Number(dovecotSetting(found, key).value))
  const isValid = ({ uid }: User) => uid >= first! && (last === 0 || uid <= last!) && uid !== 0
  const hashes = passwordHashes(host)
  const readers = [...host.get(users).values()].filter(
    (user) => isValid(user) && user.uid !== NOBODY && !/^[!*x]/.test(hashes.get(user.name)?.hash ?? ''),
  )
  return readers.flatMap((user) => judgeUser(host, { user, passdb: system.at, hash: hashes.get(user.name) }))
}

interface PasswordHash {
  /** The method, and nothing of the hash. */
  readonly hash: string
  readonly at: Place
}

/** What shadow(5) has of each user's password: `!` and `*` let PAM let in nobody. */
function passwordHashes(host: Host): ReadonlyMap<string, PasswordHash> {
  const file = readIfThere(host.root, '/etc/shadow')
  const lines = file === undefined ? [] : linesOf(file)
  return new Map(
    lines.flatMap(({ text, number }) => {
      const [name, hash] = text.split(':')
      return hash === undefined ? [] : [[name!, { hash, at: placeIn(file!, number) }] as const]
    }),
  )
}

interface Reader {
  readonly user: User
  readonly passdb: Place
  readonly hash: PasswordHash | undefined
}

function judgeUser(host: Host, { user, passdb, hash }: Reader): readonly Judgement[] {
  const about = {
    subject: `user ${user.name}`,
    evidence: [cite(user.at), cite(passdb)],
    values: { user: user.name, home: user.home },
  }
  if (letsIn(user.shell)) {
    const reason = 'Its password for mail opens a shell as well: one that is guessed over IMAP is a way into the host.'
    return [{ ...about, state: 'warn', cause: 'shell', reason, remedy: TAKE_SHELL }]
  }
  const home = host.root.status(user.home)
  if (user.uid >= FIRST_PERSON && home.outcome === 'found' && (home.mode & NOT_OF_OTHERS) !== 0) {
    const evidence = [...about.evidence, citeStatus(user.home, home)]
    const reason = 'Others on the host can look into its home folder, where its mail is, or its group can write there.'
    return [{ ...about, evidence, state: 'warn', cause: 'home-open', reason, remedy: CLOSE_HOME }]
  }
  if (hash !== undefined && WEAK_HASH.test(hash.hash)) {
    const evidence = [...about.evidence, cite(hash.at)]
    const reason = 'Its password is kept by a method that is guessed by the billion each second (MD5 or DES).'
    return [{ ...about, evidence, state: 'warn', cause: 'weak-hash', reason, remedy: NEW_PASSWORD }]
  }
  return [{ ...about, state: 'pass', cause: 'bounded', reason: 'It reads its mail, and has no shell.' }]
}

const word = (name: string) => `\${${name}}`
const TAKE_SHELL: readonly Step[] = [
  {
    run: `usermod -s /usr/sbin/nologin ${word('user')}`,
    leads: [{ edit: '/etc/passwd', replace: `^(${word('user')}:.*):[^:]*$`, with: '\\1:/usr/sbin/nologin' }],
  },
]
const CLOSE_HOME: readonly Step[] = [
  { run: `chmod 0750 ${word('home')}`, leads: [{ chmod: word('home'), mode: '0750' }] },
]

const NEW_PASSWORD: readonly Step[] = [
  { tell: `Have ${word('user')} take a new password (passwd ${word('user')}), which is kept by yescrypt.` },
]

/** Passwords of users who are none of the system. */
function judgePasswords(host: Host): readonly Judgement[] {
  return host.get(passwordStores).map(({ name, driver, path, schemes, at }) => {
    const weak = [...schemes].find(([scheme]) => isWeakScheme(scheme))
    const places = weak === undefined ? [...schemes.values()].slice(0, 1) : [weak[1]]
    const say = sayOf(`passwords of ${name}`, [at, ...places].map(cite), { path })
    if (schemes.size === 0 && driver === 'sql')
      return say(
        'unknown',
        'in-database',
        'Only the database could tell how its passwords are kept: no default_pass_scheme.',
      )
    if (weak === undefined) return say('pass', 'strong', 'Its passwords are kept by methods that are slow to guess.')
    const reason = `Passwords are kept as ${weak[0]}: whoever gets hold of them has them, or has guessed most in a day.`
    return { ...say('warn', 'weak-scheme', reason), remedy: driver === 'sql' ? SLOW_IN_SQL : SLOW_IN_FILE }
  })
}

const SLOW_IN_SQL: readonly Step[] = [
  {
    tell: 'Have users take new passwords: those that are there stay as they are, and need a {SCHEME} in front of them.',
  },
  { edit: word('path'), replace: '^(\\s*default_pass_scheme\\s*=).*', with: '\\1 BLF-CRYPT' },
  { run: 'systemctl reload dovecot' },
]
const SLOW_IN_FILE: readonly Step[] = [
  { tell: `Make a new line for each user by \`doveadm pw -s BLF-CRYPT\`, in ${word('path')}.` },
]

/** Folders with mail of users who are none of the system. */
function judgeFolders(host: Host): readonly Judgement[] {
  return host.get(mailFolders).flatMap(({ path, at }): readonly Judgement[] => {
    const status = host.root.status(path)
    if (status.outcome !== 'found' || status.type !== 'directory') return []
    const say = sayOf(`mail in ${path}`, [cite(at), citeStatus(path, status)], { home: path })
    if ((status.mode & NOT_OF_OTHERS) === 0) return [say('pass', 'closed', 'Only the mail server looks into it.')]
    const reason = 'Others on the host can look into the folder where the mail of all is, or its group can write there.'
    return [{ ...say('warn', 'home-open', reason), remedy: CLOSE_HOME }]
  })
}

/** A service of Postfix that offers AUTH: only under TLS, whatever the client would do. */
function judgeService(found: Postfix, service: PostfixService): readonly Judgement[] {
  const of = (name: string) => parameterOf(found, name, service)
  if (of('smtpd_sasl_auth_enable').value !== 'yes') return []
  const names = ['smtpd_sasl_auth_enable', 'smtpd_tls_auth_only', 'smtpd_tls_security_level', 'smtpd_tls_wrappermode']
  const evidence = [cite(service.at), ...names.map((name) => citeParameter(name, of(name)))]
  const isProtected =
    of('smtpd_tls_auth_only').value === 'yes' ||
    of('smtpd_tls_security_level').value === 'encrypt' ||
    of('smtpd_tls_wrappermode').value === 'yes'
  const subject = `service ${service.name}`
  if (isProtected) {
    return [{ subject, state: 'pass', cause: 'protected', reason: 'It takes passwords over TLS only.', evidence }]
  }
  const reason = 'It takes passwords without TLS, so whoever listens on the way has them.'
  return [{ subject, state: 'fail', cause: 'plaintext', reason, evidence }]
}
