import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { bindFiles } from '../keys/formats/samples.ts'
import { folderWith, runDnsctl } from './run.ts'

const CONFIGURATION = `listen: ["127.0.0.1@5300"]
state: state
dnssec: { parent: { check: true, servers: ["127.0.0.1@5399"] } }
zones: { example.com: { file: example.com.zone } }
`
const STATE = 'KSK: yes\nZSK: no\nDNSKEYState: omnipresent\nKRRSIGState: omnipresent\nDSState: rumoured\n'

/** A state folder whose KSK waits for the parent, and that no server runs with. */
let folder: string
let tags: { readonly ksk: number; readonly zsk: number }

beforeAll(async () => {
  const removals: (() => void)[] = []
  folder = folderWith({ 'veil.yaml': CONFIGURATION }, (remove) => removals.push(remove))
  const [ksk, zsk] = [
    await bindFiles('ksk', { algorithm: 13, state: STATE }),
    await bindFiles('zsk', { algorithm: 13 }),
  ]
  const files = [...[ksk.public, ksk.private, ksk.state], ...[zsk.public, zsk.private]].map((text, index) => ({
    name: `file-${index}`,
    text,
  }))
  for (const { name, text } of files) writeFileSync(join(folder, name), text)
  const words = ['key', 'import', 'example.com', ...files.map(({ name }) => name), '--yes']
  expect((await runDnsctl(folder, words)).exitCode).toBe(ExitCode.Done)
  tags = { ksk: ksk.keyTag, zsk: zsk.keyTag }
  return () => {
    for (const remove of removals) remove()
  }
})

const run = (line: string) => runDnsctl(folder, line.split(' '), { columns: 100, environment: { NO_COLOR: '1' } })
const json = async (line: string) => JSON.parse((await runDnsctl(folder, [...line.split(' '), '--json'])).stdout)

describe('where no server runs, the store is asked', () => {
  it.each(['key list', 'key explain', 'key explain example.com', 'key timeline example.com'])(
    'by dnsctl %s',
    async (line) => {
      const { exitCode, stdout } = await run(line)
      expect(exitCode).toBe(ExitCode.Done)
      expect(stdout).toMatch(/^No server runs; from the store:\nexample\.com: /)
      expect(stdout).toContain(`ksk ${tags.ksk}`)
      expect(stdout).toContain(`zsk ${tags.zsk}`)
      expect(await json(line)).toMatchObject({ ok: true, source: 'store' })
    },
  )

  it('which says what each step waits for, that nothing goes on, and how to have it go on', async () => {
    const { stdout } = await run('key explain')
    expect(stdout).toContain(`the DS of ksk ${tags.ksk}: spreading → everywhere`)
    expect(stdout).toContain('Nobody looks there: no server runs.')
    expect(stdout).toContain('Comes then, at the earliest, if veild is started now')
    expect(stdout).toContain('`veild --config FILE` starts the server')
    expect(stdout).not.toContain('check-parent')
    const { zones } = await json('key explain')
    expect(zones).toMatchObject([{ rollover: { zone: 'example.com.', goal: 'secure' }, foreseen: { source: 'store' } }])
  })

  it('of one key, and of what has happened, whose chain is checked up to what the key set says', async () => {
    expect((await run(`key show example.com ${tags.ksk}`)).stdout).toContain('private key  here, sealed in the store')
    const history = await run('key history example.com --verify')
    expect(history.stdout).toContain(`imported ksk ${tags.ksk}`)
    expect(history.stdout).toContain('The chain of 1 entry is whole.')
    expect(await json('key history example.com')).toMatchObject({ source: 'store', entries: [{ sequence: 1 }] })
  })

  it('but what changes keys needs the server, and says how to start it', async () => {
    for (const line of [
      'key roll example.com --role zsk',
      'key pause example.com',
      'dnssec disable example.com --yes',
    ]) {
      const { exitCode, stderr } = await run(line)
      expect(exitCode, line).toBe(ExitCode.NoServer)
      expect(stderr, line).toContain('`veild --config veil.yaml` starts it')
    }
  })

  it('without a configuration it knows keys and history, and says what is missing for the rest', async () => {
    const elsewhere = folderWith()
    const ask = (line: string) => runDnsctl(elsewhere, [...line.split(' '), '--state', join(folder, 'state')])
    expect((await ask('key list')).stdout).toContain(`ksk ${tags.ksk}`)
    expect((await ask('key history example.com')).stdout).toContain('imported')
    const explained = await ask('key explain')
    expect(explained).toMatchObject({ exitCode: ExitCode.File, stderr: expect.stringContaining('no configuration') })
  })

  it('and where there is no store either, it says so', async () => {
    const { exitCode, stderr } = await run('key explain --state nowhere')
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stderr).toMatch(/No server runs, and there is no store in .*nowhere/)
  })
})
