import { z } from 'zod'
import { readAddress, readPrefix } from '../../server/address.ts'
import { flag, integer, readable, text } from '../../server/configuration/entry.ts'
import { readMoment } from './day.ts'
import { PROFILES } from './declarations.ts'
import { attestationSchema, control, waiverSchema } from './entry-schema.ts'

const address = readable(readAddress, {
  description: 'An address',
  expected: 'an IPv4 or IPv6 address',
  examples: ['192.0.2.10', '2001:db8::10'],
})

const prefix = readable(readPrefix, {
  description: 'An address or an address prefix',
  expected: 'an address prefix',
  examples: ['192.0.2.0/24', '2001:db8::/32'],
})

const path = z
  .string()
  .regex(/^\/[^\0]*$/)
  .meta({
    description: 'A path on the host that is checked',
    expected: 'an absolute path',
    examples: ['/srv/data'],
  })

const port = z
  .string()
  .regex(/^(?:[1-9]\d{0,4})\/(?:tcp|udp)$/)
  .refine((value) => Number.parseInt(value, 10) < 65_536)
  .meta({ description: 'A port', expected: 'a port and its protocol', examples: ['443/tcp'] })

/** What is slower than ten seconds is no answer to wait for. */
const MILLISECONDS = { least: 10, most: 10_000 }

const siteSchema = z
  .strictObject({
    internal: flag({
      description: 'Whether only insiders may reach or find it; no when left out',
      expected: 'true or false',
    }).optional(),
    proxied: flag({
      description: 'Whether the world reaches it only through a security proxy; no when left out',
      expected: 'true or false',
    }).optional(),
    'answers-within': integer(
      MILLISECONDS.least,
      MILLISECONDS.most,
      'Milliseconds within which 95 of 100 of its answers begin; 500 when left out',
      500,
    ).optional(),
  })
  .meta({ description: 'What a site is', expected: 'a map', examples: [{ internal: true }] })

const rebootSchema = z
  .strictObject({
    at: readable(readMoment, {
      description: 'When, in UTC: boots within an hour of it are accounted for',
      expected: 'a day and a time of day',
      examples: ['2026-11-25 03:10'],
    }),
    by: text({ description: 'Who stands for it', expected: 'a person or a team', examples: ['ops@example.com'] }),
    reason: text({ description: 'Why', expected: 'a reason', examples: ['new kernel'] }),
  })
  .meta({ description: 'A reboot', expected: 'a map' })

const monitorSchema = z
  .strictObject({
    agent: text({ description: 'The unit of the agent', expected: 'a unit', examples: ['zabbix-agent2'] }),
    by: text({ description: 'Who asks it', expected: 'a host or a service', examples: ['monitor.example.com'] }),
  })
  .meta({ description: 'A monitor', expected: 'a map' })

const logHostSchema = z
  .strictObject({
    name: text({ description: 'The host', expected: 'a name', examples: ['logs.example.com'] }),
    'admin-keys': z
      .array(
        text({
          description: 'A fingerprint',
          expected: 'SHA256:…, as `ssh-keygen -l` prints it',
          examples: ['SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDWQVfQfKqlGdOeUQI'],
        }),
      )
      .meta({ description: 'Keys of ssh that administer it', expected: 'a list of fingerprints' }),
    accounts: z
      .array(text({ description: 'An account', expected: 'a name', examples: ['ada-logs'] }))
      .meta({
        description: 'Accounts that administer it',
        expected: 'a list of names',
        examples: [['ada-logs']],
      })
      .optional(),
    directory: text({
      description: 'The directory that its administrators are looked up in, where they are not its own',
      expected: 'a URI of LDAP',
      examples: ['ldaps://ldap.example.com'],
    }).optional(),
  })
  .meta({ description: 'A log host', expected: 'a map' })

const personaSchema = z
  .strictObject({
    server: text({
      description: 'What the Server header says',
      expected: 'a product',
      examples: ['Microsoft-IIS/10.0'],
    }),
    decoys: z.array(text({ description: 'A path', expected: 'a path of a URL', examples: ['/owa'] })).meta({
      description: 'Paths that only somebody asks for who believes it: each has to raise an alarm',
      expected: 'a list of paths',
      examples: [['/owa', '/aspnet_client']],
    }),
  })
  .meta({ description: 'What the services claim to be', expected: 'a map' })

const listOf = <T extends z.ZodType>(element: T, description: string, expected: string, example: unknown) =>
  z
    .array(element)
    .meta({ description, expected, examples: [example] })
    .optional()

/** hostcheck.yaml: what no file of the host can tell. docs/hostcheck-declarations.md is made from it. */
export const declarationsSchema = z
  .strictObject({
    profile: z
      .enum(PROFILES)
      .meta({
        description:
          'Size of the operation: log server and intrusion detection are asked of medium and large ones only. `--profile` goes before it',
        expected: 'small, medium or large',
        examples: ['medium'],
      })
      .optional(),
    'opt-in': listOf(control, 'Controls to judge though the profile leaves them out', 'a list of ids of controls', [
      'LOG-01',
      'IDS-01',
    ]),
    'public-addresses': listOf(
      address,
      'Addresses of this host that the world reaches, also where they are on no interface (1:1 NAT)',
      'a list of addresses',
      ['192.0.2.10', '2001:db8::10'],
    ),
    'own-prefixes': listOf(
      prefix,
      "Prefixes that are the operator's own: hosts, VPN, name servers",
      'a list of address prefixes',
      ['10.0.0.0/8', 'fd00::/8'],
    ),
    'public-ports': listOf(port, 'Ports that the world may reach', 'a list of ports with their protocols', [
      '80/tcp',
      '443/tcp',
    ]),
    sites: z
      .record(z.string().min(1), siteSchema)
      .meta({
        description: 'Web sites, services and domains by name',
        expected: 'a map from names to what each is',
        examples: [{ 'www.example.com': { proxied: true } }],
      })
      .optional(),
    'public-labels': listOf(
      text({ description: 'A label', expected: 'a label', examples: ['test'] }),
      'Labels of names that look internal and are meant for the public',
      'a list of labels',
      ['demo'],
    ),
    'data-folders': listOf(
      path,
      'Folders with data that must be encrypted at rest, beside those that services name',
      'a list of absolute paths',
      ['/srv/data'],
    ),
    reboots: z
      .array(rebootSchema)
      .meta({
        description: 'Reboots that somebody stands for: all others are suspicious',
        expected: 'a list of reboots',
        examples: [[{ at: '2026-11-25 03:10', by: 'ops', reason: 'new kernel' }]],
      })
      .optional(),
    monitors: z
      .array(monitorSchema)
      .meta({
        description: 'Who asks an agent of this host: what is asked once a minute is not connected at most moments',
        expected: 'a list of monitors',
        examples: [[{ agent: 'zabbix-agent2', by: 'monitor.example.com' }]],
      })
      .optional(),
    'log-hosts': z
      .array(logHostSchema)
      .meta({
        description: 'Hosts that logs are mirrored to, with the keys that administer them',
        expected: 'a list of log hosts',
        examples: [
          [{ name: 'logs.example.com', 'admin-keys': ['SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDWQVfQfKqlGdOeUQI'] }],
        ],
      })
      .optional(),
    'veil-configuration': path
      .meta({
        description: "Where Veil's configuration is on the host that is checked",
        expected: 'an absolute path',
        examples: ['/etc/veil/veil.yaml'],
      })
      .optional(),
    'proxy-prefixes': listOf(
      prefix,
      'Prefixes from which a security proxy comes, beside those of the large providers',
      'a list of address prefixes',
      ['203.0.113.0/24'],
    ),
    'proxy-ranges': path
      .meta({
        description:
          'A file on the host that is checked, with prefixes that providers publish: `# NAME, SOURCE, DAY` before those of each. It takes the place of what hostcheck knows of that provider',
        expected: 'an absolute path',
        examples: ['/etc/hostcheck/proxy-ranges.txt'],
      })
      .optional(),
    persona: personaSchema.optional(),
    waivers: z
      .array(waiverSchema)
      .meta({
        description: 'What is accepted for a time, with who answers for it',
        expected: 'a list of waivers',
        examples: [[{ control: 'EXP-01', reason: 'moves in spring', owner: 'ops', expires: '2027-06-30' }]],
      })
      .optional(),
    attestations: z
      .array(attestationSchema)
      .meta({
        description: 'What only a person can say of a control; `hostcheck attest` writes them',
        expected: 'a list of attestations',
        examples: [
          [{ control: 'DDS-01', statement: 'filtered upstream', by: 'Ada', on: '2026-11-25', expires: '2027-05-25' }],
        ],
      })
      .optional(),
  })
  .meta({ description: 'What the operator declares', expected: 'a map of keys' })

export type RawDeclarations = z.infer<typeof declarationsSchema>
