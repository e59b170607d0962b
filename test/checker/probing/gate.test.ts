import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Gate, type GateParts, openGate, Refusal } from '../../../checker/probing/gate.ts'
import { openPace } from '../../../checker/probing/pace.ts'
import { openSentLog } from '../../../checker/probing/sent-log.ts'
import { folderWith } from '../../dnsctl/run.ts'
import { NOON } from '../run.ts'
import { targetWith } from './target-with.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listening(): Promise<{ port: number; accepted: () => number }> {
  let accepted = 0
  const server = createServer((socket) => {
    accepted++
    socket.on('error', () => undefined).resume()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as { port: number }).port, accepted: () => accepted }
}

function gateTo(log: string, target: Parameters<typeof targetWith>[0], resolved: readonly string[] = []): Gate {
  const parts = { probe: 'open-ports', log: openSentLog(log, NOON), now: () => NOON, lookUp: async () => resolved }
  return openGate(targetWith(target), parts)
}

describe('the gate of a probe', () => {
  it('writes down what it sends, for its owner alone, before it is sent', async () => {
    const { port } = await listening()
    const log = join(folderWith(), 'sent.jsonl')
    const gate = gateTo(log, { prefixes: ['127.0.0.1'], ports: [`${port}/tcp`] })
    const connected = await gate.connect({ address: '127.0.0.1', port }, 'a TCP connection')
    expect(connected.outcome).toBe('connected')
    if (connected.outcome === 'connected') connected.socket.destroy()
    expect(statSync(log).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(log, 'utf8'))).toEqual({
      at: NOON,
      target: 'web',
      probe: 'open-ports',
      what: 'a TCP connection',
      to: `127.0.0.1@${port}`,
      octets: 0,
    })
  })

  it.each([
    ['an address beside the prefixes', '127.0.0.2', 0],
    ['a mapped address', '::ffff:127.0.0.1', 0],
    ['a name in place of an address', 'localhost', 0],
    ['a port that is not named', '127.0.0.1', 1],
  ])('lets nothing out to %s', async (_, address, add) => {
    const { port, accepted } = await listening()
    const log = join(folderWith(), 'sent.jsonl')
    const gate = gateTo(log, { prefixes: ['127.0.0.1'], ports: [`${port}/tcp`] })
    await expect(gate.connect({ address, port: port + add }, 'x')).rejects.toBeInstanceOf(Refusal)
    expect(accepted()).toBe(0)
  })

  it('takes of the addresses of a name those in the prefixes, and of others none', async () => {
    const log = join(folderWith(), 'sent.jsonl')
    const target = { names: ['www.example.com'], prefixes: ['192.0.2.0/24'] }
    expect(await gateTo(log, target, ['192.0.2.7', '198.51.100.1']).resolve('www.example.com')).toEqual(['192.0.2.7'])
    await expect(gateTo(log, target, ['198.51.100.1']).resolve('www.example.com')).rejects.toThrow(
      /not in the prefixes/,
    )
    await expect(gateTo(log, target, ['192.0.2.7']).resolve('other.example.com')).rejects.toThrow(/is no name of/)
  })

  it('keeps to the count of a day over several runs, to that of each target and to that of all', async () => {
    const log = join(folderWith(), 'sent.jsonl')
    const taken = async (target: Parameters<typeof targetWith>[0], more: Partial<GateParts> = {}) =>
      openGate(targetWith(target), { probe: 'open-ports', log: openSentLog(log, NOON), now: () => NOON, ...more }).take(
        'x',
      )
    for (const isTaken of [true, true, false]) expect(await taken({ mostPerDay: 2 })).toBe(isTaken)
    expect(await taken({ name: 'other', mostPerDay: 2 })).toBe(true)
    const ofAll = (mostPerDay: number) => ({ ofAll: { pace: async () => undefined, mostPerDay } })
    expect(await taken({ name: 'third' }, ofAll(3))).toBe(false)
    expect(await taken({ name: 'third' }, ofAll(4))).toBe(true)
    expect(await taken({ mostPerDay: 2 }, { now: () => NOON + 86_401 })).toBe(true)
  })

  it('keeps to the rate', async () => {
    const gate = gateTo(join(folderWith(), 'sent.jsonl'), { mostPerSecond: 50 })
    const started = performance.now()
    await Promise.all(Array.from({ length: 11 }, () => gate.turn('x', 'y', 0)))
    expect(performance.now() - started).toBeGreaterThanOrEqual(199)
  })

  it('keeps to the rate of all targets together', async () => {
    const log = openSentLog(join(folderWith(), 'sent.jsonl'), NOON)
    const ofAll = { pace: openPace(50), mostPerDay: undefined }
    const gates = ['one', 'two'].map((name) =>
      openGate(targetWith({ name, mostPerSecond: 100 }), { probe: 'open-ports', log, now: () => NOON, ofAll }),
    )
    const started = performance.now()
    await Promise.all(gates.flatMap((gate) => Array.from({ length: 6 }, () => gate.turn('x', 'y', 0))))
    expect(performance.now() - started).toBeGreaterThanOrEqual(219)
  })

  it('sends nothing where it cannot be written down', async () => {
    const { port, accepted } = await listening()
    const folder = folderWith()
    writeFileSync(join(folder, 'elsewhere'), '')
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'sent.jsonl'))
    const gate = gateTo(join(folder, 'sent.jsonl'), { prefixes: ['127.0.0.1'], ports: [`${port}/tcp`] })
    await expect(gate.connect({ address: '127.0.0.1', port }, 'x')).rejects.toThrow(/ELOOP/)
    expect(accepted()).toBe(0)
    expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('')
  })

  it('takes a log whose beginning it does not see for spent', async () => {
    const log = join(folderWith(), 'sent.jsonl')
    writeFileSync(log, lines('other', NOON, 400_000))
    expect(await gateTo(log, {}).take('x')).toBe(false)
  })
})

function lines(target: string, at: number, count: number): string {
  return `${JSON.stringify({ at, target, probe: 'p' })}\n`.repeat(count)
}

describe('the log of what is sent', () => {
  it('is put aside once it is long, and what stands there of the last day still counts', () => {
    const folder = folderWith()
    const path = join(folder, 'sent.jsonl')
    writeFileSync(path, lines('web', NOON - 100, 200_000))
    const log = openSentLog(path, NOON)
    log.write({ at: NOON, target: 'web', probe: 'p', what: 'x', to: 'y', octets: 0 })
    expect(readdirSync(folder).sort()).toEqual(['sent.jsonl', 'sent.jsonl.1'])
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(2)
    const count = (target: string | undefined) => log.countSince(target, NOON - 86_400)
    expect([count('web'), count('other'), count(undefined)]).toEqual([200_001, 0, 200_001])
  })

  it('is not put aside over one of the same day, and takes the place of an older one', () => {
    const folder = folderWith()
    const path = join(folder, 'sent.jsonl')
    writeFileSync(path, lines('web', NOON, 200_000))
    writeFileSync(`${path}.1`, lines('web', NOON - 100, 1))
    expect(openSentLog(path, NOON).countSince('web', NOON - 86_400)).toBe(200_001)
    expect(statSync(`${path}.1`).size).toBeLessThan(100)
    expect(openSentLog(path, NOON + 90_000).countSince('web', NOON)).toBe(200_000)
    expect(existsSync(path)).toBe(false)
  })
})
