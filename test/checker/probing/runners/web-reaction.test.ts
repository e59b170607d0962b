import { createServer as createWebServer, type RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { portOf, tryProbe } from '../try-probe.ts'

describe('probes of a web site', () => {
  const site = async (listener: RequestListener) => {
    const port = await portOf(createWebServer(listener))
    return { target: { names: ['www.example.com'], prefixes: ['127.0.0.1'], ports: [`${port}/tcp`] }, port }
  }

  it('show which markers a firewall stops, by name and without following redirects', async () => {
    const hosts = new Set<string | undefined>()
    const { target, port } = await site(({ url = '', headers }, response) => {
      hosts.add(headers.host)
      const isMarked = /OR|script|passwd/.test(url) || headers['user-agent'] === 'Nikto/2.1.6'
      response.writeHead(isMarked ? 403 : 302, { location: 'http://192.0.2.1/' }).end()
    })
    const { observations, sent } = await tryProbe('waf-reaction', { target })
    expect(observations).toMatchObject([
      {
        target: `http://www.example.com:${port}/`,
        found: {
          plain: 302,
          markers: [
            { kind: 'sql', status: 403 },
            { kind: 'script', status: 403 },
            { kind: 'file', status: 403 },
            { kind: 'scanner', status: 403 },
          ],
        },
      },
    ])
    expect({ sent, hosts: [...hosts] }).toEqual({ sent: 5, hosts: ['www.example.com'] })
  })

  it('take an answer that never ends for one, and a server that hangs up for none', async () => {
    const { target } = await site(({ headers }, response) => {
      if (headers['user-agent'] === 'Nikto/2.1.6') response.destroy()
      else {
        const timer = setInterval(() => response.write('x'.repeat(10_000)), 1)
        response.on('close', () => clearInterval(timer))
      }
    })
    const { observations } = await tryProbe('waf-reaction', { target })
    expect(observations[0]!.found).toMatchObject({ plain: 200, markers: { 3: { kind: 'scanner', status: 0 } } })
  })

  it('see a throttle, and that it lets off', async () => {
    let asked = 0
    const { target } = await site((_, response) => {
      asked++
      response.writeHead(asked > 10 && asked <= 40 ? 429 : 200).end('page')
    })
    const { observations } = await tryProbe('http-burst', { target })
    expect(observations[0]!.found).toEqual({ asked: 40, refused: 30, recovered: true })
  })
})
