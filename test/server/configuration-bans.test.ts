import { describe, expect, it } from 'vitest'
import { DEFAULT_GUARD } from '../../server/configuration/defaults.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import { formatProblem } from '../../zones/file-problem.ts'

const HEAD = 'listen: ["192.0.2.53@53"]\nzones: { example.com: { file: a } }\n'

function guardOf(text: string) {
  const reading = parseConfiguration(`${HEAD}${text}`, '/etc/veil/veil.yaml', '/var/lib/veil')
  if (reading.outcome === 'refused') throw new Error(reading.problems.map(formatProblem).join('\n'))
  return reading.configuration.guard
}

function problemOf(text: string): string {
  const reading = parseConfiguration(`${HEAD}${text}`, '/etc/veil/veil.yaml', '/var/lib/veil')
  if (reading.outcome === 'accepted') throw new Error('accepted')
  return reading.problems.map(formatProblem).join('\n')
}

describe('guard: bans and notifications', () => {
  it('bans nobody by itself, and tells nobody, unless it is told to', () => {
    expect(guardOf('')).toMatchObject(DEFAULT_GUARD)
    expect(guardOf('guard: {}')).toMatchObject({ ban: { automatic: false, withoutLookup: false } })
  })

  it('takes everything there is', () => {
    const guard = guardOf(`
guard:
  never-ban: [192.0.2.0/28]
  ban:
    automatic: true
    for: 2h
    ipv6-prefix: 64
    crawlers: [Crawl.Example.com]
    without-lookup: true
    nftables: { table: inet veil, set4: banned4, set6: banned6 }
  notify:
    - { webhook: "https://hooks.example.com/veil", secret-file: secrets/hook }
    - { smtp: { server: mail.example.com, from: veil@example.com, to: [dns@example.com], user: veil, password-file: /run/p } }
    - { smtp: { server: 127.0.0.1, tls: none, from: veil@example.com, to: [dns@example.com] } }
    - { command: [/usr/local/bin/alarm, --urgent] }
`)
    expect(guard.ban).toEqual({
      ...{ automatic: true, seconds: 7200, ipv6Length: 64, crawlers: ['crawl.example.com'], withoutLookup: true },
      nftables: { table: 'inet veil', set4: 'banned4', set6: 'banned6' },
    })
    expect(guard.notify).toMatchObject([
      { kind: 'webhook', secretFile: '/etc/veil/secrets/hook' },
      { kind: 'smtp', port: 587, tls: 'starttls', passwordFile: '/run/p' },
      { kind: 'smtp', port: 25 },
      { kind: 'command', program: '/usr/local/bin/alarm', arguments: ['--urgent'] },
    ])
  })

  it.each([
    ['guard: { never-ban: [192.0.2.1/24] }', 'Write 192.0.2.0/24 for all of it'],
    ['guard: { ban: { for: 10s } }', 'expected a time from one minute to 30 days'],
    ['guard: { ban: { nftables: { table: "inet veil; flush ruleset", set4: a, set6: b } } }', 'a family and a name'],
    ['guard: { ban: { nftables: { table: inet veil, set4: "a }", set6: b } } }', 'the name of a set'],
    ['guard: { ban: { crawlers: [com] } }', 'expected a domain name'],
    ['guard: { notify: [{}] }', 'not just one of `webhook`, `smtp` and `command`'],
    ['guard: { notify: [{ webhook: "http://hooks.example.com/" }] }', 'a URL that begins with https://'],
    ['guard: { notify: [{ command: [alarm] }] }', 'the whole path of a program'],
    ['guard: { notify: [{ command: [/bin/alarm], secret-file: a }] }', '`secret-file` without a webhook'],
    [
      'guard: { notify: [{ smtp: { server: mail.example.com, tls: none, from: a@b, to: [c@d] } }] }',
      'expected TLS beyond loopback',
    ],
    ['guard: { notify: [{ smtp: { server: a, from: a@b, to: [c@d], user: u } }] }', '`user` without `password-file`'],
    ['guard: { notify: [{ smtp: { server: a, from: "a@b, x@y", to: [c@d] } }] }', 'expected a mail address'],
  ])('refuses %s', (text, message) => {
    expect(problemOf(text)).toContain(message)
  })
})
