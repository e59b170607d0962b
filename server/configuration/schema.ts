import { z } from 'zod'
import { typeFromText } from '../../dns/rr/registry.ts'
import { readListen, readPrefix } from '../address.ts'
import { MASKS } from '../answer/masks.ts'
import { decoys, generate } from './decoy-schema.ts'
import { dnssec } from './dnssec-schema.ts'
import { checked, duration, type Explanation, flag, integer, keysOf, readable, size, text } from './entry.ts'
import { guard, guardOfZone } from './guard-schema.ts'
import { leaks } from './leaks-schema.ts'
import { readName } from './names.ts'
import { sealing } from './sealing-schema.ts'

const prefix = readable(readPrefix, {
  description: 'An address or an address prefix',
  expected: 'an address prefix',
  examples: ['192.0.2.0/24', '2001:db8::/32'],
})

const listenAddress = readable(readListen, {
  description: 'An address and a port, for UDP and TCP alike',
  expected: 'an address and a port',
  examples: ['192.0.2.53@53', '2001:db8::53@53'],
})

const prefixes = (description: string) =>
  z.array(prefix).meta({ description, expected: 'a list of address prefixes', examples: [['10.0.0.0/8', 'fd00::/8']] })

/** No digit first, for JavaScript would put a view called `10` before all others, and the order of views counts. */
const viewName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,62}$/)
  .meta({
    description: 'Name of a view',
    expected: 'a view name of at most 63 letters, digits, dots, hyphens and underscores that begins with a letter',
    examples: ['internal'],
  })

const filePath = (description: string, example: string) =>
  text({ description, expected: 'the path of a master file', examples: [example] })

const hiddenTypes = z
  .array(
    checked((value) => typeFromText(value) !== undefined, {
      description: 'RR type',
      expected: 'an RR type',
      examples: ['TXT', 'TYPE65280'],
    }),
  )
  .min(1)
  .meta({ description: 'RR types to hide; all when left out', expected: 'a list of RR types', examples: [['TXT']] })

const hiddenName = (meaning: Explanation) => readable((value) => readName(value), meaning)

const hideRule = z
  .union([
    hiddenName({
      description: 'A name to hide, relative to the zone',
      expected: 'a name, relative to the zone or with a dot at its end',
    }),
    z
      .strictObject({
        name: hiddenName({
          description: 'One name, relative to the zone',
          expected: 'a name',
          examples: ['jenkins'],
        }).optional(),
        subtree: hiddenName({
          description: 'A name, relative to the zone, with everything below it',
          expected: 'a name',
          examples: ['staging'],
        }).optional(),
        types: hiddenTypes.optional(),
      })
      .refine((rule) => (rule.name === undefined) !== (rule.subtree === undefined), {
        when: (payload) => payload.issues.length === 0,
        params: { reason: 'a rule that has not just one of `name` and `subtree`' },
      }),
  ])
  .meta({
    description: 'A name, `name: …` or `subtree: …`, the latter two also with `types: […]`',
    expected:
      'a name such as `jenkins`, or `{ name: jenkins }`, or `{ subtree: staging }`, each of these also with `types: [TXT]`',
  })

const view = z
  .strictObject({
    clients: prefixes('Clients that get this view; everybody when left out').optional(),
    listen: z
      .array(listenAddress)
      .min(1)
      .meta({
        description: 'Addresses of the list `listen` above at which the view is served; all when left out',
        expected: 'a list of entries of `listen`',
        examples: [['192.0.2.53@53']],
      })
      .optional(),
  })
  .meta({ description: 'Who gets this view', expected: 'a map with `clients` or `listen`, or `{}` for everybody else' })

const zone = z
  .strictObject({
    file: filePath('Master file with what everyone may see', 'example.com.zone'),
    overlays: z
      .record(z.string(), filePath('Master file laid over it for one view', 'example.com.internal.zone'))
      .meta({
        description: 'By view: a master file whose records replace or join those of `file`',
        expected: 'a map from view to master file',
        examples: [{ internal: 'example.com.internal.zone' }],
      })
      .optional(),
    hide: z
      .record(
        z.string(),
        z.array(hideRule).meta({ description: 'What to hide', expected: 'a list of names', examples: [['jenkins']] }),
      )
      .meta({
        description: 'By view: what of `file` it does not get. Hiding fails open; overlays fail closed.',
        expected: 'a map from view to a list of names',
        examples: [{ public: ['jenkins', { subtree: 'staging' }] }],
      })
      .optional(),
    views: z
      .array(z.string())
      .meta({
        description: 'Views that have the zone at all; every view when left out',
        expected: 'a list of views',
        examples: [['internal']],
      })
      .optional(),
    dnssec: dnssec('Signing; as `dnssec` of the whole file says when left out').optional(),
    decoys: decoys.optional(),
    generate: generate.optional(),
    guard: guardOfZone.optional(),
  })
  .meta({ description: 'One zone', expected: 'a map with at least `file`', examples: [{ file: 'example.com.zone' }] })

const rate = (description: string, example: number) => integer(1, 1_000_000, description, example)

const rateLimit = z
  .strictObject({
    enabled: flag({ description: 'Limit what a client is answered', expected: 'true or false' }),
    cookies: flag({
      description: 'DNS cookies prove the address of a client over UDP, as TCP does',
      expected: 'true or false',
    }),
    'log-only': flag({ description: 'Count, but answer all the same', expected: 'true or false' }),
    'answers-per-second': z
      .strictObject({
        found: rate('Answers about names that exist, and referrals', 200),
        absent: rate('Answers that a name does not exist', 50),
        error: rate('Errors and refusals', 20),
      })
      .partial()
      .meta({
        description: 'Budget of one address over UDP without a valid cookie; wider prefixes get multiples',
        expected: 'a map with `found`, `absent` and `error`',
      }),
    'proved-answers-per-second': z
      .strictObject({
        absent: rate('Answers that a name does not exist', 50),
        error: rate('Errors and refusals', 20),
      })
      .partial()
      .meta({
        description: 'The same for who proved its address, by cookie or TCP; names that exist are told without limit',
        expected: 'a map with `absent` and `error`',
      }),
    slip: integer(0, 100, 'One in so many limited answers says "ask by TCP", the others are not given; 0: none', 1),
    exempt: prefixes('Clients that are never limited'),
    'table-size': integer(
      1024,
      1 << 24,
      'Rows of the table of clients, of which each view has one; 8 octets each',
      65_536,
    ),
  })
  .partial()
  .meta({ description: 'What a client may ask, how often', expected: 'a map' })

const tcp = z
  .strictObject({
    connections: integer(1, 1_000_000, 'Connections at a time', 1000),
    'connections-per-client': integer(1, 1_000_000, 'Connections of one IPv4 address or IPv6 /64 at a time', 20),
    idle: duration('A connection without a question is closed after so long', '10s'),
    total: duration('A connection is closed after so long, however busy', '5m'),
    'write-buffer': size(65_537, 'Answers that may wait for a slow reader before reading stops', '256KiB'),
  })
  .partial()
  .meta({ description: 'Limits of TCP connections', expected: 'a map' })

const identity = z
  .strictObject({
    mask: z.enum(keysOf(MASKS)).meta({
      description: 'A server of another make whose answers to such questions are given where nothing is configured',
      expected: `one of ${keysOf(MASKS).join(', ')}`,
    }),
    version: text({
      description: 'Answer to version.bind CH TXT',
      expected: 'text',
      examples: ['none of your business'],
    }),
    hostname: text({
      description: 'Answer to id.server and hostname.bind CH TXT',
      expected: 'text',
      examples: ['ns1'],
    }),
    nsid: text({
      description: 'Name server identifier, RFC 5001',
      expected: 'text, or octets as 0x…',
      examples: ['ns1'],
    }),
  })
  .partial()
  .meta({ description: 'What the server tells about itself; nothing when left out', expected: 'a map' })

export const configurationSchema = z
  .strictObject({
    listen: z
      .array(listenAddress)
      .min(1)
      .meta({
        description: 'Addresses to answer at, over UDP and TCP',
        expected: 'a list of addresses with ports',
        examples: [['192.0.2.53@53', '2001:db8::53@53']],
      }),
    user: text({
      description: 'Account to run as when started as root',
      expected: 'the name of an account',
      examples: ['veil'],
    }).optional(),
    state: text({
      description: 'Folder of everything that outlives the process',
      expected: 'the path of a folder',
      examples: ['/var/lib/veil'],
    }).optional(),
    workers: integer(1, 256, 'UDP workers; one for each processor when left out', 4).optional(),
    udp: z
      .enum(['batched', 'dgram'])
      .meta({
        description: 'Road of the datagrams: batched system calls, or node:dgram',
        expected: '`batched` or `dgram`',
      })
      .optional(),
    views: z
      .record(viewName, view)
      .meta({
        description: 'Views; one, `public`, for everybody when left out. The longest client prefix wins.',
        expected: 'a map from view to who gets it',
        examples: [{ internal: { clients: ['10.0.0.0/8'] }, public: {} }],
      })
      .optional(),
    zones: z
      .record(
        readable((value) => readName(value), {
          description: 'Name of a zone',
          expected: 'a domain name',
          examples: ['example.com'],
        }),
        zone,
      )
      .meta({
        description: 'Zones',
        expected: 'a map from zone to where its records stand',
        examples: [{ 'example.com': { file: 'example.com.zone' } }],
      }),
    dnssec: dnssec('How zones are signed that do not say so themselves').optional(),
    'rate-limit': rateLimit.optional(),
    tcp: tcp.optional(),
    guard: guard.optional(),
    leaks: leaks.optional(),
    identity: identity.optional(),
    sealing: sealing.optional(),
  })
  .meta({ description: 'Configuration of veild', expected: 'a map with at least `listen` and `zones`' })

/** What has the form of a configuration; whether it makes sense is yet to be seen. */
export type RawConfiguration = z.infer<typeof configurationSchema>
