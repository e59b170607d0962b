import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { runSmtpEnumeration } from '../../../checker/probes/run-smtp-enumeration.ts'
import { runSmtpRate } from '../../../checker/probes/run-smtp-rate.ts'
import { openSmtp, SMTP_OPTIONS, type SmtpSession } from '../../../checker/probes/smtp-client.ts'

const OPTIONS = { ...SMTP_OPTIONS, patience: 500, mostTime: 3000 }

let server: Server | undefined
const said: string[] = []
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  said.length = 0
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined))
  server = undefined
})

/** A server that greets, and says to each line what `answer` makes of it. */
async function serve(greeting: string, answer: (line: string, socket: Socket) => string | undefined): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write(greeting)
    let pending = ''
    socket.on('data', (octets) => {
      pending += octets.toString('latin1')
      for (let cut = pending.indexOf('\r\n'); cut >= 0; cut = pending.indexOf('\r\n')) {
        const line = pending.slice(0, cut)
        pending = pending.slice(cut + 2)
        said.push(line)
        const reply = answer(line, socket)
        if (reply !== undefined && !socket.destroyed) socket.write(reply)
      }
    })
  })
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

/** As Postfix does: users that exist, and a limit of recipients. */
function postfixLike(users: readonly string[], most = 1000): (line: string) => string {
  let asked = 0
  return (line) => {
    if (line.startsWith('EHLO')) return '250-mail.example.com\r\n250-PIPELINING\r\n250 SIZE 10240000\r\n'
    const name = /^RCPT TO:<([^@>]*)/.exec(line)?.[1]
    if (name !== undefined && ++asked > most) return '450 4.7.1 Error: too many recipients from 127.0.0.1\r\n'
    if (name !== undefined) return users.includes(name) ? '250 2.1.5 Ok\r\n' : `550 5.1.1 <${name}>: User unknown\r\n`
    if (line.startsWith('VRFY')) return '502 5.5.1 VRFY command is disabled\r\n'
    return line === 'QUIT' ? '221 2.0.0 Bye\r\n' : '250 2.0.0 Ok\r\n'
  }
}

function unlimited() {
  const taken: string[] = []
  return { taken, take: (kind: string) => taken.push(kind) > 0 }
}

const names = { domain: 'example.com', known: ['root', 'alice'], unknown: ['zq1', 'zq2'], noise: 200 }

describe('the enumeration of recipients', () => {
  it('tells users where the code differs, from the empty sender, and never says DATA', async () => {
    const port = await serve('220 mail.example.com ESMTP\r\n', postfixLike(['root', 'alice']))
    const { outcome, ...rest } = await runSmtpEnumeration('127.0.0.1', port, { ...OPTIONS, ...names }, unlimited())
    expect(outcome).toBe('found')
    expect(rest).toMatchObject({
      found: {
        confirmed: ['root', 'alice'],
        by: ['code'],
        codes: { known: '250', unknown: '550' },
        vrfy: 'refused',
        limited: false,
      },
    })
    expect(new Set(said.map((line) => line.split(' ')[0]))).toEqual(
      new Set(['EHLO', 'VRFY', 'MAIL', 'RCPT', 'RSET', 'QUIT']),
    )
    expect(said.filter((line) => line.startsWith('MAIL')).every((line) => line === 'MAIL FROM:<>')).toBe(true)
  })

  it('tells none where every name is taken, though texts name the recipient', async () => {
    const port = await serve('220 x\r\n', (line) => {
      const name = /^RCPT TO:<([^>]*)>/.exec(line)?.[1]
      return name === undefined ? '250 Ok\r\n' : `250 2.1.5 <${name}> recipient 17 ok\r\n`
    })
    const result = await runSmtpEnumeration('127.0.0.1', port, { ...OPTIONS, ...names }, unlimited())
    expect(result).toMatchObject({ found: { confirmed: [], by: [], vrfy: 'ambiguous' } })
  })

  it('ends where the server limits it, and says so', async () => {
    const port = await serve('220 x\r\n', postfixLike(['root', 'alice'], 5))
    const result = await runSmtpEnumeration('127.0.0.1', port, { ...OPTIONS, ...names }, unlimited())
    expect(result).toMatchObject({ found: { limited: true, asked: 5 } })
  })

  it('asks for forty recipients at most, and for no more than the budget has', async () => {
    const many = Array.from({ length: 50 }, (_, index) => `name${index}`)
    const port = await serve('220 x\r\n', postfixLike(many))
    const budget = unlimited()
    await runSmtpEnumeration('127.0.0.1', port, { ...OPTIONS, ...names, known: many, unknown: many }, budget)
    expect(budget.taken.filter((kind) => kind === 'RCPT').length).toBeLessThanOrEqual(40)
    expect(await runSmtpEnumeration('127.0.0.1', port, { ...OPTIONS, ...names }, { take: () => false })).toMatchObject({
      outcome: 'failed',
    })
  })
})

describe('the burst of recipients', () => {
  it('counts to the limit', async () => {
    const port = await serve('220 x\r\n', postfixLike([], 20))
    const result = await runSmtpRate('127.0.0.1', port, { ...OPTIONS, domain: 'example.com', most: 60 }, unlimited())
    expect(result).toMatchObject({ outcome: 'found', found: { asked: 21, limited: true } })
  })

  it('says that nothing limited it after sixty, whatever it is asked for', async () => {
    const port = await serve('220 x\r\n', postfixLike([]))
    const result = await runSmtpRate('127.0.0.1', port, { ...OPTIONS, domain: 'example.com', most: 5000 }, unlimited())
    expect(result).toEqual({ outcome: 'found', found: { asked: 60, limited: false } })
  })
})

describe('a hostile server', () => {
  const cases: readonly (readonly [string, string, (line: string, socket: Socket) => string | undefined, RegExp])[] = [
    ['that never ends a line', `220 ${'x'.repeat(20_000)}`, () => undefined, /never ends/],
    ['that never ends a reply', '220-x\r\n'.repeat(200), () => undefined, /more than 100 lines/],
    ['that says no SMTP', 'HTTP/1.1 200 OK\r\n', () => undefined, /no reply of SMTP/],
    ['that changes its code', '220-x\r\n250 y\r\n', () => undefined, /no reply of SMTP/],
    ['that is silent', '', () => undefined, /in time/],
    ['that closes', '220 x\r\n', (_, socket) => void socket.end(), /closed/],
    ['that answers before it is asked', '220 x\r\n250 y\r\n250 z\r\n', () => undefined, /before it was asked/],
    [
      'that offers TLS and has none',
      '220 x\r\n',
      (line) => (line === 'STARTTLS' ? '220 go\r\nno TLS\r\n' : '250-x\r\n250 STARTTLS\r\n'),
      /TLS/,
    ],
  ]
  it.each(cases)('%s is left, with a reason', async (_, greeting, answer, why) => {
    const port = await serve(greeting, answer)
    const result = await openSmtp('127.0.0.1', port, OPTIONS, unlimited())
    expect(result).toMatchObject({ code: 'end', why: expect.stringMatching(why) })
  })

  it('gets no name that would begin another command, and none of its control characters comes out', async () => {
    const port = await serve('220 \u001b[2Jx\r\n', () => '250 \u001b]0;x\u0007ok\r\n')
    const session = (await openSmtp('127.0.0.1', port, OPTIONS, unlimited())) as SmtpSession
    expect(session.greeting.text).toBe('[2Jx')
    expect(await session.say({ verb: 'RCPT', address: 'a@b>\r\nDATA' })).toMatchObject({ code: 'end' })
    expect(await session.say({ verb: 'VRFY', name: 'root\nDATA' })).toMatchObject({ code: 'end' })
    await session.close()
    expect(said).toEqual(['EHLO hostcheck.invalid', 'QUIT'])
  })
})
