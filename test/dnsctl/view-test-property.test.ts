import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openOffline, readOffline } from '../../dnsctl/offline-zones.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import { testView, type ViewTest } from '../../server/view-test.ts'
import { readViewTestQuestion } from '../../server/view-test-question.ts'
import { hasErrors } from '../../zones/file-problem.ts'

const CONFIGURATION = `
listen: ["127.0.0.1@5300"]
views: { internal: { clients: [10.0.0.0/8] }, public: {} }
zones: { z.: { file: base, overlays: { internal: overlay } } }
`
const HEAD = '@ 300 SOA ns.z. h.z. 1 1 1 1 1\n@ 300 NS ns.elsewhere.\n'

const label = fc.constantFrom('a', 'b', '*', 'w')
const owner = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'))
const record = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(owner, fc.constantFrom('A 192.0.2.1', 'A 192.0.2.2', 'TXT "t"', 'MX 1 b.z.')) },
  { weight: 1, arbitrary: fc.tuple(owner, fc.constantFrom('CNAME a.b.z.', 'CNAME w.z.', 'NS a.w.z.', 'DNAME b.z.')) },
)
const file = fc
  .array(record, { maxLength: 8 })
  .map((records) => records.map(([name, text]) => `${name} 60 ${text}\n`).join(''))
const question = fc.record({
  name: owner,
  type: fc.constantFrom('A', 'TXT', 'MX', 'CNAME', 'NS', 'DS', 'ANY'),
  inside: fc.boolean(),
})

describe('view test', () => {
  it('explains every answer without contradicting it', () => {
    let asked = 0
    fc.assert(
      fc.property(file, file, fc.array(question, { minLength: 1, maxLength: 6 }), (base, overlay, questions) => {
        const files = new Map([
          ['/x/base', HEAD + base],
          ['/x/overlay', overlay],
        ])
        const ask = asker(files)
        if (ask === undefined) return
        for (const each of questions) {
          asked++
          agreesWithItself(ask(each), files)
        }
      }),
      { numRuns: 150 },
    )
    expect(asked).toBeGreaterThan(150)
  })
})

type Question = { readonly name: string; readonly type: string; readonly inside: boolean }

/** Asks zones of these files; undefined where they have errors. */
function asker(files: ReadonlyMap<string, string>): ((question: Question) => ViewTest) | undefined {
  const reading = parseConfiguration(CONFIGURATION, '/x/veil.yaml', '/state')
  if (reading.outcome === 'refused') throw new Error(JSON.stringify(reading.problems))
  const { configuration } = reading
  const zones = readOffline(configuration, configuration.zones, (path) => Buffer.from(files.get(path)!))
  if (zones.some((zone) => hasErrors(zone.problems))) return undefined
  const generation = openOffline(configuration, zones)
  const projection = (_: unknown, view: string) => zones[0]!.views.find((each) => each.view === view)?.projection
  return ({ name, type, inside }) => {
    const text = { name: `${name}.z`, type, from: inside ? '10.0.0.1' : '192.0.2.1' }
    const read = readViewTestQuestion(configuration, text)
    if (read.outcome === 'unreadable') throw new Error(read.reason)
    return testView({ configuration, generation, projection }, read.value)
  }
}

function agreesWithItself({ rule, answer, others }: ViewTest, files: ReadonlyMap<string, string>): void {
  const { rcode, authoritative, records, steps } = answer
  const last = steps.at(-1)!
  if (steps.length === 1) expect(authoritative).toBe(last.outcome !== 'referral')
  if (rcode === 'NXDOMAIN') expect(last.outcome).toBe('nxdomain')
  if (last.outcome === 'nxdomain') expect(rcode).toBe('NXDOMAIN')
  if (last.outcome === 'answer' || last.outcome === 'referral') expect(records.length).toBeGreaterThan(0)
  for (const step of steps.slice(0, -1)) expect(['cname', 'dname']).toContain(step.outcome)
  for (const { type, places } of records) {
    if (type !== 'CNAME') expect(places.length).toBeGreaterThan(0)
    for (const place of places) {
      expect(files.get(place.file)!.split('\n')[place.line - 1]).toContain(` ${type} `)
      if (rule.name === 'public') expect(place.file).toBe('/x/base')
    }
  }
  expect(others.map((other) => other.view)).toEqual([rule.name === 'public' ? 'internal' : 'public'])
  for (const other of others) if (other.same) expect(other.rcode).toBe(rcode)
}
