import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { WORDS } from '../../guard/detection/words.ts'
import type { Daemon } from '../helpers/daemon.ts'
import { isVeildBuilt, startVeild } from '../helpers/veild.ts'
import { folderWith, runDnsctl } from './run.ts'

const PUBLIC = `$ORIGIN example.com.
$TTL 300
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
www A 192.0.2.10
dev A 192.0.2.12
dev-new A 192.0.2.13
heronboard A 192.0.2.14
`
const INTERNAL = `$ORIGIN example.com.
$TTL 300
staging A 192.0.2.60
db.staging A 192.0.2.61
mosswire A 192.0.2.62
`
const REVERSE = `$ORIGIN 2.0.192.in-addr.arpa.
$TTL 300
@ SOA ns1.example.com. hostmaster.example.com. 1 3600 600 86400 60
@ NS ns1.example.com.
10 PTR www.example.com.
14 PTR heronboard.example.com.
`
const LEAKY = `${REVERSE}62 PTR mosswire.example.com.\n`

function configuration(more: string): string {
  return `listen: ["127.0.0.1@53"]
views: { internal: { clients: [127.66.0.1] }, public: {} }
zones:
  example.com: { file: example.com.zone, overlays: { internal: internal.zone } }
  2.0.192.in-addr.arpa: { file: reverse.zone, dnssec: off }
${more}`
}

describe.skipIf(!isVeildBuilt())('dnsctl attack', () => {
  let folder: string
  let leaky: string
  let limited: string
  let veild: Daemon
  let leakyVeild: Daemon
  let limitedVeild: Daemon
  const ends: (() => void)[] = []

  beforeAll(async () => {
    const files = {
      'example.com.zone': PUBLIC,
      'internal.zone': INTERNAL,
      'veil.yaml': configuration('rate-limit: { enabled: false }\nguard: { response: none }'),
    }
    folder = folderWith({ ...files, 'reverse.zone': REVERSE }, (remove) => ends.push(remove))
    leaky = folderWith({ ...files, 'reverse.zone': LEAKY }, (remove) => ends.push(remove))
    veild = await startVeild({ arguments: ['--config', join(folder, 'veil.yaml')] })
    limited = folderWith({ ...files, 'reverse.zone': REVERSE, 'veil.yaml': configuration('') }, (remove) =>
      ends.push(remove),
    )
    limitedVeild = await startVeild({ arguments: ['--config', join(limited, 'veil.yaml')] })
    leakyVeild = await startVeild({ arguments: ['--config', join(leaky, 'veil.yaml')] })
  })

  afterAll(async () => {
    await veild?.stop()
    await leakyVeild?.stop()
    await limitedVeild?.stop()
    for (const end of ends) end()
  })

  const attack = (...more: string[]) =>
    runDnsctl(folder, ['attack', 'example.com', '--state', join(veild.folder, 'state'), '--rate', '2000', ...more])

  it('learns published names, and no hidden one', async () => {
    const { exitCode, stdout } = await attack('--json')
    const report = JSON.parse(stdout)
    // By which method it learned what.
    const byMethod = Object.fromEntries(report.methods.map((each: { method: string }) => [each.method, each]))
    expect(byMethod.wildcard.lines).toEqual(['no tool sees a wildcard'])
    expect(byMethod.transfer.lines).toEqual(['AXFR: REFUSED, IXFR: REFUSED'])
    expect(byMethod.identity.lines).toEqual(['it does not say'])
    expect([byMethod.words.names, byMethod.permutations.names]).toEqual([3, 1])
    expect(byMethod.reverse.names).toBe(1)
    expect(byMethod.walk.lines[0]).toMatch(/ led to 0 names/)
    expect(report).toMatchObject({ ok: true, view: 'public', hidden: [], mistaken: [], cutShort: false })
    expect(report.published).toEqual(
      ['dev-new', 'dev', 'heronboard', 'ns1', 'www'].map((label) => `${label}.example.com.`),
    )
    expect(report.truth).toEqual({ published: 5, hidden: 3 })
    expect(exitCode).toBe(ExitCode.Done)
  })

  it('tells whether the server noticed, and when', async () => {
    const list = join(folderWith({ words: WORDS.slice(0, 300).join('\n') }), 'words')
    const fresh = (...more: string[]) =>
      runDnsctl(leaky, ['attack', 'example.com', '--state', join(leakyVeild.folder, 'state'), ...more, '--json'])
    const quiet = JSON.parse((await fresh('--methods', 'identity,serial')).stdout)
    expect(quiet.noticed).toEqual([])
    const { noticed } = JSON.parse((await fresh('--methods', 'words', '--rate', '50', '--wordlist', list)).stdout)
    expect(noticed).toMatchObject([{ incident: { kind: 'enumeration', zone: 'example.com.', view: 'public' } }])
    expect(noticed[0].queries).toBeLessThan(300)
  })

  it('learns a hidden name that a PTR gives away, and ends with 1', async () => {
    const run = await runDnsctl(leaky, [
      ...['attack', 'example.com', '--state', join(leakyVeild.folder, 'state'), '--rate', '2000'],
      ...['--methods', 'words,reverse', '--json'],
    ])
    expect(JSON.parse(run.stdout)).toMatchObject({ hidden: ['mosswire.example.com.'] })
    expect(run.exitCode).toBe(ExitCode.Refused)
  })

  it('comes to the same end where limits are in force', async () => {
    const words = [...Array.from({ length: 300 }, (_, index) => `absent${index}`), 'www', 'dev', 'ns1']
    const folder = folderWith({ words: words.join('\n') })
    const run = await runDnsctl(limited, [
      ...['attack', 'example.com', '--state', join(limitedVeild.folder, 'state'), '--rate', '2000'],
      ...['--methods', 'words', '--wordlist', join(folder, 'words'), '--json'],
    ])
    const report = JSON.parse(run.stdout)
    expect(report.published.length).toBe(3)
    // Questions that were answered empty were asked again.
    expect(report.queries).toBeGreaterThan(500)
  })

  it('attacks as a client of another view where it is told to', async () => {
    const insider = JSON.parse((await attack('--view', 'internal', '--methods', 'words', '--json')).stdout)
    expect(insider).toMatchObject({ view: 'internal', from: '127.66.0.1', truth: { published: 8, hidden: 0 } })
    expect(insider.published).toContain('db.staging.example.com.')
    const byAddress = JSON.parse((await attack('--from', '127.66.0.1', '--methods', 'words', '--json')).stdout)
    expect(byAddress.view).toBe('internal')
  })

  it('takes another list of words', async () => {
    const list = folderWith({ words: '# a comment\nheronboard\nnot a word!\n\n' })
    const run = await attack('--methods', 'words', '--wordlist', join(list, 'words'), '--json')
    expect(JSON.parse(run.stdout).published).toEqual(['heronboard.example.com.'])
  })

  it('tells a person what came of it', async () => {
    const { stdout } = await attack('--methods', 'identity,transfer,permutations')
    expect(stdout).toMatch(/^Attacked example\.com as a client of public, at 127\.0\.0\.1@\d+ from 127\.0\.0\.1\n/)
    expect(stdout).toContain('none of 3 learned')
    expect(stdout).toContain('0 of 5 learned')
  })

  it('shows how far it has come where somebody watches', async () => {
    const state = join(veild.folder, 'state')
    const argv = ['attack', 'example.com', '--state', state, '--methods', 'identity,serial']
    const { stderr } = await runDnsctl(folder, argv, { columns: 80 })
    expect(stderr).toMatch(/█+░+ +50 % serial: \d+ questions, 0 names/)
  })

  it('asks nobody else’s server', async () => {
    const elsewhere = folderWith({
      'example.com.zone': PUBLIC,
      'veil.yaml': 'listen: ["192.0.2.53@53"]\nzones: { example.com: { file: example.com.zone } }\n',
    })
    const run = await runDnsctl(elsewhere, ['attack', 'example.com'])
    expect(run.exitCode).toBe(ExitCode.Refused)
    expect(run.stderr).toContain('192.0.2.53@53: not on this machine')
  })

  it.each([
    { argv: ['--methods', 'walk,fly'], problem: 'There is no method fly' },
    { argv: ['--rate', '0'], problem: '0 is no rate' },
    { argv: ['--from', '192.0.2.1'], problem: '192.0.2.1 is no address of this machine' },
    { argv: ['--wordlist', 'nowhere'], problem: 'Cannot read nowhere' },
    { argv: ['--view', 'public', '--from', '127.66.0.1'], problem: '127.66.0.1 does not get the view public' },
  ])('refuses $argv', async ({ argv, problem }) => {
    const run = await attack(...argv)
    expect(run.exitCode).not.toBe(ExitCode.Done)
    expect(run.stderr).toContain(problem)
  })

  it('says where nobody answers', async () => {
    const { exitCode, stderr } = await runDnsctl(
      folderWith({
        'example.com.zone': PUBLIC,
        'veil.yaml': 'listen: ["127.83.0.9@5999"]\nstate: state\nzones: { example.com: { file: example.com.zone } }\n',
      }),
      ['attack'],
    )
    expect(exitCode).toBe(ExitCode.NoServer)
    expect(stderr).toContain('Nobody answers at 127.83.0.9@5999')
  })
})
