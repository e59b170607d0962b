import { createSocket, type Socket } from 'node:dgram'
import { createServer as createWebServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { portOf, tryProbe } from '../try-probe.ts'

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})

describe('probes for inner names', () => {
  it('find inner sites that a public address shows to whoever guesses their names', async () => {
    const port = await portOf(
      createWebServer(({ headers }, response) => {
        if (headers.host === 'jenkins.example.com') response.writeHead(403).end('<title>Sign in</title>')
        else response.writeHead(404).end(`<title>No ${headers.host}</title>`)
      }),
    )
    const { observations } = await tryProbe('inner-sites', {
      target: { prefixes: ['127.0.0.1'], ports: [`${port}/tcp`], innerNames: '/names' },
      innerNames: 'jenkins.example.com\nWiki.example.com.\nno name\n',
    })
    const answered = [{ name: 'jenkins.example.com.', status: 403 }]
    expect(observations).toMatchObject([{ target: '127.0.0.1', found: { asked: 2, answered } }])
  })

  it('compare answers for inner names with those for names that nobody has', async () => {
    const leaky = await dnsServer((name) => (name.startsWith('jenkins.') ? 0 : 3))
    const decoying = await dnsServer(() => 0, true)
    const found = async (port: number) => {
      const target = { prefixes: ['127.0.0.1'], ports: [`${port}/udp`], innerNames: '/names' }
      const { observations } = await tryProbe('dns-view', {
        target,
        innerNames: 'jenkins.example.com\nwiki.example.com\n',
      })
      return observations[0]!.found
    }
    expect(await found(leaky)).toEqual({ asked: 2, learned: ['jenkins.example.com.'] })
    expect(await found(decoying)).toEqual({ asked: 2, learned: [] })
  })
})

/** Answers with the code that a name gets; `isDecoy`: each with an address of its own. */
async function dnsServer(rcodeOf: (name: string) => number, isDecoy = false): Promise<number> {
  const socket = createSocket('udp4')
  sockets.push(socket)
  socket.on('message', (query, { port }) => {
    const end = query.indexOf(0, 12) + 5
    const name = query.toString('latin1', 13, end).replaceAll(/[^a-z]+/g, '.')
    const header = Buffer.from(query.subarray(0, 12))
    header.writeUInt16BE(0x8400 | rcodeOf(name), 2)
    header.writeUInt16BE(isDecoy ? 1 : 0, 6)
    const address = Buffer.of(192, 0, 2, query[1]!)
    const record = Buffer.concat([Buffer.of(0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4), address])
    socket.send(Buffer.concat([header, query.subarray(12, end), ...(isDecoy ? [record] : [])]), port)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return socket.address().port
}
