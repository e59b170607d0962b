import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sendCommand } from '../../server/control/client.ts'
import { coalesce } from '../../server/in-turn.ts'
import { answersOf, askFrom, endAll, portOf, runVeild, type VeildProcess } from '../helpers/veild-process.ts'

const DEMO = fileURLToPath(new URL('../../demo', import.meta.url))
const CONFIGURATION = readFileSync(join(DEMO, 'veil.yaml'), 'utf8').replace(
  /^listen:.*$/m,
  'listen: ["127.0.0.1@0"]\nworkers: 1',
)

/** Changes of settings that a running server cannot take over. */
const RESTARTS: Readonly<Record<string, (text: string) => string>> = {
  listen: (text) => text.replace('127.0.0.1@0', '127.0.0.1@1'),
  workers: (text) => text.replace('workers: 1', 'workers: 2'),
  state: (text) => text.replace('state: state', 'state: other'),
  'rate-limit': (text) => `${text}rate-limit: { slip: 3 }\n`,
  tcp: (text) => `${text}tcp: { idle: 3s }\n`,
}

describe('reloads that are asked for together', () => {
  test('share the one after the one that runs', async () => {
    let runs = 0
    let finish = (): void => {}
    const ask = coalesce(async () => {
      const run = ++runs
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return run
    })
    const first = ask()
    const others = [ask(), ask(), ask()]
    finish()
    expect(await first).toBe(1)
    await new Promise((resolve) => setImmediate(resolve))
    const later = ask()
    finish()
    expect(await Promise.all(others)).toEqual([2, 2, 2])
    await new Promise((resolve) => setImmediate(resolve))
    finish()
    expect(await later).toBe(3)
    const alone = ask()
    finish()
    expect(await alone).toBe(4)
  })

  test('go on after one that failed', async () => {
    let runs = 0
    const ask = coalesce(async () => {
      if (++runs === 1) throw new Error('broken')
      return runs
    })
    const [first, second] = [ask(), ask()]
    await expect(first).rejects.toThrow('broken')
    expect(await second).toBe(2)
    expect(await ask()).toBe(3)
  })
})

describe('a running server', () => {
  let folder: string
  let veild: VeildProcess
  let port: number

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'veil-reload-'))
    for (const file of ['example.com.zone', 'example.com.internal.zone']) cpSync(join(DEMO, file), join(folder, file))
    writeFileSync(join(folder, 'veil.yaml'), CONFIGURATION)
    veild = runVeild(['--config', join(folder, 'veil.yaml')])
    port = portOf(await veild.logged('ready'))
  })

  afterEach(async () => {
    await endAll()
    rmSync(folder, { recursive: true, force: true })
  })

  const reload = () => sendCommand(join(folder, 'state', 'control.sock'), 'reload', {})
  const addTo = (file: string, text: string) => appendFileSync(join(folder, file), text)
  const configure = (change: (text: string) => string) =>
    writeFileSync(join(folder, 'veil.yaml'), change(CONFIGURATION))
  const a = async (name: string, client = '127.0.0.1') => answersOf(await askFrom(client, port, name, 'A'))

  test('takes changed zones over, by SIGHUP', async () => {
    addTo('example.com.zone', 'new A 192.0.2.99\n')
    veild.signal('SIGHUP')
    expect(await veild.logged('reloaded')).toMatchObject({ epoch: 2, changed: 1, failed: 0 })
    expect(await a('new.example.com.')).toEqual(['192.0.2.99'])
    expect(await reload()).toMatchObject({ ok: true, result: { outcome: 'unchanged', epoch: 2, changed: [] } })
  })

  test('says which settings have changed where no zone has', async () => {
    const text = CONFIGURATION.replace(/^ {2}example\.com:\n/m, '$&    dnssec: { algorithm: 15 }\n')
    expect(text).not.toBe(CONFIGURATION)
    configure(() => text)
    const reply = await reload()
    expect(reply).toMatchObject({ ok: true, result: { failed: [] } })
    expect(reply.ok && reply.result.settings).toEqual(expect.arrayContaining(['dnssec of example.com.']))
    expect(await reload()).toMatchObject({ result: { outcome: 'unchanged', settings: [] } })
  })

  test('moves the serial of the views that see the change, and of no other', async () => {
    const serials = async () => {
      const soa = async (client: string) =>
        answersOf(await askFrom(client, port, 'example.com.', 'SOA'))[0]!.split(' ')[2]
      return [await soa('127.0.0.1'), await soa('127.0.0.2')]
    }
    addTo('example.com.internal.zone', 'secret A 10.9.9.9\n')
    expect(await reload()).toMatchObject({ result: { outcome: 'reloaded', changed: ['example.com.'] } })
    expect(await serials()).toEqual(['2026112101', '2026112102'])
    expect(await a('secret.example.com.', '127.0.0.2')).toEqual(['10.9.9.9'])
    expect(await a('secret.example.com.')).toEqual([])
    expect((await reload()).ok).toBe(true)
    expect(await serials()).toEqual(['2026112101', '2026112102'])
  })

  test('keeps a zone as it was when the new one has an error, and says where', async () => {
    addTo('example.com.zone', 'new A 192.0.2.99\nbroken A 192.0.2.999\n')
    const line = readFileSync(join(folder, 'example.com.zone'), 'utf8').split('\n').length - 1
    const reply = await reload()
    expect(reply).toMatchObject({
      ok: true,
      result: {
        outcome: 'incomplete',
        epoch: 1,
        failed: [
          {
            zone: 'example.com.',
            kept: true,
            problems: [{ file: join(folder, 'example.com.zone'), line, column: 10 }],
          },
        ],
      },
    })
    expect(await a('new.example.com.')).toEqual([])
    expect(await a('www.example.com.')).toEqual(['192.0.2.80'])
    const status = await sendCommand(join(folder, 'state', 'control.sock'), 'status', {})
    expect(status).toMatchObject({ result: { zones: { served: 1, failed: [{ zone: 'example.com.', kept: true }] } } })
  })

  test('adds and drops zones and views', async () => {
    writeFileSync(join(folder, 'b.zone'), '$TTL 1\n@ SOA a. b. 1 1 1 1 1\n@ NS a.\n@ A 192.0.2.7\n')
    configure(
      (text) =>
        `${text.replace('public: {}', 'public: {}\n  third: { clients: [127.0.0.3] }')}  b.test: { file: b.zone, views: [third] }\n`,
    )
    expect(await reload()).toMatchObject({
      result: { outcome: 'reloaded', changed: ['b.test.', 'example.com.'] },
    })
    expect(await a('b.test.', '127.0.0.3')).toEqual(['192.0.2.7'])
    expect((await askFrom('127.0.0.1', port, 'b.test.', 'A')).rcode).toBe(5)
    configure((text) => text)
    expect(await reload()).toMatchObject({ result: { outcome: 'reloaded' } })
    expect((await askFrom('127.0.0.3', port, 'b.test.', 'A')).rcode).toBe(5)
  })

  test('takes nothing over from a configuration with an error', async () => {
    addTo('example.com.zone', 'new A 192.0.2.99\n')
    configure((text) => text.replace('overlays', 'overlay'))
    expect(await reload()).toMatchObject({
      ok: true,
      result: { outcome: 'refused', epoch: 1, problems: [{ found: 'the unknown key "overlay"' }], needRestart: [] },
    })
    expect(await a('new.example.com.')).toEqual([])
    expect(await a('git.example.com.', '127.0.0.2')).toEqual(['10.0.4.3'])
  })

  test('refuses a whole reload that would need a restart, whichever setting needs it', async () => {
    for (const [round, [setting, change]] of Object.entries(RESTARTS).entries()) {
      addTo('example.com.zone', `new${round} A 192.0.2.99\n`)
      configure(change)
      expect(await reload()).toMatchObject({ ok: true, result: { outcome: 'refused', needRestart: [setting] } })
      expect(await a(`new${round}.example.com.`)).toEqual([])
      configure((text) => text)
      expect(await reload()).toMatchObject({ ok: true, result: { outcome: 'reloaded' } })
      expect(await a(`new${round}.example.com.`)).toEqual(['192.0.2.99'])
    }
  })

  test('ends within two seconds also in the middle of a long load', async () => {
    const many = Array.from({ length: 200_000 }, (_, index) => `h${index} A 192.0.2.1\n`).join('')
    addTo('example.com.zone', many)
    veild.signal('SIGHUP')
    // The load takes longer than this on any machine, and answers go on meanwhile.
    for (let round = 0; round < 20; round++) expect(await a('www.example.com.')).toEqual(['192.0.2.80'])
    expect(veild.log().some(({ msg }) => msg === 'reloaded')).toBe(false)
    veild.signal('SIGTERM')
    const { code, milliseconds } = await veild.ended()
    expect(code).toBe(0)
    expect(milliseconds).toBeLessThan(2000)
  })

  test('thirty reloads at once end with the last content', async () => {
    const replies: Promise<unknown>[] = []
    for (let round = 1; round <= 30; round++) {
      addTo('example.com.zone', `r${round} A 192.0.2.${round}\n`)
      replies.push(reload())
    }
    expect(await Promise.all(replies)).toEqual(replies.map(() => expect.objectContaining({ ok: true })))
    expect(await a('r30.example.com.')).toEqual(['192.0.2.30'])
    const status = await sendCommand(join(folder, 'state', 'control.sock'), 'status', {})
    expect(status).toMatchObject({ result: { zones: { failed: [] } } })
  })
})
