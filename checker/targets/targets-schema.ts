import { z } from 'zod'
import { readListen } from '../../server/address.ts'
import { checked, integer, readable, text } from '../../server/configuration/entry.ts'
import { readDay } from '../declarations/day.ts'
import { hostName, isPortOf, port, prefix } from './target-entries.ts'
import { TARGET_COMMANDS, type TargetCommand } from './targets.ts'

/** Nothing is sent faster, whatever the file says. */
export const MOST_PER_SECOND = 100
/** All TCP ports of an address, and some more. */
const MOST_PER_DAY = 70_000

const MOST_PER_DAY_OF_ALL = 1_000_000
const MOST_ZONES = 20
const MOST_PARENT_SERVERS = 32

const words = (description: string, example: readonly string[]) =>
  z
    .array(text({ description: 'A word', expected: 'a word of a command', examples: [example[0]] }))
    .min(1)
    .meta({ description, expected: 'a list of words of a command', examples: [example] })
    .optional()

const EXAMPLES: Readonly<Record<TargetCommand, readonly string[]>> = {
  'log-find': ['ssh', 'logs.example.com', 'grep', '-rhF', '{nonce}', '/var/log/mirror'],
  'log-read': ['ssh', '-i', '/etc/mirror/key', 'logs.example.com', 'grep', '-rhF', '{nonce}', '/var/log/mirror'],
  'log-delete': ['ssh', '-i', '/etc/mirror/key', 'logs.example.com', 'rm', '/var/log/mirror/web1.log'],
  alert: ['/usr/sbin/sendmail', '-i', 'ops@example.com'],
  'honey-log': ['ssh', 'ns1.example.com', 'journalctl', '-u', 'veil', '-o', 'cat', '--since=-5min', '-g', '{nonce}'],
  'honey-lift': ['ssh', 'root@ns1.example.com', 'fail2ban-client', 'set', 'veil', 'unbanip', '{address}'],
}

const commandsSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(TARGET_COMMANDS).map(([name, description]) => [
        name,
        words(description, EXAMPLES[name as TargetCommand]),
      ]),
    ) as Record<TargetCommand, ReturnType<typeof words>>,
  )
  .meta({ description: 'Commands that probes run on this host, without a shell', expected: 'a map of commands' })

const canarySchema = z
  .strictObject({
    user: checked((value) => /^[a-z_][a-z0-9_-]{0,31}$/.test(value), {
      description: 'The account that web applications run as',
      expected: 'the name of an account',
      examples: ['www-data'],
    }),
    to: checked((value) => /^[0-9a-fA-F.:]+@[1-9]\d{0,4}$/.test(value) && Number(value.split('@')[1]) < 65_536, {
      description: 'An address of your own outside, and a port, that it should not reach',
      expected: 'an address and a port',
      examples: ['198.51.100.7@4444'],
    }),
  })
  .meta({ description: 'A try to get out', expected: 'a map' })

const honeySchema = z
  .strictObject({
    zone: hostName.meta({
      description: 'The zone, as veil.yaml has it',
      expected: 'a zone',
      examples: ['example.com'],
    }),
    name: hostName.meta({
      description: 'A honey name of it, whole: who may read this file knows it',
      expected: 'a name below the zone',
      examples: ['backup-old.example.com'],
    }),
  })
  .meta({ description: 'A honey name of Veil that honey-name asks below', expected: 'a map' })

const mailSchema = z
  .strictObject({
    domain: checked((value) => hostName.safeParse(value).success, {
      description: 'A mail domain that the target takes mail for',
      expected: 'a domain',
      examples: ['example.com'],
    }),
    known: z
      .array(
        checked((value) => /^[A-Za-z0-9._+-]{1,64}$/.test(value), {
          description: 'A local part',
          expected: 'letters, digits, dots, hyphens',
          examples: ['postmaster'],
        }),
      )
      .max(10)
      .meta({
        description: 'Local parts that exist there: answers for them are held against those for names that nobody has',
        expected: 'a list of at most 10 local parts',
        examples: [['postmaster']],
      })
      .optional(),
  })
  .meta({ description: 'Mail that the target takes', expected: 'a map' })

const targetSchema = z
  .strictObject({
    consent: text({
      description: 'Who agreed to it, and may be asked',
      expected: 'a person or a team',
      examples: ['Ada Lovelace, ops@example.com'],
    }),
    expires: readable(readDay, {
      description: 'Its last day, at most a year ahead: nothing is sent after it',
      expected: 'a day as year-month-day',
      examples: ['2027-06-30'],
    }),
    names: z
      .array(hostName)
      .meta({
        description: 'Host names; what they resolve to is sent to only where it lies in `prefixes`',
        expected: 'a list of host names',
        examples: [['www.example.com']],
      })
      .optional(),
    prefixes: z
      .array(prefix)
      .meta({
        description: 'Addresses of your own: nothing is ever sent to any other. At most /16 of IPv4 and /32 of IPv6',
        expected: 'a list of address prefixes',
        examples: [['192.0.2.10', '2001:db8::/64']],
      })
      .optional(),
    ports: z
      .array(port)
      .meta({ description: 'Ports that may be tried', expected: 'a list of ports', examples: [['80/tcp', '443/tcp']] })
      .optional(),
    'control-port': checked((value) => isPortOf(value, 'tcp'), {
      description: 'A TCP port that is known to be open: without it a scanner that was banned sees a clean host',
      expected: 'a TCP port',
      examples: ['443/tcp'],
    }).optional(),
    'inner-names': checked((value) => value.startsWith('/') && !value.includes('\0'), {
      description:
        'A file with the names that only an inner view has, one a line, of your own zones: they are asked for from outside',
      expected: 'an absolute path',
      examples: ['/root/inner-names'],
    }).optional(),
    pages: z
      .array(
        checked((value) => /^\/[\x21-\x7e]{0,1000}$/.test(value), {
          description: 'A path of a page',
          expected: 'a path that begins with a slash',
          examples: ['/wp-login.php'],
        }),
      )
      .meta({ description: 'Pages that are asked for; `/` when left out', expected: 'a list of paths' })
      .optional(),
    'most-per-second': integer(1, MOST_PER_SECOND, 'Sent in a second, at most; 10 when left out', 10).optional(),
    'most-per-day': integer(1, MOST_PER_DAY, 'Sent in 24 hours, at most; 2000 when left out', 2000).optional(),
    commands: commandsSchema.optional(),
    jail: checked((value) => /^[A-Za-z0-9_-]{1,64}$/.test(value), {
      description: 'The jail of fail2ban on this host that ban-and-observe bans in',
      expected: 'the name of a jail',
      examples: ['sshd'],
    }).optional(),
    zones: z
      .array(hostName)
      .max(MOST_ZONES)
      .meta({
        description:
          'Zones of your own. For delegation their servers, and those of the zones above, are asked what any resolver asks them; for dns-attack Veil on this host is',
        expected: `a list of at most ${MOST_ZONES} zones`,
        examples: [['example.com']],
      })
      .optional(),
    'parent-servers': z
      .array(
        readable(readListen, {
          description: 'A server',
          expected: 'an address, or an address and a port',
          examples: ['192.0.2.1', '192.0.2.1@5353'],
        }),
      )
      .min(1)
      .max(MOST_PARENT_SERVERS)
      .meta({
        description: 'Servers of the zone above, where they are not to be looked for in the public DNS',
        expected: `a list of at most ${MOST_PARENT_SERVERS} servers`,
        examples: [['192.0.2.1', '192.0.2.1@5353']],
      })
      .optional(),
    'veil-configuration': checked((value) => value.startsWith('/') && !value.includes('\0'), {
      description: "Where Veil's configuration is on this host; /etc/veil/veil.yaml when left out",
      expected: 'an absolute path',
      examples: ['/etc/veil/veil.yaml'],
    }).optional(),
    honey: honeySchema.optional(),
    mail: mailSchema.optional(),
    canary: canarySchema.optional(),
  })
  .meta({ description: 'A target', expected: 'a map' })

const limitsSchema = z
  .strictObject({
    'most-per-second': integer(
      1,
      MOST_PER_SECOND,
      `Sent in a second to all targets of a run; ${MOST_PER_SECOND} when left out`,
      20,
    ).optional(),
    'most-per-day': integer(
      1,
      MOST_PER_DAY_OF_ALL,
      'Sent in 24 hours to all targets; as much as their own limits allow when left out',
      100_000,
    ).optional(),
  })
  .meta({ description: 'What holds for all targets together', expected: 'a map' })

/** targets.yaml. docs/hostcheck-targets.md is made from it. */
export const targetsSchema = z
  .strictObject({
    limits: limitsSchema.optional(),
    targets: z.record(z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/), targetSchema).meta({
      description: 'What probes may be sent to, by names of your choice',
      expected: 'a map from names (letters, digits, dots, hyphens) to targets',
      examples: [{ web: { consent: 'Ada Lovelace', expires: '2027-06-30', prefixes: ['192.0.2.10'] } }],
    }),
  })
  .meta({ description: 'Targets of probes', expected: 'a map with the key targets' })

export type RawTargets = z.infer<typeof targetsSchema>
export type RawTarget = RawTargets['targets'][string]
