import { z } from 'zod'
import { readPrefix } from '../address.ts'
import { checked, duration, flag, integer, readable, text } from './entry.ts'

const neverBan = z
  .array(
    readable(readPrefix, {
      description: 'An address or an address prefix',
      expected: 'an address prefix',
      examples: ['192.0.2.0/24', '2001:db8::/32'],
    }),
  )
  .meta({
    description: 'Prefixes that are never banned: monitoring, offices, secondaries',
    expected: 'a list of address prefixes',
    examples: [['192.0.2.0/28', '2001:db8:7::/48']],
  })

const setName = (family: string, example: string) =>
  checked((value) => /^[A-Za-z][A-Za-z0-9_./-]{0,62}$/.test(value), {
    description: `Named set of ${family} prefixes`,
    expected: 'the name of a set: at most 63 letters, digits and underscores that begin with a letter',
    examples: [example],
  })

const nftables = z
  .strictObject({
    table: checked((value) => /^(?:inet|ip|ip6|bridge|netdev|arp) [A-Za-z][A-Za-z0-9_./-]{0,62}$/.test(value), {
      description: 'Family and name of the table that has the sets',
      expected: 'a family and a name',
      examples: ['inet veil'],
    }),
    set4: setName('IPv4', 'banned4'),
    set6: setName('IPv6', 'banned6'),
  })
  .meta({
    description: 'Sets of nftables to keep in step with the bans; takes CAP_NET_ADMIN, see bans.md',
    expected: 'a map with `table`, `set4` and `set6`',
    examples: [{ table: 'inet veil', set4: 'banned4', set6: 'banned6' }],
  })

const ban = z
  .strictObject({
    automatic: flag({
      description: 'Ban sources that asked for a honey name or enumerate, once they have proved their address',
      expected: 'true or false',
    }),
    for: duration('How long automatic bans last', '1h', {
      least: 60,
      most: 30 * 86_400,
      expected: 'a time from one minute to 30 days',
    }),
    'ipv6-prefix': integer(48, 128, 'Bits of an IPv6 address that an automatic ban takes in', 128),
    crawlers: z
      .array(
        checked((value) => /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/i.test(value), {
          description: 'The end of names that only one company can give',
          expected: 'a domain name',
          examples: ['googlebot.com'],
        }),
      )
      .meta({
        description: 'Besides those that are known: crawlers whose PTR ends so, and leads back, are never banned',
        expected: 'a list of domain names',
        examples: [['crawl.example.com']],
      }),
    'without-lookup': flag({
      description: 'Ban also where the DNS could not tell whether the source is a crawler',
      expected: 'true or false',
    }),
    nftables: nftables.optional(),
  })
  .partial()
  .meta({ description: 'Bans', expected: 'a map', examples: [{ automatic: true, for: '1h' }] })

const path = (description: string, example: string) =>
  checked((value) => !value.includes('\0') && value !== '', {
    description,
    expected: 'the path of a file',
    examples: [example],
  })

const mailbox = checked((value) => /^[^\s@<>,]+@[^\s@<>,]+$/.test(value), {
  description: 'A mail address',
  expected: 'a mail address',
  examples: ['dns@example.com'],
})

const smtp = z
  .strictObject({
    server: text({
      description: 'Mail server',
      expected: 'a host name or an address',
      examples: ['mail.example.com'],
    }),
    port: integer(1, 65_535, 'Its port', 587).optional(),
    tls: z
      .enum(['starttls', 'tls', 'none'])
      .meta({
        description: '`starttls` after the greeting, `tls` from the first octet, or `none`, to a loopback address only',
        expected: '`starttls`, `tls` or `none`',
      })
      .optional(),
    from: mailbox,
    to: z
      .array(mailbox)
      .min(1)
      .meta({ description: 'Who gets it', expected: 'a list of mail addresses', examples: [['dns@example.com']] }),
    user: text({ description: 'Account at the mail server', expected: 'text', examples: ['veil'] }).optional(),
    'password-file': path('File that holds its password', '/etc/veil/smtp-password').optional(),
  })
  .meta({
    description: 'By mail',
    expected: 'a map with at least `server`, `from` and `to`',
    examples: [{ server: 'mail.example.com', from: 'veil@example.com', to: ['dns@example.com'] }],
  })

const notify = z
  .array(
    z
      .strictObject({
        webhook: checked(isWebhook, {
          description: 'POST of a JSON object to this URL; `http` to a loopback address only',
          expected: 'a URL that begins with https://',
          examples: ['https://hooks.example.com/veil'],
        }).optional(),
        'secret-file': path(
          'File with the key by which a webhook can tell that it was Veil: HMAC-SHA256 of the body, in X-Veil-Signature',
          '/etc/veil/webhook-secret',
        ).optional(),
        smtp: smtp.optional(),
        command: z
          .array(text({ description: 'A word of the command', expected: 'text' }))
          .min(1)
          .meta({
            description: 'A program by its whole path, and its arguments; it gets a JSON object on standard input',
            expected: 'a list that begins with the path of a program',
            examples: [['/usr/local/bin/dns-alarm', '--urgent']],
          })
          .optional(),
      })
      .refine(
        (target) => [target.webhook, target.smtp, target.command].filter((each) => each !== undefined).length === 1,
        {
          when: (payload) => payload.issues.length === 0,
          params: { reason: 'an entry that has not just one of `webhook`, `smtp` and `command`' },
        },
      )
      .meta({
        description: 'One way to tell somebody',
        expected: 'a map with `webhook`, `smtp` or `command`',
        examples: [{ webhook: 'https://hooks.example.com/veil' }],
      }),
  )
  .meta({
    description: 'Who is told of incidents, honey names asked for, and bans',
    expected: 'a list of `webhook`, `smtp` and `command` entries',
    examples: [[{ command: ['/usr/local/bin/dns-alarm'] }]],
  })

/** Entries of `guard` about bans, and about who is told. */
export const banEntries = { 'never-ban': neverBan, ban, notify }

/** http leaves the machine for nobody to read. */
function isWebhook(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))
}

/** Whether the host is this machine by its very address. */
export function isLoopbackHost(host: string): boolean {
  return /^127(?:\.\d{1,3}){3}$/.test(host) || host === '[::1]' || host === '::1' || host === 'localhost'
}
