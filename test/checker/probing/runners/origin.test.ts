import { createServer as createWebServer } from 'node:http'
import { createServer as createSecureWebServer } from 'node:https'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../helpers/certificate.ts'
import { closedPort, portOf, tryProbe } from '../try-probe.ts'

const { cert, key } = makeCertificate({ names: ['www.example.com', 'wiki.example.com'] })

/** Asks the origin at port 443, where its server listens on another one. */
async function ask(listening: number, more: { readonly controlPort?: string } = {}) {
  const target = { names: ['www.example.com'], prefixes: ['127.0.0.1'], ports: ['443/tcp', `${listening}/tcp`] }
  const ports = { 443: listening }
  return (await tryProbe('origin', { target: { ...target, ...more }, listening: ports })).observations
}

describe('the probe origin', () => {
  it('gets the answer and the names of the certificate, by the name of the site at its own address', async () => {
    const hosts = new Set<string | undefined>()
    const server = createSecureWebServer({ cert, key }, ({ headers }, response) => {
      hosts.add(headers.host)
      response.writeHead(403).end()
    })
    const certificateNames = ['www.example.com', 'wiki.example.com']
    expect(await ask(await portOf(server))).toMatchObject([
      { target: '127.0.0.1', from: '127.0.0.1', found: { name: 'www.example.com', certificateNames } },
    ])
    expect([...hosts]).toEqual(['www.example.com'])
  })

  it('tells a server that hides: it hangs up, or nobody is there', async () => {
    const hidden = [{ target: '127.0.0.1', found: { name: 'www.example.com', certificateNames: [] } }]
    expect(await ask(await portOf(createServer((socket) => socket.destroy())))).toMatchObject(hidden)
    expect(await ask(await closedPort())).toMatchObject(hidden)
  })

  it('takes an answer in the clear, whose headers never end, for none', async () => {
    const endless = createServer((socket) => {
      socket.on('error', () => undefined).write('HTTP/1.1 200 OK\r\n')
      const timer = setInterval(() => socket.write(`x: ${'y'.repeat(4_000)}\r\n`), 1)
      socket.on('close', () => clearInterval(timer))
    })
    const port = await portOf(endless)
    const target = { names: ['www.example.com'], prefixes: ['127.0.0.1'], ports: [`${port}/tcp`] }
    const { observations } = await tryProbe('origin', { target })
    expect(observations[0]!.found).toEqual({ name: 'www.example.com', certificateNames: [] })
  })

  it('says nothing where a port that is known to be open does not answer', async () => {
    const server = createSecureWebServer({ cert, key }, (_, response) => void response.end())
    const controlPort = `${await closedPort()}/tcp`
    await expect(ask(await portOf(server), { controlPort })).rejects.toThrow(/may be shut out/)
  })
})

describe('the probe web-address', () => {
  it('tells where a name leads, and headers of a proxy where it may ask for them', async () => {
    const port = await portOf(createWebServer((_, response) => response.writeHead(200, { 'CF-Ray': 'x' }).end()))
    const names = ['www.example.com']
    const own = { names, prefixes: ['127.0.0.1'], ports: [`${port}/tcp`] }
    const found = { addresses: ['127.0.0.1'], headers: ['cf-ray'] }
    expect((await tryProbe('web-address', { target: own })).observations).toMatchObject([{ target: names[0], found }])
    const others = await tryProbe('web-address', { target: { ...own, prefixes: ['127.0.0.2'] } })
    expect({ found: others.observations[0]!.found, sent: others.sent }).toEqual({
      found: { addresses: ['127.0.0.1'], headers: [] },
      sent: 0,
    })
  })
})
