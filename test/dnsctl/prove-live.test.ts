import { spawn } from 'node:child_process'
import { appendFileSync, copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { compileInSandbox } from '../../dnsctl/proving/sandbox.ts'
import type { Daemon } from '../helpers/daemon.ts'
import { isVeildBuilt, startVeild, VEILD } from '../helpers/veild.ts'
import { folderWith } from './run.ts'

const DNSCTL = join(VEILD, '../../dnsctl/dnsctl.js')
const SANDBOX = join(VEILD, '../../dnsctl/proving/sandbox.js')

const CONFIGURATION = `
listen: ["127.0.0.1@5300", "::1@5300"]
state: state
views:
  internal: { clients: [127.0.0.2] }
  far: { clients: [198.51.100.0/24] }
  public: {}
zones:
  example.com:
    file: example.com.zone
    overlays: { internal: example.com.internal.zone }
    dnssec: { algorithm: ED25519 }
  example.net: { file: example.net.zone, overlays: { internal: example.com.internal.zone } }
  corp.example.net: { file: example.net.zone, views: [internal], dnssec: off }
`
const BASE = `$TTL 300
@ SOA ns1 host 1 2 3 4 300
@ NS ns1
ns1 A 192.0.2.1
$INCLUDE more.zone
`

describe.skipIf(!isVeildBuilt())('dnsctl prove-hidden and a running veild', () => {
  let folder: string
  let veild: Daemon
  let remove = () => {}

  beforeAll(async () => {
    const files = {
      'veil.yaml': CONFIGURATION,
      'example.com.zone': `${BASE}* A 192.0.2.2\n`,
      'example.net.zone': BASE,
      'more.zone': 'www A 192.0.2.80\n',
      'example.com.internal.zone': '$TTL 60\ndb.staging A 10.0.0.1\nwww A 10.0.0.2\nvpn AAAA fd00::1\n',
    }
    folder = folderWith(files, (clean) => {
      remove = clean
    })
    veild = await startVeild({ arguments: ['--config', join(folder, 'veil.yaml')] })
  })

  afterAll(async () => {
    await veild.stop()
    remove()
  })

  interface Run {
    readonly code: number | null
    readonly stdout: string
    readonly stderr: string
  }

  function prove(...more: string[]): Promise<Run> {
    const place = ['--config', join(folder, 'veil.yaml'), '--state', join(veild.folder, 'state')]
    const child = spawn(process.execPath, [DNSCTL, ...place, 'prove-hidden', '--quick', '--samples', '200', ...more])
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => {
      output.stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      output.stderr += chunk
    })
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...output })))
  }

  it('finds images and answers of every view the same, signed and not', { timeout: 180_000 }, async () => {
    const { stdout, stderr } = await prove('--json')
    expect(stderr).toBe('')
    const { source, views } = JSON.parse(stdout)
    expect(source).toBe('server')
    for (const { view, images, denied, answers, limits } of views) {
      expect({ view, images: images.map(({ isSame }: { isSame: boolean }) => isSame) }).toEqual({
        view,
        images: view === 'internal' ? [true, true, true] : [true, true],
      })
      // The configuration, the secret, and the overlay where it is another view's.
      expect({ view, denied }).toEqual({ view, denied: view === 'internal' ? 2 : 3 })
      expect({ view, differing: answers.differing, examples: answers.counterExamples }).toMatchObject({
        differing: 0,
        examples: [],
      })
      expect({ view, limits }).toMatchObject({ limits: { differing: 0 } })
    }
    const [internal, far, open] = views
    // No address of this machine is a client of `far`.
    expect(far.sockets).toBeUndefined()
    expect(internal.sockets).toMatchObject({ from: '127.0.0.2', differing: 0 })
    expect(open.sockets).toMatchObject({ from: '127.83.69.73', differing: 0 })
    expect(open.answers.questions).toBeGreaterThan(3000)
    expect(open.times).toHaveLength(8)
  })

  it('says that files have changed, and ends with neither yes nor no', { timeout: 60_000 }, async () => {
    const overlay = join(folder, 'example.com.internal.zone')
    copyFileSync(overlay, join(folder, 'before'))
    appendFileSync(overlay, 'new A 10.0.0.3\n')
    const { code, stderr } = await prove('--view', 'internal')
    copyFileSync(join(folder, 'before'), overlay)
    expect(stderr).toContain('have changed since veild loaded them')
    expect([0, 1]).not.toContain(code)
  })

  it('compiles where no file can be read, and would notice if one could', async () => {
    const { compileInSandbox: compile } = (await import(pathToFileURL(SANDBOX).href)) as {
      compileInSandbox: typeof compileInSandbox
    }
    const configuration = { views: [], zones: [], listen: [], leaks: {} } as unknown as Parameters<
      typeof compile
    >[0]['configuration']
    writeFileSync(join(folder, 'secret'), 'x')
    const given = { configuration, secret: new Uint8Array(32), serials: [], bootstraps: [], files: new Map() }
    const forbidden = [join(folder, 'secret'), join(folder, 'nothing'), '/etc/passwd', VEILD]
    expect((await compile({ ...given, forbidden })).readable).toEqual([VEILD])
  })
})
