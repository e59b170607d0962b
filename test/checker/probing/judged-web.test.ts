import { createServer as createWebServer } from 'node:http'
import { createServer as createSecureWebServer } from 'node:https'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../helpers/certificate.ts'
import { judgedAfter } from './judged.ts'

/** Nobody else's: ports of protocols are taken at an address of their own. */
const HERE = '127.83.20.2'
const DAYS = 'consent: Ada, expires: 2027-01-01'

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

async function listen(server: Server, port: number, address = HERE): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, address, resolve))
  return (server.address() as { port: number }).port
}

const secure = (names: readonly string[], receipts = 0) =>
  createSecureWebServer(makeCertificate({ names, receipts }), (_, response) => void response.writeHead(200).end())

describe('what probes of web servers find is judged', () => {
  const origin = {
    probe: 'origin',
    control: 'PRX-02',
    files: {
      'hostcheck.yaml': `public-addresses: [${HERE}]\nsites: { www.example.com: { proxied: true } }\n`,
      'targets.yaml': `targets: { web: { ${DAYS}, names: [www.example.com], prefixes: [${HERE}], ports: [8443/tcp] } }\n`,
    },
  }

  it('PRX-02: a server behind a proxy that answers past it, and one that hides', async () => {
    await listen(secure(['other.example.net']), 8443)
    const shown = await judgedAfter(origin)
    expect(shown.before).toContain('www.example.com: unknown, not-tried')
    expect(shown.after).toContain('www.example.com: fail, answers')
    await new Promise((resolve) => servers.pop()!.close(resolve))
    await listen(
      createServer((socket) => socket.destroy()),
      8443,
    )
    expect((await judgedAfter(origin)).after).toContain('www.example.com: pass, hidden')
  })

  const tls = {
    probe: 'tls',
    control: 'EXP-02',
    files: {
      'hostcheck.yaml': 'sites: { jenkins.example.com: { internal: true } }\n',
      'targets.yaml': `targets: { web: { ${DAYS}, prefixes: [${HERE}], ports: [8443/tcp] } }\n`,
    },
  }

  it('EXP-02: an inner name in a certificate that whoever scans gets, and that was logged', async () => {
    await listen(secure(['www.example.com', 'jenkins.example.com'], 2), 8443)
    const { before, after } = await judgedAfter(tls)
    expect(before).toEqual(['host: not-applicable, no-certificates'])
    expect(after).toEqual(['jenkins.example.com: fail, logged'])
    await new Promise((resolve) => servers.pop()!.close(resolve))
    await listen(secure(['www.example.com', 'jenkins.example.com']), 8443)
    expect((await judgedAfter(tls)).after).toEqual(['host: pass, clean'])
  })

  it('PRX-01: a site whose answers carry what only a proxy adds', async () => {
    const site = async (headers: Readonly<Record<string, string>>) => {
      const port = await listen(
        createWebServer((_, response) => response.writeHead(200, headers).end()),
        0,
        '127.0.0.1',
      )
      const { after } = await judgedAfter({
        probe: 'web-address',
        control: 'PRX-01',
        files: {
          'hostcheck.yaml': 'sites: { localhost: { proxied: true } }\n',
          'targets.yaml': `targets: { web: { ${DAYS}, names: [localhost], prefixes: [127.0.0.1], ports: [${port}/tcp] } }\n`,
        },
      })
      return after
    }
    expect(await site({ 'x-sucuri-id': '17' })).toEqual(['localhost: pass, proxied'])
    expect(await site({})).toEqual(['localhost: fail, not-proxied'])
  })

  it('S2S-03: a database that this host is connected to, asked whether it offers TLS', async () => {
    const database = (answer: string) =>
      createServer((socket) => {
        socket.on('error', () => undefined)
        // Who begins a handshake (RFC 8446 §5.1) is hung up on.
        socket.on('data', (said) => (said[0] === 0x16 ? socket.destroy() : socket.write(answer)))
      })
    // 192.0.2.50:5432, as /proc/net/tcp writes it.
    const flow = '  sl\n   0: 0A0200C0:C000 320200C0:1538 01 00000000:00000000 00:00000000 00000000 0 0 42\n'
    const trial = {
      probe: 'tls-offer',
      control: 'S2S-03',
      standsFor: [HERE, '192.0.2.50'] as const,
      files: {
        'targets.yaml': `targets: { database: { ${DAYS}, prefixes: [${HERE}], ports: [5432/tcp] } }\n`,
        'proc/self/status': 'Name:\tx\n',
        'proc/net/tcp': flow,
      },
    }
    await listen(database('N'), 5432)
    const { before, after } = await judgedAfter(trial)
    expect(before).toEqual(['PostgreSQL to 192.0.2.50: warn, unproven'])
    expect(after).toEqual(['PostgreSQL to 192.0.2.50: fail, plain'])
    await new Promise((resolve) => servers.pop()!.close(resolve))
    await listen(database('S'), 5432)
    expect((await judgedAfter(trial)).after).toEqual(['PostgreSQL to 192.0.2.50: warn, unproven'])
  })
})
