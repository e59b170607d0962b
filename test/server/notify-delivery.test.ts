import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NotificationTarget } from '../../server/configuration/ban-types.ts'
import { deliver, nameTarget } from '../../server/guard/notify/deliver.ts'
import { alarm, messageOf } from '../helpers/alarms.ts'

const SECRET = 'correct-horse-battery'

describe('delivery', () => {
  let folder: string
  const closing: (() => void)[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'veil-notify-'))
  })
  afterEach(() => {
    for (const close of closing.splice(0)) close()
    rmSync(folder, { recursive: true })
  })

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }

  async function httpServer(status: number) {
    const seen: { headers: Record<string, unknown>; body: string }[] = []
    const server = createHttpServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      seen.push({ headers: request.headers, body })
      response.writeHead(status, { location: '/elsewhere' }).end('thanks')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => server.close())
    return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/T00/${SECRET}` }
  }

  it('by webhook is a POST of JSON, signed where there is a secret', async () => {
    const { seen, url } = await httpServer(200)
    const secretFile = file('secret', `${SECRET}\n`)
    await deliver({ kind: 'webhook', url, secretFile }, messageOf(alarm()))
    await deliver({ kind: 'webhook', url, secretFile: undefined }, messageOf(alarm()))
    expect(JSON.parse(seen[0]!.body)).toMatchObject({
      host: 'ns1',
      events: [{ kind: 'honey-asked', address: '192.0.2.7', next: 'dnsctl ban explain 192.0.2.7' }],
    })
    const expected = createHmac('sha256', SECRET).update(seen[0]!.body).digest('hex')
    expect(seen[0]!.headers['x-veil-signature']).toBe(`sha256=${expected}`)
    expect(seen[1]!.headers['x-veil-signature']).toBeUndefined()
  })

  it.each([
    ['an error', 500, 'it answered with HTTP status 500'],
    ['a redirection, which is not followed', 302, 'the request failed'],
  ])('by webhook fails at %s, and tells no secret', async (_title, status, message) => {
    const { seen, url } = await httpServer(status)
    const failure = deliver({ kind: 'webhook', url, secretFile: undefined }, messageOf(alarm()))
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.not.toThrow(SECRET)
    expect(seen).toHaveLength(1)
    expect(nameTarget({ kind: 'webhook', url, secretFile: undefined })).not.toContain(SECRET)
  })

  it('by webhook fails where the certificate is nobody’s, or the secret is missing', async () => {
    const { url } = await httpServer(200)
    const target = { kind: 'webhook', url, secretFile: join(folder, 'none') } as const
    await expect(deliver(target, messageOf(alarm()))).rejects.toThrow('none cannot be read: ENOENT')
    const tls = url.replace('http://', 'https://')
    await expect(deliver({ kind: 'webhook', url: tls, secretFile: undefined }, messageOf(alarm()))).rejects.toThrow(
      /ERR_SSL/,
    )
  })

  /** Takes one mail; offers AUTH, and no TLS. */
  async function mailSink() {
    const lines: string[] = []
    const server = createServer((socket) => {
      let isData = false
      let rest = ''
      const say = (line: string) => socket.write(`${line}\r\n`)
      say('220 sink ESMTP')
      socket.on('error', () => {})
      socket.on('data', (chunk) => {
        const parts = (rest + chunk).split('\r\n')
        rest = parts.pop()!
        for (const line of parts) {
          lines.push(line)
          if (isData) {
            if (line !== '.') continue
            isData = false
            say('250 taken')
          } else if (/^EHLO/i.test(line)) say('250-sink\r\n250 AUTH PLAIN')
          else if (/^AUTH/i.test(line))
            say(line.includes(Buffer.from(`\0veil\0${SECRET}`).toString('base64')) ? '235 yes' : '535 no')
          else if (/^STARTTLS/i.test(line)) say('502 no')
          else if (/^DATA/i.test(line)) {
            isData = true
            say('354 go on')
          } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
          else say('250 fine')
        }
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => server.close())
    return { lines, port: (server.address() as AddressInfo).port }
  }

  const mail = (port: number, more = {}) =>
    ({
      ...{
        kind: 'smtp',
        server: '127.0.0.1',
        port,
        tls: 'none',
        from: 'veil@example.com',
        to: ['dns@example.com', 'b@example.com'],
      },
      ...{ user: undefined, passwordFile: undefined, ...more },
    }) as const

  it('by mail reaches everyone, with an account where one is given', async () => {
    const { lines, port } = await mailSink()
    const passwordFile = file('password', SECRET)
    await deliver(mail(port, { user: 'veil', passwordFile }) as NotificationTarget, messageOf(alarm()))
    expect(lines).toContain('MAIL FROM:<veil@example.com>')
    expect(lines).toContain('RCPT TO:<dns@example.com>')
    expect(lines).toContain('RCPT TO:<b@example.com>')
    expect(lines).toContain('Subject: Veil on ns1: 1 honey name asked for')
    expect(lines.some((line) => line.includes('It happened.'))).toBe(true)
  })

  it('by mail fails without TLS where it is asked for, before anything is told, and tells no secret', async () => {
    const { lines, port } = await mailSink()
    const passwordFile = file('password', SECRET)
    const target = mail(port, { tls: 'starttls', user: 'veil', passwordFile }) as NotificationTarget
    await expect(deliver(target, messageOf(alarm()))).rejects.toThrow('the mail server did not take it: ETLS')
    expect(lines.filter((line) => /^(MAIL|AUTH|DATA)/.test(line))).toEqual([])
    const wrong = mail(port, { user: 'veil', passwordFile: file('wrong', `not-${SECRET}`) }) as NotificationTarget
    await expect(deliver(wrong, messageOf(alarm()))).rejects.toThrow(/^the mail server did not take it: EAUTH 535$/)
  })

  it('by command gives JSON on standard input, the arguments as they stand, and nothing of the environment', async () => {
    const out = join(folder, 'out')
    const script = file('alarm', `#!/bin/sh\nprintf '%s\\n' "$@" > "${out}"\ncat >> "${out}"\nenv >> "${out}"\n`)
    chmodSync(script, 0o755)
    vi.stubEnv('VEIL_TEST_SECRET', SECRET)
    await deliver({ kind: 'command', program: script, arguments: ['--to', '$(id); a b'] }, messageOf(alarm()))
    vi.unstubAllEnvs()
    const [first, second, json, ...environment] = readFileSync(out, 'utf8').split('\n')
    expect([first, second]).toEqual(['--to', '$(id); a b'])
    expect(JSON.parse(json!)).toMatchObject({ counts: { 'honey-asked': 1 } })
    expect(environment.join()).not.toContain(SECRET)
  })

  it('by command fails where it ends badly, or is not there', async () => {
    const script = file('alarm', '#!/bin/sh\necho "no paper" >&2\nexit 3\n')
    chmodSync(script, 0o755)
    const run = (program: string) => deliver({ kind: 'command', program, arguments: [] }, messageOf(alarm()))
    await expect(run(script)).rejects.toThrow('it ended with exit code 3: no paper')
    await expect(run('/nowhere/alarm')).rejects.toThrow('it did not run to its end: spawn /nowhere/alarm ENOENT')
  })
})
