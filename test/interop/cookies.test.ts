/*
 * DNS cookies as others send them: dig, kdig, and BIND as a resolver.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { sendCommand } from '../../server/control/client.ts'
import { CONTROL_SOCKET, type QueryCounters } from '../../server/control/protocol.ts'
import { type Daemon, startDaemon } from '../helpers/daemon.ts'
import { missingCommandPackage } from '../helpers/resolvers.ts'
import { connectUdp } from '../helpers/udp-client.ts'
import { startVeild } from '../helpers/veild.ts'
import { wireName } from '../helpers/zone.ts'

const ZONE = `$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 192.0.2.1
${Array.from({ length: 20 }, (_, index) => `host${index} A 192.0.2.${index}`).join('\n')}
`
const isCI = process.env.CI === 'true'
const run = promisify(execFile)

let folder: string
let veild: Daemon

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'veil-cookies-'))
  writeFileSync(join(folder, 'zone'), ZONE)
  const zone = ['--zone', `example.com=${join(folder, 'zone')}`, '--no-dnssec', '--workers', '1']
  veild = await startVeild({ arguments: zone })
}, 60_000)
afterAll(async () => {
  await veild.stop()
  rmSync(folder, { recursive: true })
})

async function counters(): Promise<QueryCounters> {
  const reply = await sendCommand(join(veild.folder, 'state', CONTROL_SOCKET), 'status', {})
  if (!reply.ok) throw new Error(JSON.stringify(reply))
  return reply.result.queries
}

describe.each([
  ['dig', 'bind9-dnsutils'],
  ['kdig', 'knot-dnsutils'],
])('%s', (command, debianPackage) => {
  const missing = missingCommandPackage(command, debianPackage)
  it.skipIf(missing !== undefined && !isCI)('gets a cookie, and is known by it', { timeout: 30_000 }, async () => {
    const ask = async (cookie: string): Promise<string | undefined> => {
      const where = ['@127.0.0.1', '-p', String(veild.port), 'host1.example.com', 'A']
      const { stdout } = await run(command, [...where, cookie])
      expect(stdout).toContain('192.0.2.1')
      return /COOKIE: ([0-9a-fA-F]{48})/.exec(stdout)?.[1]?.toLowerCase()
    }
    const before = await counters()
    const cookie = await ask('+cookie')
    expect(cookie).toHaveLength(48)
    expect(await ask(`+cookie=${cookie}`)).toBe(cookie)
    const { cookies } = await counters()
    expect([cookies.received, cookies.valid]).toEqual([before.cookies.received + 2, before.cookies.valid + 1])
  })
})

describe('BIND as a resolver', () => {
  const missing = missingCommandPackage('named', 'bind9')
  it.skipIf(missing !== undefined && !isCI)(
    'brings back the cookie that it was given',
    { timeout: 60_000 },
    async () => {
      const resolver = await startForwarder(veild.port)
      const client = await connectUdp({ port: resolver.port, timeoutMs: 5000 })
      try {
        const before = await counters()
        for (let index = 2; index < 12; index++) {
          const question = buildQuery({ id: index, name: wireName(`host${index}.example.com.`), type: 1, rd: true })
          expect(readMessage((await client.ask(question))!)!.answer).toHaveLength(1)
        }
        const { cookies } = await counters()
        expect(cookies.received - before.cookies.received).toBeGreaterThanOrEqual(10)
        expect(cookies.valid - before.cookies.valid).toBeGreaterThanOrEqual(9)
      } finally {
        client.close()
        await resolver.stop()
      }
    },
  )
})

function startForwarder(to: number): Promise<Daemon> {
  return startDaemon({
    name: 'BIND',
    command: 'named',
    prepare: (port, home) => writeFileSync(join(home, 'named.conf'), forwarderConfiguration(port, home, to)),
    arguments: (_port, home) => ['-f', '-n', '1', '-c', join(home, 'named.conf')],
    environment: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    ready: async (port) => {
      const client = await connectUdp({ port, timeoutMs: 500 })
      try {
        const question = buildQuery({ id: 1, name: wireName('host1.example.com.'), type: 1, rd: true })
        const answer = await client.ask(question)
        return answer !== undefined && readMessage(answer)!.answer.length === 1
      } finally {
        client.close()
      }
    },
  })
}

function forwarderConfiguration(port: number, home: string, to: number): string {
  return `options {
  directory "${home}";
  pid-file none;
  session-keyfile none;
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion yes;
  forward only;
  forwarders { 127.0.0.1 port ${to}; };
  dnssec-validation no;
};
controls { };
`
}
