import { describe, expect, it } from 'vitest'
import { type RunWords, runWords } from '../../../../checker/probing/run-words.ts'
import { NOON } from '../../run.ts'
import { tryProbe } from '../try-probe.ts'

describe('probes of this host', () => {
  it.runIf(process.getuid?.() === 0)('try to get out as the account of the sites', async () => {
    const target = { prefixes: ['192.0.2.7'], canary: { user: 'www-data', to: '192.0.2.7@4444' } }
    const tried: string[] = []
    const curl =
      (direct: string, proxy: string): RunWords =>
      async (words) => {
        tried.push(words.slice(0, 5).join(' '))
        const stdout = words.includes('http://127.0.0.1:3128') ? proxy : words.includes('--proxy') ? '000 0.0' : direct
        return { outcome: 'ran', exitCode: stdout.startsWith('000') ? 7 : 0, stdout }
      }
    const found = async (direct: string, proxy: string) =>
      (await tryProbe('egress-canary', { target, runWords: curl(direct, proxy) })).observations[0]!.found
    const user = 'www-data'
    expect(await found('000 0.1', '200 0.1')).toEqual({ user, direct: 'connected', byProxy: 'fetched' })
    expect(await found('000 0.0', '403 0.1')).toEqual({ user, direct: 'refused', byProxy: 'denied' })
    expect(await found('000 0.0', '000 0.0')).toEqual({ user, direct: 'refused', byProxy: 'not-tried' })
    expect(new Set(tried)).toEqual(new Set(['runuser -u www-data -- curl']))
  })

  /** fail2ban with a packet filter that works, or one that does not. */
  function fail2ban(works: boolean): { readonly run: RunWords; readonly banned: Set<string> } {
    const banned = new Set<string>()
    const run: RunWords = async (words) => {
      if (words[3] === 'banip') banned.add(words[4]!)
      if (words[3] === 'unbanip') banned.delete(words[4]!)
      const isFilter = words[0] === 'nft'
      return { outcome: 'ran', exitCode: 0, stdout: isFilter && works ? [...banned].join('\n') : '' }
    }
    return { run, banned }
  }

  it.each([
    [true, { ruleAppeared: true, ruleGone: true }],
    [false, { ruleAppeared: false, ruleGone: true }],
  ])('ban an address that nobody has, look, and free it: %j', async (works, found) => {
    const { run, banned } = fail2ban(works)
    const { observations } = await tryProbe('ban-and-observe', { target: { jail: 'sshd' }, runWords: run })
    expect(observations[0]!.found).toEqual({ jail: 'sshd', address: '192.0.2.254', ...found })
    expect(banned.size).toBe(0)
  })

  it('say nothing where fail2ban does not answer', async () => {
    await expect(tryProbe('ban-and-observe', { target: { jail: 'sshd' } })).rejects.toThrow(/is not installed/)
  })

  it('look for a logged word at the mirror', async () => {
    const commands = { 'log-find': ['grep', '-F', '{nonce}', '/mirror'] }
    const mirror =
      (has: boolean): RunWords =>
      async (words) => {
        if (words[0] === 'logger') return { outcome: 'ran', exitCode: 0, stdout: '' }
        expect(words).toEqual(['grep', '-F', 'a1b2c3', '/mirror'])
        return { outcome: 'ran', exitCode: has ? 0 : 1, stdout: has ? '… a1b2c3' : '' }
      }
    const arrived = await tryProbe('log-nonce', { target: { commands }, runWords: mirror(true) })
    expect(arrived.observations[0]!.found).toEqual({ nonce: 'a1b2c3', arrivedAt: NOON })
    const lost = await tryProbe('log-nonce', { target: { commands }, runWords: mirror(false) })
    expect(lost.observations[0]!.found).toEqual({ nonce: 'a1b2c3' })
  })

  it('tell a credential that only writes from one that reads and deletes', async () => {
    const commands = { 'log-read': ['read', '{nonce}'], 'log-delete': ['delete'] }
    const run: RunWords = async ([program]) => ({
      outcome: 'ran',
      exitCode: program === 'delete' ? 1 : 0,
      stdout: program === 'read' ? 'a1b2c3' : '',
    })
    const { observations } = await tryProbe('log-read-back', { target: { commands }, runWords: run })
    expect(observations[0]!.found).toEqual({ readable: true, deletable: false })
  })

  it('run a command without a shell, with its input', async () => {
    expect(await runWords(['cat'], '$(id); `id`')).toEqual({ outcome: 'ran', exitCode: 0, stdout: '$(id); `id`' })
    expect(await runWords(['echo', '$HOME;id'])).toEqual({ outcome: 'ran', exitCode: 0, stdout: '$HOME;id\n' })
    const started = performance.now()
    expect(await runWords(['sh', '-c', 'sleep 30 & echo done'])).toMatchObject({ outcome: 'ran', stdout: 'done\n' })
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(await runWords(['no-such-program'])).toEqual({ outcome: 'failed', why: 'it is not installed' })
  })
})
