import { describe, expect, it } from 'vitest'
import { Flag, Opcode, Rcode, Type } from '../../../dns/constants.ts'
import type { ParentConfiguration } from '../../../server/configuration/types.ts'
import { encodeMessage } from '../../helpers/encode-message.ts'
import { type Behaviour, NOW, record, silently } from '../../helpers/simulated-dns.ts'
import { openWatch, TARGET, ZONE } from './watched.ts'

describe('the parent is told of new CDS records', () => {
  const DSYNC = `*._dsync DSYNC CDS NOTIFY 5359 scanner.test.`

  async function tell(lines: readonly string[], behave: Behaviour, settings: Partial<ParentConfiguration> = {}) {
    const watched = openWatch(settings)
    watched.parent.records.push(...lines.map((line) => record(watched.parent.apex, line)))
    watched.target(behave)
    watched.set(0, 'rumoured')
    watched.watch.expect(ZONE)
    await watched.advance(60)
    const told = watched.asked.filter(({ text }) => text === `${ZONE} ${Type.CDS}`)
    return { notified: watched.notes.at(-1)!.notified, told }
  }

  const reply =
    (rcode: number): Behaviour =>
    (query) => {
      if (query.opcode !== Opcode.Notify || (query.flags & Flag.AA) === 0) throw new Error('no NOTIFY')
      const flags = Flag.QR | Flag.AA | (Opcode.Notify << 11) | rcode
      return [
        encodeMessage({ id: query.id ^ 1, flags, question: query.question }),
        encodeMessage({ id: query.id, flags, question: query.question }),
      ]
    }

  it.each<[string, readonly string[]]>([
    ['at its own place', ['veil._dsync DSYNC CDS NOTIFY 5359 scanner']],
    ['at the place of all', ['_dsync DSYNC CDS NOTIFY 5359 scanner']],
    ['where other notifications go elsewhere', ['_dsync DSYNC CSYNC NOTIFY 53 x', '_dsync DSYNC CDS 1 5359 scanner']],
  ])('%s', async (_title, lines) => {
    const { notified, told } = await tell([...lines, `scanner A ${TARGET}`], reply(Rcode.NoError))
    expect(notified).toEqual({ at: NOW, target: 'scanner.test.@5359', outcome: 'acknowledged' })
    expect(told).toEqual([{ address: TARGET, via: 'udp', text: `${ZONE} ${Type.CDS}` }])
  })

  it('five times where nobody answers, and that is said', async () => {
    const { notified, told } = await tell(['_dsync DSYNC CDS NOTIFY 5359 scanner', `scanner A ${TARGET}`], silently)
    expect(notified).toMatchObject({ outcome: 'silent' })
    expect(told).toHaveLength(5)
  })

  it('and may refuse', async () => {
    const { notified, told } = await tell(
      ['_dsync DSYNC CDS NOTIFY 5359 scanner', `scanner A ${TARGET}`],
      reply(Rcode.NotImp),
    )
    expect(notified).toMatchObject({ outcome: 'refused' })
    expect(told).toHaveLength(1)
  })

  it.each<[string, readonly string[], string]>([
    ['it does not ask for it', [], 'none'],
    ['it asks for something else', ['_dsync DSYNC CSYNC NOTIFY 5359 scanner'], 'none'],
    ['it asks for it in another way', ['_dsync DSYNC CDS 200 5359 scanner'], 'none'],
    ['there is no port', ['_dsync DSYNC CDS NOTIFY 0 scanner'], 'none'],
    ['the target has no address', ['_dsync DSYNC CDS NOTIFY 5359 nobody'], 'nobody.test. has no address'],
  ])('not where %s', async (_title, lines, target) => {
    const { notified, told } = await tell(lines, reply(Rcode.NoError))
    expect(notified).toMatchObject({ target: expect.stringContaining(target), outcome: 'none' })
    expect(told).toEqual([])
  })

  it('not where the target is a group of hosts', async () => {
    const { notified, told } = await tell(
      ['_dsync DSYNC CDS NOTIFY 5359 scanner', 'scanner A 224.0.0.251', 'scanner AAAA ff02::fb', 'scanner A 0.0.0.0'],
      reply(Rcode.NoError),
    )
    expect(notified).toMatchObject({ target: expect.stringContaining('scanner.test. has no address'), outcome: 'none' })
    expect(told).toEqual([])
  })

  it('not where the configuration says so', async () => {
    const { notified, told } = await tell([DSYNC], reply(Rcode.NoError), { notify: false })
    expect([notified, told]).toEqual([undefined, []])
  })
})
