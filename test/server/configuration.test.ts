import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { nameFromText } from '../../dns/name.ts'
import { DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import { formatPrefix } from '../../server/address.ts'
import { describeConfiguration } from '../../server/configuration/json-schema.ts'
import { showConfigurationProblem } from '../../server/configuration/problems.ts'
import { parseConfiguration, readConfiguration } from '../../server/configuration/read.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import { formatProblem } from '../../zones/file-problem.ts'

const STATE = '/var/lib/veil'
const LEAST = 'listen: ["127.0.0.1@5300"]\nzones: { example.com: { file: example.com.zone } }\n'

function accept(text: string): Configuration {
  const reading = parseConfiguration(text, '/etc/veil/veil.yaml', STATE)
  if (reading.outcome === 'accepted') return reading.configuration
  throw new Error(reading.problems.map(formatProblem).join('\n'))
}

function problemsOf(text: string): string[] {
  const reading = parseConfiguration(text, 'veil.yaml', STATE)
  return (reading.outcome === 'accepted' ? reading.warnings : reading.problems).map(formatProblem)
}

describe('a configuration that may take effect', () => {
  test('gets defaults for what it leaves out', () => {
    const configuration = accept(LEAST)
    expect(configuration.state).toBe(STATE)
    expect(configuration.views).toEqual([{ name: 'public', clients: undefined, listen: undefined }])
    expect(configuration.rateLimit).toEqual({ enabled: true, cookies: true, ...DEFAULT_RATE_LIMITS })
    expect(configuration.workers).toBeGreaterThan(0)
    expect(configuration.identity).toEqual({ version: undefined, hostname: undefined, nsid: undefined })
    expect(configuration.zones[0]).toMatchObject({ name: 'example.com.', views: undefined })
  })

  test('says everything that the design promises', () => {
    const configuration = accept(`
listen: ["192.0.2.53@53", "2001:db8::53@53"]
user: veil
state: state
workers: 3
udp: dgram
views:
  internal: { clients: [10.0.0.0/8, fd00::/8] }
  lan: { listen: ["2001:db8::53"] }
  public: {}
zones:
  example.com:
    file: example.com.zone
    overlays: { internal: sub/example.com.internal.zone }
    hide:
      public: [jenkins, { name: "@", types: [TXT, TYPE65280] }, { subtree: staging }]
    dnssec: off
  intranet.example: { file: /srv/intranet.zone, views: [internal] }
rate-limit:
  log-only: true
  answers-per-second: { absent: 7 }
  slip: 0
  exempt: [192.0.2.0/24]
tcp: { connections: 5, idle: 1m, total: 300, write-buffer: 1MiB }
identity: { nsid: "0x0aff", hostname: ns1 }
`)
    expect(configuration).toMatchObject({
      user: 'veil',
      state: '/etc/veil/state',
      workers: 3,
      udp: 'dgram',
      listen: [
        { address: '192.0.2.53', port: 53, family: 4 },
        { address: '2001:db8::53', port: 53, family: 6 },
      ],
      streams: { connections: 5, idleSeconds: 60, totalSeconds: 300, writeBufferOctets: 1024 * 1024 },
      identity: { version: undefined, hostname: 'ns1', nsid: Uint8Array.of(0x0a, 0xff) },
    })
    expect(configuration.views.map(({ name, listen }) => [name, listen])).toEqual([
      ['internal', undefined],
      ['lan', [1]],
      ['public', undefined],
    ])
    expect(configuration.views[0]!.clients!.map(formatPrefix)).toEqual(['10.0.0.0/8', 'fd00::/8'])
    expect(configuration.rateLimit).toMatchObject({ enabled: true, logOnly: true, slip: 0 })
    expect(configuration.rateLimit.answersPerSecond).toEqual({ ...DEFAULT_RATE_LIMITS.answersPerSecond, absent: 7 })
    const [example, intranet] = configuration.zones
    expect(example!.file).toBe('/etc/veil/example.com.zone')
    expect(example!.overlays.internal).toBe('/etc/veil/sub/example.com.internal.zone')
    expect(example!.hide.public).toEqual([
      { name: nameFromText('jenkins.example.com.'), subtree: false, types: undefined },
      { name: nameFromText('example.com.'), subtree: false, types: [16, 65280] },
      { name: nameFromText('staging.example.com.'), subtree: true, types: undefined },
    ])
    expect(intranet).toMatchObject({ name: 'intranet.example.', file: '/srv/intranet.zone', views: ['internal'] })
  })

  test('names zones in any letter case, with escapes, and the root', () => {
    const zones = String.raw`zones: { EXAMPLE.com.: { file: a }, 'a\000b\.c.example': { file: b }, '.': { file: c }, 10: { file: d }, __proto__.: { file: e } }`
    expect(
      accept(`listen: ["::1@53"]\n${zones}`)
        .zones.map((zone) => zone.name)
        .sort(),
    ).toEqual(['.', '10.', '__proto__.', String.raw`a\000b\.c.example.`, 'example.com.'])
  })

  test('keeps views whose names mean something to JavaScript apart from it', () => {
    const zone = accept(`${LEAST}views: { constructor: {} }\n`).zones[0]!
    expect(zone.overlays.constructor).toBeUndefined()
    expect(zone.hide.constructor).toBeUndefined()
  })

  test('warns of a client prefix that an earlier view takes', () => {
    const views = 'views: { a: { clients: [10.0.0.0/8] }, b: { clients: [10.0.0.0/8, 11.0.0.0/8] }, c: {} }'
    expect(problemsOf(`${LEAST}${views}`)).toEqual([
      'veil.yaml:3:55: warning: found 10.0.0.0/8, which the view "a" takes first; expected each client prefix once. Remove one of the two.',
    ])
  })
})

/** What is refused, with ¦ before the place that the message must name, and words that it must hold. */
const REFUSED: readonly [title: string, text: string, ...words: string[]][] = [
  ['an unknown key', `${LEAST}¦veiws: {}`, '"veiws"', 'Did you mean "views"?'],
  ['an unknown key of a zone', zone('¦overlay: {}'), 'one of file, overlays, hide, views, dnssec', '"overlays"?'],
  ['no listen', '¦zones: { a: { file: b } }', 'nothing at the key "listen"', '192.0.2.53@53'],
  ['an empty listen', 'listen: ¦[]\nzones: { a: { file: b } }', 'an empty list'],
  ['no zones', '¦listen: ["::1@53"]', 'nothing at the key "zones"'],
  ['not one zone', 'listen: ["::1@53"]\nzones: ¦{}', 'no zone', 'at least one'],
  ['an empty file', '¦', 'nothing'],
  ['a list instead of a map', '¦- a', 'a list', 'a map'],
  ['a port behind a colon', listen('¦"127.0.0.1:53"'), 'the port stands behind "@"', '127.0.0.1@53'],
  ['an address that is none', listen('¦"localhost@53"'), 'not an IP address'],
  ['the same address twice', listen('"::1@53", ¦"0:0::1"'), 'entry 1 of the list again'],
  ['too many workers', `${LEAST}workers: ¦1000`, 'found 1000', 'from 1 to 256'],
  ['a word for a truth value', `${LEAST}rate-limit: { enabled: ¦yes }`, '"yes"', 'true or false'],
  ['a time without meaning', `${LEAST}tcp: { idle: ¦10x }`, '"10x"', '10s'],
  ['an identity too long for TXT', `${LEAST}identity: { hostname: ¦${'x'.repeat(256)} }`, '256 octets'],
  ['a view with a bad name', `${LEAST}views: { ¦-x: {} }`, '"-x"', 'begins with a letter'],
  ['a view without value', `${LEAST}views:\n  public:¦\n`, 'nothing', '`{}`'],
  ['no view', `${LEAST}views: ¦{}`, 'no view at all'],
  ['a prefix with bits behind it', clients('¦10.0.0.5/8'), 'Write 10.0.0.0/8 for all of it, or 10.0.0.5'],
  ['a view at a foreign address', `${LEAST}views: { a: { listen: [¦"::1@53"] } }`, 'one of the entries of `listen`'],
  ['a view that has no clients', `${LEAST}views: { ¦a: { clients: [] }, b: {} }`, '"a", which no client can ever get'],
  ['two views for everybody', `${LEAST}views: { a: {}, ¦b: {} }`, '"b", which no client can ever get'],
  [
    'a view whose clients others take',
    `${LEAST}views: { ¦a: { clients: [10.0.0.0/8] }, b: { clients: [10.0.0.0/9] }, c: { clients: [10.128.0.0/9] } }`,
    '"a", which no client can ever get',
  ],
  ['an overlay for a view that does not exist', zone('overlays: { ¦pulbic: x }'), '"pulbic"', '"public"?'],
  ['an overlay for a view without the zone', zone('views: [], overlays: { ¦public: x }'), 'does not have this zone'],
  ['a zone for a view that does not exist', zone('views: [¦inside]'), '"inside"', 'one of public'],
  [
    'a zone twice',
    'listen: ["::1@53"]\nzones:\n  a.b: { file: x }\n  ¦A.B.: { file: y }',
    '"A.B."',
    'already as "a.b"',
    'letter case and a trailing dot make no difference',
  ],
  ['a key twice', `${LEAST}workers: 1\n¦workers: 2`, 'a key that is already there'],
  ['a zone name with an empty label', 'listen: ["::1@53"]\nzones: { ¦a..b: { file: x } }', 'a..b'],
  ['a zone name beyond ASCII', 'listen: ["::1@53"]\nzones: { ¦bücher.de: { file: x } }', 'xn--bcher-kva.de'],
  ['a key that JavaScript would lose', 'listen: ["::1@53"]\nzones: { ¦__proto__: {} }', 'with a dot at its end'],
  ['a zone without file', 'listen: ["::1@53"]\nzones: { a: ¦{} }', 'nothing at the key "file"'],
  [
    'a rule that might mean two things',
    zone('hide: { public: [¦"*.lab"] }'),
    '{ name: "*.lab" }',
    '{ subtree: "lab" }',
  ],
  ['a rule outside the zone', zone('hide: { public: [¦a.example.] }'), 'not in the zone'],
  ['a rule that hides the zone', zone('hide: { public: [¦"@"] }'), 'SOA and NS', 'types: [TXT]'],
  ['a rule that hides all of the zone', zone('hide: { public: [¦{ subtree: "@" }] }'), '`views` of the zone'],
  ['a rule with an unknown type', zone('hide: { public: [{ name: a, types: [¦TTX] }] }'), '"TTX"', 'an RR type'],
  ['a rule with a misspelt key', zone('hide: { public: [{ ¦subtre: a }] }'), 'Did you mean "subtree"?'],
  ['a rule with two names', zone('hide: { public: [¦{ subtree: a, name: b }] }'), 'just one of'],
  ['YAML that does not parse', 'listen: [¦', 'YAML that does not parse'],
  ['a tab for indentation', 'listen:\n¦\t- a', 'YAML'],
]

function zone(entries: string): string {
  return `listen: ["127.0.0.1@53"]\nzones:\n  a: { file: x, ${entries} }\n`
}

function listen(addresses: string): string {
  return `listen: [${addresses}]\nzones: { a: { file: b } }`
}

function clients(prefixes: string): string {
  return `${LEAST}views: { a: { clients: [${prefixes}] }, public: {} }`
}

describe('what is refused, with place and remedy:', () => {
  test.each(REFUSED)('%s', (_title, marked, ...words) => {
    const before = marked.slice(0, marked.indexOf('¦')).split('\n')
    const place = `${before.length}:${before.at(-1)!.length + 1}`
    const text = marked.replace('¦', '')
    expect(parseConfiguration(text, 'veil.yaml', STATE).outcome).toBe('refused')
    const problems = problemsOf(text)
    const problem = problems.find((each) => each.startsWith(`veil.yaml:${place}: found `))
    expect(problem, `at ${place}: ${problems.join('\n')}`).toBeDefined()
    for (const word of words) expect(problem).toContain(word)
  })

  test('every problem at once, in the order of the file', () => {
    const text = `${LEAST}workers: 0\nuesr: x\nudp: fast\n`
    expect(problemsOf(text).map((problem) => problem.split(': ')[0])).toEqual([
      'veil.yaml:3:10',
      'veil.yaml:4:1',
      'veil.yaml:5:6',
    ])
  })

  test('a file that is not there', () => {
    const reading = readConfiguration('/nowhere/veil.yaml', STATE)
    expect(reading).toMatchObject({ outcome: 'refused', problems: [{ file: '/nowhere/veil.yaml', found: 'no file' }] })
  })

  test('a binary file, without throwing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'veil-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'veil.yaml')
    writeFileSync(
      file,
      Uint8Array.from({ length: 4096 }, (_, index) => (index * 7919) & 0xff),
    )
    expect(readConfiguration(file, STATE).outcome).toBe('refused')
  })
})

test('a problem is shown with its line and a mark', () => {
  const reading = parseConfiguration(`${LEAST}veiws: {}`, 'veil.yaml', STATE)
  if (reading.outcome === 'accepted') throw new Error('accepted')
  expect(showConfigurationProblem(reading.problems[0]!, reading.source).split('\n').slice(1)).toEqual([
    '     3 | veiws: {}',
    '       | ^',
  ])
})

test('the demonstration is a configuration without a remark', () => {
  const reading = readConfiguration(new URL('../../demo/veil.yaml', import.meta.url).pathname, STATE)
  expect(reading).toMatchObject({ outcome: 'accepted', warnings: [] })
})

test('the JSON Schema for editors is current (npm run schema)', () => {
  const path = new URL('../../docs/veil.schema.json', import.meta.url).pathname
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(describeConfiguration())
})
