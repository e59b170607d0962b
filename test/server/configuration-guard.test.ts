import { describe, expect, it } from 'vitest'
import { nameToText } from '../../dns/name.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import { formatProblem } from '../../zones/file-problem.ts'

function read(zone: string, guard = '') {
  const text = `listen: ["192.0.2.53@53"]\nviews: { internal: { clients: [10.0.0.0/8] }, public: {} }\nzones:\n  example.com: { file: a${zone} }\n${guard}`
  return parseConfiguration(text, '/etc/veil/veil.yaml', '/var/lib/veil')
}

function accepted(zone: string, guard?: string) {
  const reading = read(zone, guard)
  if (reading.outcome === 'refused') throw new Error(reading.problems.map(formatProblem).join('\n'))
  return reading.configuration
}

function problemOf(zone: string, guard?: string): string {
  const reading = read(zone, guard)
  if (reading.outcome === 'accepted') throw new Error('accepted')
  return reading.problems.map(formatProblem).join('\n')
}

describe('guard: detection', () => {
  it('looks for enumeration and starves it where nothing is said', () => {
    expect(accepted('').guard).toMatchObject({ detection: true, response: 'auto' })
    expect(accepted('').zones[0]!.guard).toEqual({})
  })

  it('takes a response for all zones, and another with honey for a view of one', () => {
    const { guard, zones } = accepted(
      ', guard: { public: { response: tc, honey: [backup-old, TRAP.dev.example.com.] }, internal: {} }',
      'guard: { detection: false, response: none }\n',
    )
    expect(guard).toMatchObject({ detection: false, response: 'none' })
    const { public: strangers, internal } = zones[0]!.guard!
    expect(strangers!.response).toBe('tc')
    expect(strangers!.honey.map((name) => nameToText(name))).toEqual([
      'backup-old.example.com.',
      'trap.dev.example.com.',
    ])
    expect(internal).toEqual({ response: undefined, honey: [] })
  })

  it('takes decoys as a response where there are some', () => {
    const decoys = 'dnssec: { algorithm: 15 }, decoys: { public: { mode: mirror, of: [www], when: incident } }'
    expect(accepted(`, ${decoys}, guard: { public: { response: decoys } }`).zones[0]!.guard!.public!.response).toBe(
      'decoys',
    )
  })

  it.each([
    [', guard: { public: { response: truncate } }', 'found "truncate"; expected one of `auto`'],
    [', guard: { public: { response: truncate } }', 'Write `response: tc`.'],
    [', guard: { publik: {} }', 'Did you mean "public"?'],
    [', guard: { public: { honey: [www.example.net.] } }', 'found "www.example.net.", which is not below the zone'],
    [', guard: { public: { honey: ["@"] } }', 'which is not below the zone'],
    [', guard: { public: { response: decoys } }', 'found `response: decoys` in a view that has none'],
    [', dnssec: off, guard: { public: { response: cells } }', 'in a zone that is not signed here'],
    [
      `, guard: { public: { honey: [${Array.from({ length: 257 }, (_, index) => `h${index}`)}] } }`,
      'found 257 honey names',
    ],
  ])('refuses %s', (zone, message) => {
    expect(problemOf(zone)).toContain(message)
  })
})
