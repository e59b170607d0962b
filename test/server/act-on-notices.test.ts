import { describe, expect, it } from 'vitest'
import type { Incident } from '../../guard/incident.ts'
import { formatAddress, parsePrefix } from '../../server/address.ts'
import { alarmOf, banAlarm, suspectsOf } from '../../server/guard/act-on-notices.ts'
import type { NameNotice } from '../../server/guard/notices.ts'

const NAME: NameNotice = {
  ...{ kind: 'honey-asked', at: 0, zone: 'example.com.', name: 'vault.example.com.', view: 'public', type: 1 },
  ...{ address: '192.0.2.7', isProved: true, times: 1 },
}

const source = (address: string, isProved: boolean) => ({
  ...{ address, prefix: `${address}/32`, isProved, score: 9 },
  ...{ absentNames: { count: 5, isEstimate: false }, queries: { count: 6, isEstimate: false } },
})

const INCIDENT: Incident = {
  ...{ id: '20261125-7', kind: 'enumeration', zone: 'example.com.', view: 'public', start: 0, lastSeen: 5 },
  ...{ reopened: 0, isSpread: false, isProved: true, score: 12, sourceCount: { count: 2, isEstimate: false } },
  sources: [source('192.0.2.7', true), source('192.0.2.8', false)],
  tool: { name: 'dnsenum', why: 'it asks for a label of twelve letters first' },
  ...{ queries: { count: 1200, isEstimate: true }, absentNames: { count: 298, isEstimate: false } },
  recognisedAfter: { count: 98, isEstimate: false },
  ...{ wordList: { asked: 200, of: 5000 }, learned: { names: [], count: { count: 0, isEstimate: false } } },
  evidence: [{ reason: 'word-list', points: 9, text: 'It asked for 200 names of a word list' }],
  measures: [{ at: 3, text: 'Absent names have a tenth of their budget' }],
}

const shown = (notice: Parameters<typeof suspectsOf>[0]) =>
  suspectsOf(notice).map(({ address, by, incident, proved }) => [formatAddress(address), by, incident, proved])

describe('suspects', () => {
  it('are those with a proved address who asked for a honey name', () => {
    expect(shown(NAME)).toEqual([['192.0.2.7', 'honey', undefined, true]])
    expect(shown({ ...NAME, isProved: false })).toEqual([])
  })

  it('are never those who asked for a hidden name', () => {
    expect(shown({ ...NAME, kind: 'hidden-name-asked' })).toEqual([])
  })

  it('are the proved sources of an incident, not the resolvers of one that is spread', () => {
    const [kind, incident] = ['incident-opened', INCIDENT] as const
    expect(shown({ kind, incident })).toEqual([['192.0.2.7', 'incident', '20261125-7', true]])
    expect(shown({ kind: 'incident-updated', incident })).toHaveLength(1)
    expect(shown({ kind: 'incident-ended', incident })).toEqual([])
    expect(shown({ kind, incident: { ...incident, isSpread: true } })).toEqual([])
    const network = [{ ...source('192.0.2.7', true), prefix: '192.0.2.0/24' }]
    expect(shown({ kind, incident: { ...incident, sources: network } })).toEqual([])
    expect(shown({ kind, incident: { ...incident, kind: 'transfer-attempt' } })).toEqual([])
  })
})

describe('alarms', () => {
  it('tell what happened, why, and the next command', () => {
    expect(alarmOf({ kind: 'incident-opened', incident: INCIDENT })).toMatchObject({
      kind: 'incident-opened',
      text: 'An enumeration of example.com in the view public began: about 1,200 questions for 298 absent names by 2 sources. It looks like dnsenum: it asks for a label of twelve letters first. It asked for 200 names of a word list. Absent names have a tenth of their budget.',
      next: 'dnsctl incident show 20261125-7',
    })
    expect(alarmOf({ kind: 'incident-ended', incident: { ...INCIDENT, end: 9 } })?.at).toBe(9)
    expect(alarmOf({ kind: 'incident-updated', incident: INCIDENT })).toBeUndefined()
    expect(alarmOf({ ...NAME, isProved: false, times: 3 })).toMatchObject({
      text: '192.0.2.7 asked for the honey name vault.example.com, 3 times, in the view public; its address is not proved, and may be anybody else’s.',
      next: 'dnsctl ban explain 192.0.2.7',
    })
  })

  it('name nobody where a hidden name was asked for', () => {
    const alarm = alarmOf({ ...NAME, kind: 'hidden-name-asked' })
    expect(alarm?.kind).toBe('hidden-name-asked')
    expect(JSON.stringify(alarm)).not.toContain('192.0.2.7')
  })

  it('tell of bans', () => {
    const ban = { prefix: parsePrefix('192.0.2.7')!, reason: 'why', since: 60, expires: 120, by: 'honey' as const }
    expect(banAlarm({ ...ban, incident: undefined, proved: true })).toMatchObject({
      text: '192.0.2.7/32 gets no answers until 1970-01-01T00:02:00.000Z: why (set by: honey).',
      next: 'dnsctl ban explain 192.0.2.7',
    })
  })
})
