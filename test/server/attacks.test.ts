import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import { adoptGeneration } from '../../server/answer/context.ts'
import { sendCommand } from '../../server/control/client.ts'
import { answerTo, contextOf, generationOf, INSIDER } from '../helpers/answering.ts'
import { openClient, question, type StreamEcho, startStreamEcho, until } from '../helpers/stream-echo.ts'
import { answersOf, askFrom, endAll, portOf, runVeild, type VeildProcess } from '../helpers/veild-process.ts'

/** Attacks that worked once, each as it was made. */
const ZONE = `$TTL 300
@ SOA ns1 host 1 3600 600 86400 60
@ NS ns1
ns1 A 192.0.2.1
old DNAME new
new A 192.0.2.2
www.new A 192.0.2.3
alias CNAME www.old
`
const NXDOMAIN = 3
const NSID = 3

describe('a client that guesses names', () => {
  const denials = (suffix: string): number => {
    const context = contextOf(generationOf({ 'example.com': { base: ZONE } }), DEFAULT_RATE_LIMITS)
    let denied = 0
    for (let guess = 0; guess < 5000; guess++) {
      context.now = guess
      const answer = answerTo(context, buildQuery({ id: 1, name: nameFromText(`g${guess}.${suffix}`), type: 1 }))
      if (answer !== undefined && readMessage(answer)!.rcode === NXDOMAIN) denied++
    }
    return denied
  }

  test('gets no more denials behind a DNAME than elsewhere', () => {
    expect(denials('old.example.com.')).toBe(denials('example.com.'))
  })

  test('still finds behind a DNAME what is there', () => {
    const context = contextOf(generationOf({ 'example.com': { base: ZONE } }), DEFAULT_RATE_LIMITS)
    for (let query = 0; query < 200; query++) {
      const answer = answerTo(context, buildQuery({ id: 1, name: nameFromText('www.old.example.com.'), type: 1 }))
      expect(readMessage(answer!)!.answer).toHaveLength(3)
    }
  })
})

test('a limited answer is not longer than its question, whatever the server is called', () => {
  const identity = { nsid: new Uint8Array(255).fill(0x61) }
  const context = contextOf(generationOf({ 'example.com': { base: ZONE } }, { identity }), DEFAULT_RATE_LIMITS)
  const edns = { udpSize: 1232, options: [{ code: NSID, data: new Uint8Array() }] }
  const query = buildQuery({ id: 1, name: nameFromText('example.com.'), type: 1, edns })
  let limited = 0
  for (let asked = 0; asked < 2000; asked++) {
    const answer = answerTo(context, query)
    if (answer === undefined || answer.length > query.length) continue
    limited++
  }
  const given = DEFAULT_RATE_LIMITS.answersPerSecond.found * 2
  expect(limited).toBeGreaterThan((2000 - given) / 4)
  expect(answerTo(contextOf(context.generation), query)!.length).toBeGreaterThan(query.length + 255)
})

test('a generation that went holds no memory by what was asked of it last', () => {
  const context = contextOf(generationOf({ 'example.com': { base: ZONE } }))
  answerTo(context, buildQuery({ id: 1, name: nameFromText('alias.example.com.'), type: 1 }), { from: INSIDER })
  const images = context.generation.views.flatMap((view) => view.zones.map(({ image }) => image))
  expect(context.plan.aliasImages.some((image) => images.includes(image))).toBe(true)
  adoptGeneration(context, generationOf({ 'example.com': { base: ZONE } }))
  expect(context.plan.aliasImages).toEqual([])
  expect(context.plan.image).toBeUndefined()
})

describe('a client that asks by the thousand on one stream', () => {
  let server: StreamEcho

  beforeAll(async () => {
    server = await startStreamEcho()
  })

  afterAll(() => server.stop())

  test('lets others have their turn in between', async () => {
    const [greedy, other] = [await openClient(server.port), await openClient(server.port)]
    const many = 20_000
    greedy.socket.write(Buffer.concat(Array.from({ length: many }, (_, id) => question(id, 12))))
    other.socket.write(question(7, 12))
    await other.wait(1)
    const before = server.asked()
    await greedy.wait(many)
    expect(greedy.answers.map(({ id }) => id)).toEqual(Array.from({ length: many }, (_, id) => id))
    expect(before).toBeLessThan(many / 2)
    for (const { socket } of [greedy, other]) socket.destroy()
  })

  test('keeps nobody from connecting, not even with many streams', async () => {
    const [streams, many] = [20, 4000]
    const greedy = await Promise.all(Array.from({ length: streams }, () => openClient(server.port)))
    const questions = Buffer.concat(Array.from({ length: many }, (_, id) => question(id, 12)))
    const before = server.asked()
    for (const { socket } of greedy) socket.write(questions)
    const newcomer = await openClient(server.port, { localAddress: '127.0.0.9' })
    newcomer.socket.write(question(7, 12))
    await newcomer.wait(1)
    expect(server.asked() - before).toBeLessThan((streams * many) / 2)
    await Promise.all(greedy.map((client) => client.wait(many)))
    for (const { socket } of [...greedy, newcomer]) socket.destroy()
  })

  test('gets all its answers though it says at once that it has no more to ask', async () => {
    const client = await openClient(server.port)
    client.socket.end(Buffer.concat(Array.from({ length: 3000 }, (_, id) => question(id, 12))))
    expect(await client.closed()).toBe('end')
    expect(client.answers).toHaveLength(3000)
    await until(
      () => server.connections() === 0,
      () => 'a connection that stays',
    )
  })
})

describe('the operator', () => {
  const configuration = (rest: string) => `listen: [127.0.0.1@0]
state: state
workers: 1
${rest}`
  const BEFORE = configuration(`views: { internal: { clients: [127.0.0.2] }, public: {} }
zones: { example.com: { file: base, overlays: { internal: secret } } }
`)
  const AFTER =
    configuration(`views: { vault: { clients: [127.0.0.2] }, internal: { clients: [127.0.0.3] }, public: {} }
zones: { example.com: { file: base, overlays: { vault: secret, internal: harmless } } }
`)
  let folder: string
  let veild: VeildProcess

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'veil-attacks-'))
    writeFileSync(join(folder, 'base'), ZONE)
    writeFileSync(join(folder, 'secret'), '$TTL 300\ndb A 10.0.0.1\n')
    writeFileSync(join(folder, 'harmless'), '$TTL 300\nprinter A 10.0.0.2\nbroken A nonsense\n')
    writeFileSync(join(folder, 'veil.yaml'), BEFORE)
    veild = runVeild(['--config', join(folder, 'veil.yaml')])
    await veild.logged('ready')
  })

  afterEach(() => writeFileSync(join(folder, 'veil.yaml'), BEFORE))

  afterAll(async () => {
    await endAll()
    rmSync(folder, { recursive: true, force: true })
  })

  test('who gives a view to other clients never gives them what it held before, also where a zone is broken', async () => {
    const port = portOf(await veild.logged('ready'))
    const db = async (client: string) => answersOf(await askFrom(client, port, 'db.example.com.', 'A'))
    const socket = join(folder, 'state', 'control.sock')
    writeFileSync(join(folder, 'veil.yaml'), AFTER)
    const refused = await sendCommand(socket, 'reload', {})
    expect(refused).toMatchObject({ result: { outcome: 'refused', failed: [{ zone: 'example.com.' }] } })
    expect([await db('127.0.0.2'), await db('127.0.0.3')]).toEqual([['10.0.0.1'], []])
    writeFileSync(join(folder, 'harmless'), '$TTL 300\nprinter A 10.0.0.2\n')
    appendFileSync(join(folder, 'base'), 'more A 192.0.2.4\n')
    expect(await sendCommand(socket, 'reload', {})).toMatchObject({ result: { outcome: 'reloaded', failed: [] } })
    expect([await db('127.0.0.2'), await db('127.0.0.3')]).toEqual([['10.0.0.1'], []])
    expect(answersOf(await askFrom('127.0.0.3', port, 'printer.example.com.', 'A'))).toEqual(['10.0.0.2'])
  })

  test('who sends the signal that Node.js takes for a wish to be debugged opens no door', async () => {
    veild.signal('SIGUSR1')
    await veild.logged('SIGUSR1 means nothing to veild')
    expect(veild.stderr()).not.toContain('Debugger')
  })
})
