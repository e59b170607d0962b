import { dirname, isAbsolute, resolve } from 'node:path'
import { isLoopbackHost } from './ban-schema.ts'
import type { BanSettings, NotificationTarget, SmtpTarget } from './ban-types.ts'
import { DEFAULT_BAN } from './defaults.ts'
import { parseDuration } from './quantities.ts'
import type { Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import { resolvePrefixes } from './views.ts'

type Raw = NonNullable<RawConfiguration['guard']>
type RawTarget = NonNullable<Raw['notify']>[number]

/** Entries of `guard` about bans and notifications; paths are relative to the folder of `file`. */
export function resolveBans(raw: Raw = {}, file: string, report: Report): BanSettings {
  const { ban = {} } = raw
  return {
    neverBan: resolvePrefixes(raw['never-ban'] ?? [], ['guard', 'never-ban'], report),
    ban: {
      automatic: ban.automatic ?? DEFAULT_BAN.automatic,
      seconds: ban.for === undefined ? DEFAULT_BAN.seconds : parseDuration(ban.for)!,
      ipv6Length: ban['ipv6-prefix'] ?? DEFAULT_BAN.ipv6Length,
      crawlers: (ban.crawlers ?? []).map((name) => name.toLowerCase()),
      withoutLookup: ban['without-lookup'] ?? DEFAULT_BAN.withoutLookup,
      nftables: ban.nftables,
    },
    notify: (raw.notify ?? []).map((target, index) => resolveTarget(target, index, file, report)),
  }
}

function resolveTarget(raw: RawTarget, index: number, file: string, report: Report): NotificationTarget {
  const path = ['guard', 'notify', index]
  const within = (name: string | undefined) => name && resolve(dirname(file), name)
  if (raw['secret-file'] !== undefined && raw.webhook === undefined) {
    const finding = { found: '`secret-file` without a webhook', expected: '`secret-file` beside `webhook`' }
    report.at([...path, 'secret-file'], { ...finding, remedy: 'Remove it; mail has `password-file`.' })
  }
  if (raw.webhook !== undefined) return { kind: 'webhook', url: raw.webhook, secretFile: within(raw['secret-file']) }
  if (raw.smtp !== undefined) {
    const { 'password-file': password, to, ...smtp } = raw.smtp
    const { tls = 'starttls' } = smtp
    const target = { server: smtp.server, tls, from: smtp.from, to, user: smtp.user, passwordFile: within(password) }
    checkMail(target, [...path, 'smtp'], report)
    return { kind: 'smtp', ...target, port: smtp.port ?? MAIL_PORTS[tls] }
  }
  const [program = '', ...rest] = raw.command ?? []
  if (!isAbsolute(program)) {
    const remedy = `Write the whole path: \`command -v ${program}\` shows it.`
    report.at([...path, 'command', 0], {
      found: JSON.stringify(program),
      expected: 'the whole path of a program',
      remedy,
    })
  }
  return { kind: 'command', program, arguments: rest }
}

const MAIL_PORTS = { starttls: 587, tls: 465, none: 25 } as const

function checkMail(target: Omit<SmtpTarget, 'port'>, path: (string | number)[], report: Report): void {
  if (target.tls === 'none' && !isLoopbackHost(target.server)) {
    const remedy = 'Take `starttls` or `tls`, or hand the mail to a server on this machine.'
    report.at([...path, 'tls'], {
      found: `mail without TLS to ${target.server}`,
      expected: 'TLS beyond loopback',
      remedy,
    })
  }
  if ((target.user === undefined) !== (target.passwordFile === undefined)) {
    const remedy = 'Give both, or none where the mail server asks for no account.'
    const found = target.user === undefined ? '`password-file` without `user`' : '`user` without `password-file`'
    report.at(path, { found, expected: '`user` and `password-file` together', remedy })
  }
}
