import { describe, expect, it } from 'vitest'
import { NOTHING_DECLARED } from '../../../checker/declarations/declarations.ts'
import { backupJobs } from '../../../checker/facts/backup-jobs.ts'
import { cronJobs } from '../../../checker/facts/cron.ts'
import { createHost } from '../../../checker/facts/host.ts'
import { matchOf } from '../../../checker/facts/match.ts'
import { authorizedKeys } from '../../../checker/facts/ssh-keys.ts'
import { createMemoryRoot } from '../../../checker/root/memory-root.ts'

const FILE = { type: 'file', mode: 0o644, uid: 0, gid: 0, modified: 0 } as const

function secondsOf(work: () => void): number {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

describe('what a user of the host writes to keep a look busy', () => {
  it.each([
    ['choices', `^${'(a|a)'.repeat(40)}$`],
    ['what may be there', `^${'(a?)'.repeat(40)}${'a'.repeat(40)}$`],
    ['what repeats', '^(a+)+$'],
  ])('is given up as an expression: %s', (_, source) => {
    expect(secondsOf(() => expect(matchOf(source, `${'a'.repeat(39)}b`)).toBeUndefined())).toBeLessThan(2)
  })

  it('is read once as a table of cron, though each job has the variables above it', () => {
    const table = Array.from({ length: 60_000 }, (_, index) => `V${index}=${'x'.repeat(20)}\n@daily x\n`).join('')
    const entries = new Map([['/var/spool/cron/crontabs/ada', { ...FILE, octets: Buffer.from(table) }]])
    const root = createMemoryRoot({ label: 'x', entries, commands: {} })
    const { host } = createHost({ root, now: 0, declared: NOTHING_DECLARED, observations: [] })
    expect(secondsOf(() => expect(host.get(cronJobs).length).toBeGreaterThan(100))).toBeLessThan(2)
  })

  it.each(['1.', 'restic ', '| '])('is no backup that takes for ever to find: a job of %s', (piece) => {
    const table = `@daily ${piece.repeat(100_000)}\n`
    const entries = new Map([['/var/spool/cron/crontabs/ada', { ...FILE, octets: Buffer.from(table) }]])
    const root = createMemoryRoot({ label: 'x', entries, commands: {} })
    const { host } = createHost({ root, now: 0, declared: NOTHING_DECLARED, observations: [] })
    expect(secondsOf(() => expect(host.get(backupJobs)).toBeInstanceOf(Array))).toBeLessThan(2)
  })

  it('is gone through once as a key of ssh', () => {
    const entries = new Map([
      ['/etc/passwd', { ...FILE, octets: Buffer.from('ada:x:1000:1000::/home/ada:/bin/sh\n') }],
      ['/home/ada/.ssh/authorized_keys', { ...FILE, octets: Buffer.from('ssh-'.repeat(200_000)) }],
    ])
    const root = createMemoryRoot({ label: 'x', entries, commands: {} })
    const { host } = createHost({ root, now: 0, declared: NOTHING_DECLARED, observations: [] })
    expect(secondsOf(() => expect(host.get(authorizedKeys)).toEqual([]))).toBeLessThan(2)
  })
})
