import { createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { portOf, tryProbe } from '../try-probe.ts'

describe('probes of a mail server', () => {
  it('ask a mail server for users, and stop where the budget ends', async () => {
    const port = await portOf(createServer(talkSmtp))
    const target = { prefixes: ['127.0.0.1'], ports: [`${port}/tcp`], mail: { domain: 'example.com', known: ['ada'] } }
    const { observations, sent } = await tryProbe('smtp-enumeration', { target })
    expect(observations).toMatchObject([
      { target: `127.0.0.1:${port}`, found: { domain: 'example.com', confirmed: ['ada'], vrfy: 'refused' } },
    ])
    expect(sent).toBeGreaterThan(1)
    await expect(tryProbe('smtp-rate', { target: { ...target, mostPerDay: 3 } })).rejects.toThrow(/is spent/)
  })

  it('say no more in a second than the target wants', async () => {
    const port = await portOf(createServer(talkSmtp))
    const target = { prefixes: ['127.0.0.1'], ports: [`${port}/tcp`], mail: { domain: 'example.com', known: ['ada'] } }
    const started = performance.now()
    const { sent } = await tryProbe('smtp-enumeration', { target: { ...target, mostPerSecond: 50 } })
    // A connection, two VRFY, three rounds of two names with three commands each, QUIT.
    expect(sent).toBe(22)
    expect(performance.now() - started).toBeGreaterThanOrEqual(420)
  })
})

/** Knows ada, and nobody else. */
function talkSmtp(socket: Socket): void {
  socket.on('error', () => undefined)
  socket.write('220 mail.example.com ESMTP\r\n')
  socket.setEncoding('latin1').on('data', (text: string) => {
    for (const line of text.split('\r\n').filter(Boolean)) {
      const refuses = /^VRFY/i.test(line) ? '502 5.5.1 no' : '550 5.1.1 no such user'
      const isRefused = /^VRFY/i.test(line) || (/^RCPT/i.test(line) && !/<ada@/.test(line))
      socket.write(isRefused ? `${refuses}\r\n` : '250 2.0.0 ok\r\n')
      if (/^QUIT/i.test(line)) socket.end()
    }
  })
}
