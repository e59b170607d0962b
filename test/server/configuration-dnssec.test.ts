import { describe, expect, test } from 'vitest'
import { signaturePolicy } from '../../keys/signature-policy.ts'
import { DEFAULT_DNSSEC } from '../../server/configuration/dnssec.ts'
import { configureFromFlags, overrideByFlags } from '../../server/configuration/flags.ts'
import { DEFAULT_KEYS } from '../../server/configuration/keys.ts'
import { DEFAULT_PARENT } from '../../server/configuration/parent.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import type { DnssecConfiguration } from '../../server/configuration/types.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { formatProblem } from '../../zones/file-problem.ts'

const DAY = 86_400
const LISTEN = 'listen: ["127.0.0.1@5300"]\n'

function read(text: string) {
  return parseConfiguration(text, 'veil.yaml', '/var/lib/veil')
}

/** By zone, what the configuration says of signing. */
function dnssecOf(text: string): Record<string, DnssecConfiguration> {
  const reading = read(LISTEN + text)
  if (reading.outcome === 'refused') throw new Error(reading.problems.map(formatProblem).join('\n'))
  return Object.fromEntries(reading.configuration.zones.map(({ name, dnssec }) => [name, dnssec]))
}

function zone(dnssec: string): string {
  return `zones: { a: { file: x, dnssec: ${dnssec} } }\n`
}

describe('dnssec', () => {
  test('left out means signed', () => {
    expect(dnssecOf('zones: { a: { file: x } }')['a.']).toEqual({
      kind: 'signed',
      algorithms: [13],
      denial: DenialMode.Compact,
      wildcards: WildcardStyle.Flat,
      policy: { validity: 14 * DAY, maxTtl: 7 * DAY, quantum: DAY, backdate: 3600 },
      cds: 'publish',
      bootstrap: false,
      parent: DEFAULT_PARENT,
      keys: DEFAULT_KEYS,
    })
  })

  test('off and presigned are said in one word', () => {
    expect(dnssecOf(zone('off'))['a.']).toEqual({ kind: 'off' })
    expect(dnssecOf(zone('presigned'))['a.']).toEqual({ kind: 'presigned' })
  })

  test('takes every entry', () => {
    const all =
      '{ algorithm: [13, rsasha256], denial: cells, wildcards: hidden, validity: 2d, max-ttl: 1h, cds: delete, bootstrap: true, keys: { zsk-lifetime: 30d, ksk-lifetime: 365d, standby: [ksk], combined: true, publish-safety: 0s, retire-safety: 5m, backup: require, manual: true } }'
    expect(dnssecOf(zone(all))['a.']).toEqual({
      kind: 'signed',
      algorithms: [8, 13],
      denial: DenialMode.Cells,
      wildcards: WildcardStyle.Hidden,
      policy: signaturePolicy(2 * DAY, 3600),
      cds: 'delete',
      bootstrap: true,
      parent: DEFAULT_PARENT,
      keys: {
        ...{ zskLifetime: 30 * DAY, kskLifetime: 365 * DAY, standbyZsk: false, standbyKsk: true, isCombined: true },
        ...{ publishSafety: 0, retireSafety: 300, parentDsTtl: DAY, isManual: true, isBackupRequired: true },
      },
    })
  })

  test.each([
    ['8', [8]],
    ['"10"', [10]],
    ['ED25519', [15]],
    ['[14, ECDSAP384SHA384]', [14]],
    ['[15, 13]', [13, 15]],
  ])('algorithm %s', (text, algorithms) => {
    expect(dnssecOf(zone(`{ algorithm: ${text} }`))['a.']).toMatchObject({ algorithms })
  })

  test('a shorter validity lowers the largest TTL, unless that is said', () => {
    expect(dnssecOf(zone('{ validity: 4d }'))['a.']).toMatchObject({ policy: { maxTtl: 2 * DAY } })
    expect(dnssecOf(zone('{ validity: 60d }'))['a.']).toMatchObject({ policy: { maxTtl: 7 * DAY } })
    expect(dnssecOf(zone('{ validity: 60d, max-ttl: 30d }'))['a.']).toMatchObject({ policy: { maxTtl: 30 * DAY } })
  })

  test('keys of a zone are rolled as those of all, but for what it says', () => {
    const zones = dnssecOf(
      'dnssec: { keys: { zsk-lifetime: unlimited, publish-safety: 1m } }\n' +
        'zones:\n  a: { file: x }\n  b: { file: x, dnssec: { keys: { combined: true } } }\n',
    )
    expect(zones['a.']).toMatchObject({ keys: { zskLifetime: undefined, publishSafety: 60, standbyZsk: true } })
    expect(zones['b.']).toMatchObject({ keys: { zskLifetime: undefined, publishSafety: 60, standbyZsk: false } })
    expect(dnssecOf(zone('{ keys: { standby: [] } }'))['a.']).toMatchObject({ keys: { standbyZsk: false } })
    // Nobody wrote the lifetime, and a roll takes longer here.
    expect(dnssecOf(zone('{ parent: { ds-ttl: 2h } }'))['a.']).toMatchObject({ keys: { parentDsTtl: 7200 } })
    const slow = dnssecOf(zone('{ validity: 365d, max-ttl: 100d }'))['a.']
    expect(slow).toMatchObject({ keys: { zskLifetime: 100 * DAY + 3 * 3600 } })
  })

  test('of the whole file holds for zones that leave something out', () => {
    const zones = dnssecOf(
      'dnssec: { algorithm: 15, denial: cells, validity: 2d }\n' +
        'zones:\n  a: { file: x }\n  b: { file: x, dnssec: { denial: compact } }\n  c: { file: x, dnssec: off }\n',
    )
    expect(zones['a.']).toMatchObject({ algorithms: [15], denial: DenialMode.Cells, policy: { validity: 2 * DAY } })
    expect(zones['b.']).toMatchObject({ algorithms: [15], denial: DenialMode.Compact, policy: { validity: 2 * DAY } })
    expect(zones['c.']).toEqual({ kind: 'off' })
  })

  test('off of the whole file leaves the zones unsigned that do not say otherwise', () => {
    const zones = dnssecOf('dnssec: off\nzones: { a: { file: x }, b: { file: x, dnssec: {} } }\n')
    expect(zones).toEqual({ 'a.': { kind: 'off' }, 'b.': DEFAULT_DNSSEC })
  })
})

/** With ¦ before the place that the message must name, and words that it must hold. */
const REFUSED: readonly [title: string, text: string, ...words: string[]][] = [
  ['a word that is none', zone('¦sometimes'), '"sometimes"', '`off`, `presigned`, or a map'],
  ['false', zone('¦false'), 'found false', 'Write `dnssec: off`.'],
  ['true', zone('¦true'), 'found true', 'Zones are signed when nothing is said'],
  ['yes', zone('¦yes'), 'found "yes"', 'Zones are signed when nothing is said'],
  ['no', zone('¦no'), 'found "no"', 'Write `dnssec: off`.'],
  ['an unknown key', zone('{ ¦algorithms: 13 }'), '"algorithms"', 'Did you mean "algorithm"?'],
  ['an unknown key for all zones', `dnssec: { ¦denail: cells }\n${zone('off')}`, 'Did you mean "denial"?'],
  ['RSASHA1', zone('{ algorithm: ¦5 }'), 'the algorithm 5, which is refused: RSASHA1 stands on SHA-1', 'Write 13'],
  ['NSEC3RSASHA1 in a list', zone('{ algorithm: [13, ¦RSASHA1-NSEC3-SHA1] }'), 'SHA-1', '15 (ED25519)'],
  ['an algorithm that is none', zone('{ algorithm: ¦99 }'), 'the algorithm 99', '13 (ECDSAP256SHA256)'],
  ['no algorithm', zone('{ algorithm: ¦[] }'), 'an empty list', '8, 10, 13, 14 or 15'],
  ['an NSEC chain', zone('{ denial: ¦nsec }'), '"nsec"', 'dnsctl zone export'],
  ['an NSEC3 chain', zone('{ denial: ¦nsec3 }'), '"nsec3"', 'lists every name', 'dnsctl zone export'],
  ['a denial that is none', zone('{ denial: ¦black-lies }'), 'one of compact, white-lies, nsec3-white-lies, cells'],
  ['wildcards that are none', zone('{ wildcards: ¦round }'), 'one of flat, hidden, conventional'],
  ['a validity below a day', zone('{ validity: ¦23h }'), 'found "23h"', 'a time from 1d to 365d'],
  ['a validity beyond a year', zone('{ validity: ¦400d }'), '"400d"'],
  ['a TTL beyond half of the validity', zone('{ validity: 4d, max-ttl: ¦3d }'), '3d', 'at most 2d', '`validity: 6d`'],
  ['a TTL beyond half of the default', zone('{ max-ttl: ¦8d }'), 'which is 14d', 'at most 7d', '`validity: 16d`'],
  ['a TTL beyond half of any validity', zone('{ max-ttl: ¦300d }'), 'at most 7d', 'Lower it'],
  ['hiding in a zone that is presigned', zone('presigned, ¦hide: { public: [a] }'), 'of a zone that is presigned'],
  ['an overlay of one', zone('presigned, ¦overlays: { public: a }'), 'of a zone that is presigned'],
  ['bootstrap without CDS', zone('{ cds: off, bootstrap: ¦true }'), 'no CDS', 'cds: publish'],
  ['cds: false', zone('{ cds: ¦false }'), 'Write `cds: off`.'],
  ['keys: false', zone('{ keys: ¦false }'), 'zsk-lifetime: unlimited'],
  ['a lifetime that is none', zone('{ keys: { zsk-lifetime: ¦never } }'), '"never"', 'a time, or `unlimited`'],
  ['a lifetime too short for a roll', zone('{ keys: { zsk-lifetime: ¦7d } }'), '7d', 'at least 171h', '`max-ttl: 7d`'],
  ['a standby that is none', zone('{ keys: { standby: [¦csk] } }'), '"csk"', 'zsk'],
  ['a standby ZSK of a combined key', zone('{ keys: { combined: true, standby: ¦[zsk] } }'), '`standby: [ksk]`'],
  ['a safety without a unit that is known', zone('{ keys: { retire-safety: ¦1w } }'), '"1w"', 'a time from 0s to 365d'],
  ['an unknown key of keys', zone('{ keys: { ¦zsk-livetime: 90d } }'), 'Did you mean "zsk-lifetime"?'],
  ['a bootstrap that is no truth value', zone('{ bootstrap: ¦publish }'), 'true or false'],
]

describe('what is refused, with place and remedy:', () => {
  test.each(REFUSED)('%s', (_title, marked, ...words) => {
    const before = (LISTEN + marked).slice(0, (LISTEN + marked).indexOf('¦')).split('\n')
    const reading = read(LISTEN + marked.replace('¦', ''))
    if (reading.outcome === 'accepted') throw new Error('accepted')
    expect(reading.problems).toHaveLength(1)
    const problem = formatProblem(reading.problems[0]!)
    expect(problem).toMatch(new RegExp(`^veil\\.yaml:${before.length}:${before.at(-1)!.length + 1}: found `))
    for (const word of words) expect(problem).toContain(word)
  })
})

describe('on the command line', () => {
  const flags = { listen: ['127.0.0.1@5300'], zone: ['a=x'], rateLimit: true, dnssec: true }

  function zonesOf(reading: ReturnType<typeof configureFromFlags>): DnssecConfiguration[] {
    if (reading.outcome === 'refused') throw new Error(reading.problems.map(formatProblem).join('\n'))
    return reading.configuration.zones.map(({ dnssec }) => dnssec)
  }

  test('zones are signed by default', () => {
    expect(zonesOf(configureFromFlags(flags, '/state'))).toEqual([DEFAULT_DNSSEC])
  })

  test('--no-dnssec leaves all zones unsigned, whatever the file says', () => {
    expect(zonesOf(configureFromFlags({ ...flags, dnssec: false }, '/state'))).toEqual([{ kind: 'off' }])
    const reading = read(`${LISTEN}zones: { a: { file: x }, b: { file: x, dnssec: presigned } }`)
    if (reading.outcome === 'refused') throw new Error('refused')
    const off = { listen: [], zone: [], rateLimit: true, dnssec: false }
    expect(zonesOf(overrideByFlags(reading, off))).toEqual([{ kind: 'off' }, { kind: 'off' }])
  })

  test('--presigned concerns the zones that would be signed', () => {
    const reading = read(`${LISTEN}zones: { a: { file: x }, b: { file: x, dnssec: off } }`)
    if (reading.outcome === 'refused') throw new Error('refused')
    const presigned = { listen: [], zone: [], rateLimit: true, dnssec: true, presigned: true }
    const expected = [{ ...DEFAULT_DNSSEC, unlessPresigned: true }, { kind: 'off' }]
    expect(zonesOf(overrideByFlags(reading, presigned))).toEqual(expected)
  })
})
