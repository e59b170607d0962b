import { connect, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { shakeHands } from '../../../checker/probing/tls/shake-hands.ts'
import { beginTalk } from '../../../checker/probing/tls/talk.ts'
import { makeCertificate } from '../../helpers/certificate.ts'
import { portOf, sink } from './try-probe.ts'

const SHORT_MS = 150

const opened: Socket[] = []
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy()
})

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  opened.push(socket)
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return socket
}

/** Writes these octets one by one, and never comes to an end. */
const dripping = (octets: Buffer) =>
  createServer((socket) => {
    let at = 0
    const timer = setInterval(() => socket.write(octets.subarray(at % octets.length, (at++ % octets.length) + 1)), 20)
    socket.on('error', () => undefined).on('close', () => clearInterval(timer))
  })

async function outcomeOf(port: number) {
  const handshake = await shakeHands(await connected(port), { host: 'a.example.com', patienceMs: SHORT_MS })
  if (handshake.outcome === 'secured') handshake.stream.destroy()
  return handshake.outcome
}

describe('a handshake', () => {
  it('is not waited for longer than it may take, however its octets come', async () => {
    expect(await outcomeOf(await portOf(sink()))).toBe('silent')
    // A record that promises 16 KiB, an octet at a time.
    expect(await outcomeOf(await portOf(dripping(Buffer.from('1603034000020000', 'hex'))))).toBe('silent')
  })

  it('is told from another protocol, from a hang-up, and from who will not', async () => {
    expect(await outcomeOf(await portOf(createServer((socket) => socket.end('-ERR no\r\n'))))).toBe('other')
    expect(await outcomeOf(await portOf(createServer((socket) => socket.destroy())))).toBe('closed')
    // A fatal alert: handshake_failure.
    const refusing = createServer((socket) => socket.end(Buffer.from('15030300020228', 'hex')))
    expect(await outcomeOf(await portOf(refusing))).toBe('refused')
  })

  it('does not throw at a certificate that is none', async () => {
    // ServerHello of TLS 1.2 with a certificate message whose one certificate is three octets of nothing.
    const hello = Buffer.concat([Buffer.from('0303', 'hex'), Buffer.alloc(32, 1), Buffer.from('00c02f00', 'hex')])
    const message = (type: number, body: Buffer) => Buffer.concat([Buffer.of(type, 0, 0, body.length), body])
    const record = (body: Buffer) => Buffer.concat([Buffer.from('160303', 'hex'), Buffer.of(0, body.length), body])
    const certificate = message(11, Buffer.from('000006000003ffffff', 'hex'))
    const answer = Buffer.concat([record(message(2, hello)), record(certificate)])
    const port = await portOf(createServer((socket) => socket.on('error', () => undefined).write(answer)))
    expect(await outcomeOf(port)).toBe('refused')
  })

  it('is made with whoever is there, whatever the name of the certificate', async () => {
    const { cert, key } = makeCertificate({ names: ['other.example.net'], days: -1 })
    const server = createTlsServer({ cert, key }, (stream) => stream.on('error', () => undefined).resume())
    expect(await outcomeOf(await portOf(server))).toBe('secured')
  })
})

describe('a talk', () => {
  it('ends in time, and after so many octets and lines', async () => {
    const silent = beginTalk(await connected(await portOf(sink())), SHORT_MS)
    expect(await silent.line()).toBeUndefined()
    const endless = beginTalk(await connected(await portOf(dripping(Buffer.from('a')))), SHORT_MS)
    expect(await endless.line()).toBeUndefined()
    const flooding = createServer((socket) => socket.on('error', () => undefined).write('a\n'.repeat(60_000)))
    const flooded = beginTalk(await connected(await portOf(flooding)), 5_000)
    let lines = 0
    while ((await flooded.line()) !== undefined) lines++
    expect(lines).toBe(200)
    expect(await flooded.octets(100_000)).toBeUndefined()
  })

  it('notices what came before it was asked for', async () => {
    const early = beginTalk(
      await connected(await portOf(createServer((socket) => socket.write('220 a\r\n220 b\r\n')))),
      5_000,
    )
    expect(await early.line()).toBe('220 a')
    expect(early.release()).toBe(false)
  })
})
