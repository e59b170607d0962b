import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { DEFAULT_RATE_LIMIT, DEFAULT_STREAMS } from '../../server/configuration/defaults.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import { configurationEntries, configurationReference } from '../../server/configuration/reference.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import { restartSettings } from '../../server/reload.ts'
import { formatProblem } from '../../zones/file-problem.ts'

const entries = configurationEntries()

function accept(text: string): Configuration {
  const reading = parseConfiguration(text, '/etc/veil/veil.yaml', '/var/lib/veil')
  const problems = reading.outcome === 'accepted' ? reading.warnings : reading.problems
  expect(problems.map(formatProblem)).toEqual([])
  if (reading.outcome !== 'accepted') throw new Error('refused')
  return reading.configuration
}

/** The text at the path in flow style, as an operator would write it. */
function configurationWith(path: string, value: string): string {
  const document = parseDocument(
    'listen: ["192.0.2.53@53"]\nviews: { public: {} }\nzones: { example.com: { file: a } }\n',
  )
  document.setIn(path.split('.'), parseDocument(value).contents)
  return document.toString()
}

describe('docs/configuration.md', () => {
  test('is what the schema says (mend with: npx vitest run test/server/configuration-reference.test.ts -u)', async () => {
    await expect(configurationReference()).toMatchFileSnapshot('../../docs/configuration.md')
  })

  test('has every property of the JSON Schema', () => {
    const schema = JSON.parse(readFileSync(new URL('../../docs/veil.schema.json', import.meta.url), 'utf8'))
    const properties = new Set<string>()
    JSON.stringify(schema, (key, value) => {
      if (key === 'properties') for (const property of Object.keys(value)) properties.add(property)
      return value
    })
    const told = new Set(entries.map(({ path }) => path.split('.').at(-1)!))
    expect([...properties].filter((property) => !told.has(property))).toEqual([])
    expect(properties.size).toBeGreaterThan(25)
  })

  test('shows an example that is accepted without a warning', () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(configurationReference())![1]!
    const configuration = accept(example)
    expect(configuration.views.map(({ name }) => name)).toEqual(['branch', 'internal', 'public'])
    expect(configuration.zones[1]!.views).toEqual(['internal', 'branch'])
  })

  test('names the defaults that hold', () => {
    const valued = entries.flatMap(({ path, whenLeftOut }) => {
      const value = /^(rate-limit|tcp)\./.test(path) ? /^`(.+)`$/.exec(whenLeftOut)?.[1] : undefined
      return value === undefined ? [] : [{ path, value }]
    })
    expect(valued).toHaveLength(15)
    for (const { path, value } of valued) {
      const { rateLimit, streams } = accept(configurationWith(path, value))
      expect({ path, rateLimit, streams }).toEqual({ path, rateLimit: DEFAULT_RATE_LIMIT, streams: DEFAULT_STREAMS })
    }
  })

  test('leaves no entry unexplained', () => {
    for (const { path, meaning, value } of entries) {
      expect({ path, meaning: meaning.length > 0, value: value.length > 0 }).toEqual({
        path,
        meaning: true,
        value: true,
      })
    }
  })

  test('names what only a restart changes', () => {
    const sentence = /and identity\. ((?:`[a-z-]+`,? (?:and )?)+)are what/.exec(
      configurationReference().replaceAll('\n', ' '),
    )![1]!
    const named = [...sentence.matchAll(/`([a-z-]+)`/g)].map(([, key]) => key)
    const running = accept('listen: ["192.0.2.53@53"]\nzones: { example.com: { file: a } }\n')
    const other = accept(`
listen: ["192.0.2.54@53"]
user: veil
state: /elsewhere
workers: 77
udp: dgram
views: { internal: { clients: [10.0.0.0/8] }, public: {} }
zones: { example.net: { file: b } }
rate-limit: { slip: 3 }
tcp: { idle: 20s }
identity: { nsid: ns1 }
sealing: { unlock: passphrase }
`)
    expect(named.sort()).toEqual(restartSettings(running, other).sort())
  })
})
