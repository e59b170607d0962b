import { createHash } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type SecureVersion } from 'node:tls'
import { describe, expect, it } from 'vitest'
import type { TlsResult } from '../../../../checker/probes/tls.ts'
import { tlsOfferRunner } from '../../../../checker/probing/runners/tls-offer.ts'
import { makeCertificate } from '../../../helpers/certificate.ts'
import { targetWith } from '../target-with.ts'
import { portOf, tryProbe } from '../try-probe.ts'

const NAMED = { names: ['www.example.com'], prefixes: ['127.0.0.0/24'] }
const OWN = makeCertificate({ names: ['www.example.com', 'jenkins.example.com'], receipts: 2 })

function tlsServer(certificate = OWN, options: { minVersion?: SecureVersion; maxVersion?: SecureVersion } = {}) {
  return createTlsServer({ cert: certificate.cert, key: certificate.key, ...options }, (stream) =>
    stream.on('error', () => undefined).resume(),
  ).on('tlsClientError', () => undefined)
}

async function look(port: number): Promise<readonly TlsResult[]> {
  const { observations } = await tryProbe('tls', { target: { ...NAMED, ports: [`${port}/tcp`] } })
  return observations.map(({ found }) => found as TlsResult)
}

describe('the probe tls', () => {
  it('tells versions, names, receipts and why nobody would trust it', async () => {
    const port = await portOf(tlsServer(OWN, { minVersion: 'TLSv1.2' }))
    const [found] = await look(port)
    expect(found).toMatchObject({
      protocol: 'TLS',
      address: '127.0.0.1',
      versions: ['TLSv1.2', 'TLSv1.3'],
      distrusted: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
    expect(found!.chain).toHaveLength(1)
    expect(found!.chain[0]).toMatchObject({
      names: ['www.example.com', 'jenkins.example.com'],
      receipts: 2,
      isLogged: true,
      subject: 'CN=www.example.com',
      keySha256: createHash('sha256').update(OWN.spki).digest('hex'),
    })
    const { notBefore, expires } = found!.chain[0]!
    expect(expires - notBefore).toBe(31 * 86_400)
  })

  it('finds old versions where they are still offered', async () => {
    const server = createTlsServer(
      { cert: OWN.cert, key: OWN.key, minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: 'ALL:@SECLEVEL=0' },
      (stream) => stream.on('error', () => undefined).resume(),
    )
    const [found] = await look(await portOf(server.on('tlsClientError', () => undefined)))
    expect(found!.versions).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2'])
  })

  it.each([
    ['a list of receipts that ends too early', Buffer.of(0, 200, 0, 47)],
    ['one that says nothing', Buffer.alloc(0)],
  ])('counts nothing in %s, and does not fall over', async (_, receiptList) => {
    const [found] = await look(await portOf(tlsServer(makeCertificate({ names: ['a.example.com'], receiptList }))))
    expect(found!.chain[0]).toMatchObject({ names: ['a.example.com'], receipts: 0, isLogged: true })
  })

  it('reads a certificate with a thousand names in one piece, and one with none', async () => {
    const names = Array.from({ length: 1200 }, (_, index) => `n${index}.example.com`)
    const [many] = await look(await portOf(tlsServer(makeCertificate({ names }))))
    expect(many!.chain[0]!.names).toHaveLength(1000)
    const [none] = await look(await portOf(tlsServer(makeCertificate({ names: [] }))))
    expect(none!.chain[0]!.names).toEqual([])
  })

  it('says nothing of who speaks no TLS, or hangs up', async () => {
    expect(await look(await portOf(createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))))).toEqual([])
    expect(await look(await portOf(createServer((socket) => socket.destroy())))).toEqual([])
  })
})

/** How a handshake begins (RFC 8446 §5.1); whoever has no answer to it hangs up. */
const HANDSHAKE = '\x16'

/** What a server says on a connection, by the lines that it gets. */
type Talker = (socket: Socket) => void

const lines =
  (greeting: string, answers: Readonly<Record<string, string>>): Talker =>
  (socket) => {
    if (greeting !== '') socket.write(greeting)
    socket.setEncoding('latin1').on('data', (text: string) => {
      if (text.startsWith(HANDSHAKE) && answers[HANDSHAKE] === undefined) socket.destroy()
      for (const [asked, answer] of Object.entries(answers)) if (text.startsWith(asked)) socket.write(answer)
    })
  }

const octets =
  (greeting: string, answer: string): Talker =>
  (socket) => {
    socket.write(Buffer.from(greeting, 'hex'))
    socket.on('data', (said: Buffer) => {
      if (answer === '' || said[0] === HANDSHAKE.charCodeAt(0)) socket.destroy()
      else socket.write(Buffer.from(answer, 'hex'))
    })
  }

/** Version 8, thread 1, eight octets of salt, a filler, and the lower half of the capabilities. */
const mysql = (capabilities: string) =>
  octets(`190000000a382e3000010000003131313131313131 00${capabilities}2102000000`.replaceAll(' ', ''), '')

describe('the probe tls-offer', () => {
  const EHLO = 'EHLO hostcheck.invalid\r\n'
  it.each<[string, number, Talker, boolean | undefined]>([
    [
      'a mail server that offers it',
      25,
      lines('220-a\r\n220 b\r\n', { EHLO: '250-x\r\n250-STARTTLS\r\n250 SIZE\r\n', STARTTLS: '220 go\r\n' }),
      true,
    ],
    ['one that does not', 25, lines('220 a\r\n', { [EHLO]: '250-x\r\n250 SIZE\r\n' }), false],
    [
      'one that offers it and then will not',
      25,
      lines('220 a\r\n', { EHLO: '250 STARTTLS\r\n', STARTTLS: '454 no\r\n' }),
      false,
    ],
    ['an FTP server', 21, lines('220 a\r\n', { 'AUTH TLS': '234 go\r\n' }), true],
    ['one without', 21, lines('220 a\r\n', { 'AUTH TLS': '500 no\r\n' }), false],
    ['PostgreSQL', 5432, octets('', '53'), true],
    ['PostgreSQL without', 5432, octets('', '4e'), false],
    ['MySQL', 3306, mysql('ff0f'), true],
    ['MySQL without', 3306, mysql('fff7'), false],
    ['LDAP', 389, octets('', '300c02010178070a010004000400'), true],
    ['LDAP without', 389, octets('', '300c02010178070a010204000400'), false],
    ['Redis in the clear', 6379, lines('', { [HANDSHAKE]: '-ERR unknown command\r\n' }), false],
    ['a mail server that is none', 25, lines('HTTP/1.0 400 Bad\r\n', {}), undefined],
    [
      'a greeting that never ends',
      25,
      (socket) => void setInterval(() => socket.write('220-more\r\n'.repeat(100)), 1).unref(),
      undefined,
    ],
    ['a line that never ends', 21, (socket) => void socket.write('2'.repeat(100_000)), undefined],
    ['who hangs up', 5432, (socket) => socket.destroy(), undefined],
  ])('of %s', async (_, port, talk, offersTls) => {
    const server = createServer((socket) => talk(socket.on('error', () => undefined)))
    const observations = await offers(port, await portOf(server))
    const found = observations.map((each) => [each.target, (each.found as { offersTls: boolean }).offersTls])
    expect(found).toEqual(offersTls === undefined ? [] : [[`127.0.0.1:${port}`, offersTls]])
  })

  it('takes a handshake that asks for a certificate for TLS', async () => {
    const server = createTlsServer({ cert: OWN.cert, key: OWN.key, requestCert: true, rejectUnauthorized: true })
    const observations = await offers(6379, await portOf(server.on('tlsClientError', () => undefined)))
    expect(observations[0]!.found).toEqual({ protocol: 'Redis', offersTls: true })
  })

  it('has nothing to ask where no port of a known protocol is named', () => {
    const lacks = tlsOfferRunner.lacks(targetWith({ prefixes: ['127.0.0.1'], ports: ['4711/tcp'] }))
    expect(lacks).toMatch(/^it names none of the ports 21, 25, /)
  })
})

/** Asks at the port of a protocol, where the server listens on another one. */
async function offers(port: number, listening: number) {
  const target = { prefixes: ['127.0.0.1'], ports: [`${port}/tcp`, `${listening}/tcp`] }
  return (await tryProbe('tls-offer', { target, listening: { [port]: listening } })).observations
}
