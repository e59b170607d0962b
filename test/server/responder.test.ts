import { expect, it, vi } from 'vitest'
import { Reaction } from '../../guard/reaction.ts'
import { formatPrefix } from '../../server/address.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import type { GuardChange } from '../../server/guard/apply-guard.ts'
import { createResponder } from '../../server/guard/responder.ts'
import type { StarvedPrefix } from '../../server/guard/responses.ts'
import { incidentWith } from '../helpers/incidents.ts'

const ONE = incidentWith({ id: '20261125-1' })
const OTHER = incidentWith({
  id: '20261125-2',
  sources: [{ ...ONE.sources[0]!, address: '198.51.100.9', prefix: '198.51.100.9/32' }],
})
const ZONE = { view: 'public', zone: 'example.com.' }

/** A responder over workers that go by a change when `publish` is called. */
function responder() {
  const applied: NonNullable<GuardChange['responses']>[] = []
  const starved: string[][] = []
  let publish = (): void => {}
  const published = new Promise<void>((resolve) => {
    publish = resolve
  })
  const log = { error: vi.fn() }
  const configuration = {
    ...{ zones: [], listen: [], rateLimit: { exempt: [] } },
    guard: { response: 'tc', neverBan: [] },
  } as unknown as Configuration
  const { respond } = createResponder({
    configuration: () => configuration,
    apply: ({ responses = [] }) => {
      applied.push(responses)
      return published
    },
    starve: async (prefixes: readonly StarvedPrefix[]) => {
      starved.push(prefixes.map(({ prefix }) => formatPrefix(prefix)))
    },
    log,
  })
  return { respond, applied, starved, publish, published, log }
}

it('puts in force what changes, and lets go of it when the incident is over', () => {
  const { respond, applied, starved } = responder()
  respond([ONE])
  respond([ONE])
  respond([])
  expect(applied).toMatchObject([[{ ...ZONE, reaction: Reaction.Truncate }], [{ ...ZONE, reaction: Reaction.None }]])
  expect(starved).toEqual([['192.0.2.7/32'], []])
})

it('ends with the last answer, where one comes while workers wait for another', async () => {
  const { respond, starved, publish, published, log } = responder()
  respond([ONE])
  respond([ONE, OTHER])
  publish()
  await published
  expect(starved.at(-1)).toEqual(['192.0.2.7/32', '198.51.100.9/32'])
  expect(log.error).not.toHaveBeenCalled()
})
