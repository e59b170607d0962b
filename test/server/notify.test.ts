import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NotificationTarget } from '../../server/configuration/ban-types.ts'
import { createNotifier, type NotifierTimes } from '../../server/guard/notify/notifier.ts'
import { alarm, messageOf } from '../helpers/alarms.ts'

describe('a message', () => {
  it('says what happened, why, and the next command', () => {
    expect(messageOf(alarm(), alarm('And that.', 'ban-set')).text).toBe(`Veil on ns1: 1 honey name asked for, 1 ban set

2026-11-25T00:00:00.000Z  It happened.
Next: dnsctl ban explain 192.0.2.7

2026-11-25T00:00:00.000Z  And that.
Next: dnsctl ban explain 192.0.2.7`)
  })

  it('is one, and of bounded length, whatever flood it tells of', () => {
    const { text, subject, json } = messageOf(...Array.from({ length: 100_000 }, () => alarm('x', 'incident-opened')))
    expect(subject).toBe('Veil on ns1: 100000 incidents opened')
    expect(text).toContain('And 99980 more')
    expect(json.length).toBeLessThan(10_000)
    expect(JSON.parse(json)).toMatchObject({ counts: { 'incident-opened': 100_000 }, more: 99_980 })
  })

  it('keeps nothing that steers a terminal or begins a line of its own', () => {
    const { text } = messageOf(alarm('a\r\nBcc: b\u001b[31m\u2028c'))
    expect(text.split('\n')).toHaveLength(4)
    expect(text).toContain('a??Bcc: b?[31m?c')
  })
})

describe('the notifier', () => {
  const TARGET: NotificationTarget = { kind: 'command', program: '/bin/true', arguments: [] }
  const times: NotifierTimes = { gather: 2000, interval: 60_000, backoff: [5000, 30_000] }

  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function notifying(outcomes: ('taken' | 'refused')[] = []) {
    const subjects: string[] = []
    const said: string[] = []
    const log = {
      info: () => {},
      warn: (_: object, text: string) => void said.push(text),
      error: (_: object, text: string) => void said.push(text),
    }
    const notifier = createNotifier({
      log: log as never,
      times,
      deliver: async (_target, { subject }) => {
        subjects.push(subject.replace(/^.*?: /, ''))
        if (outcomes.shift() === 'refused') throw new Error('not today')
      },
    })
    notifier.setTargets([TARGET])
    return { notifier, subjects, said }
  }

  it('tells a flood in one message, and what comes later in another', async () => {
    const { notifier, subjects } = notifying()
    for (let count = 0; count < 500; count++) notifier.tell(alarm('x', 'incident-opened'))
    await vi.advanceTimersByTimeAsync(2000)
    expect(subjects).toEqual(['500 incidents opened'])
    for (let count = 0; count < 7; count++) notifier.tell(alarm())
    await vi.advanceTimersByTimeAsync(59_000)
    expect(subjects).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(subjects).toEqual(['500 incidents opened', '7 honey names asked for'])
    await vi.advanceTimersByTimeAsync(600_000)
    notifier.tell(alarm())
    await vi.advanceTimersByTimeAsync(2000)
    expect(subjects).toHaveLength(3)
  })

  it('tries again, later and later, and gives up aloud', async () => {
    const { notifier, subjects, said } = notifying(['refused', 'refused', 'refused'])
    notifier.tell(alarm())
    await vi.advanceTimersByTimeAsync(2000 + 5000 + 30_000)
    expect(subjects).toEqual(Array(3).fill('1 honey name asked for'))
    expect(said).toEqual([
      'a notification could not be delivered, trying again in 5 s: not today',
      'a notification could not be delivered, trying again in 30 s: not today',
      expect.stringMatching(
        /^a notification was given up, and nobody was told: Veil on .*: 1 honey name asked for: not today$/,
      ),
    ])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(subjects).toHaveLength(3)
  })

  it('gathers while it tries, and loses nothing', async () => {
    const { notifier, subjects } = notifying(['refused'])
    notifier.tell(alarm())
    await vi.advanceTimersByTimeAsync(2000)
    for (let count = 0; count < 30; count++) notifier.tell(alarm())
    await vi.advanceTimersByTimeAsync(65_000)
    expect(subjects).toEqual(['1 honey name asked for', '1 honey name asked for', '30 honey names asked for'])
  })

  it('stops telling who is configured no more', async () => {
    const { notifier, subjects } = notifying()
    notifier.tell(alarm())
    notifier.setTargets([])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(subjects).toEqual([])
  })
})
