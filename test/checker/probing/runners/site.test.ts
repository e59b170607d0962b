import { createServer as createWebServer, type RequestListener } from 'node:http'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { portOf, tryProbe } from '../try-probe.ts'

const NAMED = { names: ['www.example.com'], prefixes: ['127.0.0.1'] }

describe('probes of what a site and its server tell', () => {
  it('try an inner site without a password, by its name and by its bare address', async () => {
    const port = await portOf(
      createWebServer(({ url, headers }, response) => {
        if (headers.host !== 'www.example.com') response.writeHead(200).end('default')
        else if (url === '/open') response.writeHead(200).end()
        else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
      }),
    )
    const pages = ['/', '/open']
    const { observations } = await tryProbe('http-auth', { target: { ...NAMED, ports: [`${port}/tcp`], pages } })
    expect(observations[0]!.found).toEqual({
      paths: [
        { path: '/', status: 401, challenged: true },
        { path: '/open', status: 200, challenged: false },
      ],
      hasTls: false,
      byAddress: 200,
    })
  })

  it('time a page, and say nothing of one that fails', async () => {
    let asked = 0
    const listener: RequestListener = (_, response) => {
      asked++
      response.writeHead(200, { 'content-encoding': 'gzip' }).end()
    }
    const port = await portOf(createWebServer(listener))
    const { observations } = await tryProbe('http-timing', { target: { ...NAMED, ports: [`${port}/tcp`] } })
    expect(observations[0]!.found).toMatchObject({ samples: 19, protocol: 'http/1.1', encoding: 'gzip' })
    expect(asked).toBe(20)
    const silent = await portOf(createServer((socket) => socket.destroy()))
    expect((await tryProbe('http-timing', { target: { ...NAMED, ports: [`${silent}/tcp`] } })).observations).toEqual([])
  })

  it('read banners, and nothing that a terminal would obey', async () => {
    const ssh = await portOf(createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\u001b[2J Debian\r\nmore')))
    const web = await portOf(
      createWebServer((_, response) => response.writeHead(200, { server: 'Apache/2.4.62 (Debian)' }).end()),
    )
    const ports = ['22/tcp', '80/tcp', `${ssh}/tcp`, `${web}/tcp`]
    const { observations } = await tryProbe('banners', { target: { ...NAMED, ports }, listening: { 22: ssh, 80: web } })
    expect(observations).toMatchObject([
      {
        target: 'www.example.com',
        found: {
          banners: [
            { service: 'ssh', text: 'SSH-2.0-OpenSSH_9.2[2J Debian' },
            { service: 'http', text: 'Server: Apache/2.4.62 (Debian)' },
          ],
        },
      },
      { target: '127.0.0.1' },
    ])
  })
})
