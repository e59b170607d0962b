import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { createServer as createWebServer, type RequestListener } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { FOUND_SCHEMAS } from '../../../checker/observations/found-schemas.ts'
import { observationLine, readObservationLines } from '../../../checker/observations/observation-lines.ts'
import { openGate } from '../../../checker/probing/gate.ts'
import type { RunWords } from '../../../checker/probing/run-words.ts'
import { runWords } from '../../../checker/probing/run-words.ts'
import type { RunnerMeans } from '../../../checker/probing/runner.ts'
import { RUNNERS } from '../../../checker/probing/runners.ts'
import { openSentLog } from '../../../checker/probing/sent-log.ts'
import { folderWith } from '../../dnsctl/run.ts'
import { NOON } from '../run.ts'
import { targetWith } from './target-with.ts'

const servers: Server[] = []
const sockets: DatagramSocket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
  for (const server of servers.splice(0)) server.close()
})

async function portOf(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

interface Trial {
  readonly runWords?: RunWords
  /** Ports of the target, and where its server really listens. */
  readonly listening?: Readonly<Record<number, number>>
  readonly innerNames?: string
  readonly target: Parameters<typeof targetWith>[0]
}

async function tryProbe(kind: string, trial: Trial) {
  const runner = RUNNERS.find(({ probe }) => probe.name === kind)!
  const target = targetWith(trial.target)
  expect(runner.lacks(target)).toBeUndefined()
  const log = openSentLog(join(folderWith(), 'sent.jsonl'))
  const gate = openGate(target, { probe: kind, log, now: () => NOON, lookUp: async () => ['127.0.0.1'] })
  const means: RunnerMeans = {
    gate: {
      ...gate,
      connect: (place, what) => gate.connect({ ...place, port: trial.listening?.[place.port] ?? place.port }, what),
    },
    readText: () => trial.innerNames ?? '',
    runWords: trial.runWords ?? (async () => ({ outcome: 'failed', why: 'it is not installed' })),
    nonce: () => 'a1b2c3',
    wait: async () => undefined,
  }
  const observations = await runner.run(means)
  // What is found survives the file that it is written to.
  expect(readObservationLines(observations.map(observationLine).join(''), NOON).observations).toEqual(observations)
  return { observations, sent: log.countSince(target.name, 0) }
}

const sink = () => createServer((socket) => socket.on('error', () => undefined).resume())

describe('open-ports', () => {
  it('finds what is open, with the port that is known to be', async () => {
    const [control, other] = [await portOf(sink()), await portOf(sink())]
    const closed = await portOf(sink())
    await new Promise((resolve) => servers.pop()!.close(resolve))
    const ports = [`${other}/tcp`, `${closed}/tcp`, '53/udp']
    const { observations, sent } = await tryProbe('open-ports', {
      target: { prefixes: ['127.0.0.1', '127.0.0.0/24'], ports, controlPort: `${control}/tcp` },
    })
    const open = [control, other].sort((one, two) => one - two).map((port) => `${port}/tcp`)
    expect(observations).toEqual([
      {
        probe: 'open-ports',
        target: '127.0.0.1',
        at: NOON,
        from: '127.0.0.1',
        found: { open, tried: { tcp: 3, udp: 0 }, controlSeen: true },
      },
    ])
    expect(sent).toBe(3)
  })

  it('tells how far it came where the budget ends', async () => {
    const control = await portOf(sink())
    const { observations } = await tryProbe('open-ports', {
      target: { prefixes: ['127.0.0.1'], ports: ['1/tcp', '2/tcp'], controlPort: `${control}/tcp`, mostPerDay: 2 },
    })
    expect(observations[0]!.found).toEqual({ open: [`${control}/tcp`], tried: { tcp: 2, udp: 0 }, controlSeen: true })
  })
})

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

describe('probes of what a site and its server tell', () => {
  const named = { names: ['www.example.com'], prefixes: ['127.0.0.1'] }

  it('try an inner site without a password, by its name and by its bare address', async () => {
    const port = await portOf(
      createWebServer(({ url, headers }, response) => {
        if (headers.host !== 'www.example.com') response.writeHead(200).end('default')
        else if (url === '/open') response.writeHead(200).end()
        else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
      }),
    )
    const pages = ['/', '/open']
    const { observations } = await tryProbe('http-auth', { target: { ...named, ports: [`${port}/tcp`], pages } })
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
    const { observations } = await tryProbe('http-timing', { target: { ...named, ports: [`${port}/tcp`] } })
    expect(observations[0]!.found).toMatchObject({ samples: 19, protocol: 'http/1.1', encoding: 'gzip' })
    expect(asked).toBe(20)
    const silent = await portOf(createServer((socket) => socket.destroy()))
    expect((await tryProbe('http-timing', { target: { ...named, ports: [`${silent}/tcp`] } })).observations).toEqual([])
  })

  it('read banners, and nothing that a terminal would obey', async () => {
    const ssh = await portOf(createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\u001b[2J Debian\r\nmore')))
    const web = await portOf(
      createWebServer((_, response) => response.writeHead(200, { server: 'Apache/2.4.62 (Debian)' }).end()),
    )
    const ports = ['22/tcp', '80/tcp', `${ssh}/tcp`, `${web}/tcp`]
    const { observations } = await tryProbe('banners', { target: { ...named, ports }, listening: { 22: ssh, 80: web } })
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

describe('probes of this host', () => {
  it.runIf(process.getuid?.() === 0)('try to get out as the account of the sites', async () => {
    const target = { prefixes: ['192.0.2.7'], canary: { user: 'www-data', to: '192.0.2.7@4444' } }
    const tried: string[] = []
    const curl =
      (direct: string, proxy: string): RunWords =>
      async (words) => {
        tried.push(words.slice(0, 5).join(' '))
        const stdout = words.includes('http://127.0.0.1:3128') ? proxy : words.includes('--proxy') ? '000 0.0' : direct
        return { outcome: 'ran', exitCode: stdout.startsWith('000') ? 7 : 0, stdout }
      }
    const found = async (direct: string, proxy: string) =>
      (await tryProbe('egress-canary', { target, runWords: curl(direct, proxy) })).observations[0]!.found
    const user = 'www-data'
    expect(await found('000 0.1', '200 0.1')).toEqual({ user, direct: 'connected', byProxy: 'fetched' })
    expect(await found('000 0.0', '403 0.1')).toEqual({ user, direct: 'refused', byProxy: 'denied' })
    expect(await found('000 0.0', '000 0.0')).toEqual({ user, direct: 'refused', byProxy: 'not-tried' })
    expect(new Set(tried)).toEqual(new Set(['runuser -u www-data -- curl']))
  })

  /** fail2ban with a packet filter that works, or one that does not. */
  function fail2ban(works: boolean): { readonly run: RunWords; readonly banned: Set<string> } {
    const banned = new Set<string>()
    const run: RunWords = async (words) => {
      if (words[3] === 'banip') banned.add(words[4]!)
      if (words[3] === 'unbanip') banned.delete(words[4]!)
      const isFilter = words[0] === 'nft'
      return { outcome: 'ran', exitCode: 0, stdout: isFilter && works ? [...banned].join('\n') : '' }
    }
    return { run, banned }
  }

  it.each([
    [true, { ruleAppeared: true, ruleGone: true }],
    [false, { ruleAppeared: false, ruleGone: true }],
  ])('ban an address that nobody has, look, and free it: %j', async (works, found) => {
    const { run, banned } = fail2ban(works)
    const { observations } = await tryProbe('ban-and-observe', { target: { jail: 'sshd' }, runWords: run })
    expect(observations[0]!.found).toEqual({ jail: 'sshd', address: '192.0.2.254', ...found })
    expect(banned.size).toBe(0)
  })

  it('say nothing where fail2ban does not answer', async () => {
    await expect(tryProbe('ban-and-observe', { target: { jail: 'sshd' } })).rejects.toThrow(/is not installed/)
  })

  it('look for a logged word at the mirror', async () => {
    const commands = { 'log-find': ['grep', '-F', '{nonce}', '/mirror'] }
    const mirror =
      (has: boolean): RunWords =>
      async (words) => {
        if (words[0] === 'logger') return { outcome: 'ran', exitCode: 0, stdout: '' }
        expect(words).toEqual(['grep', '-F', 'a1b2c3', '/mirror'])
        return { outcome: 'ran', exitCode: has ? 0 : 1, stdout: has ? '… a1b2c3' : '' }
      }
    const arrived = await tryProbe('log-nonce', { target: { commands }, runWords: mirror(true) })
    expect(arrived.observations[0]!.found).toEqual({ nonce: 'a1b2c3', arrivedAt: NOON })
    const lost = await tryProbe('log-nonce', { target: { commands }, runWords: mirror(false) })
    expect(lost.observations[0]!.found).toEqual({ nonce: 'a1b2c3' })
  })

  it('tell a credential that only writes from one that reads and deletes', async () => {
    const commands = { 'log-read': ['read', '{nonce}'], 'log-delete': ['delete'] }
    const run: RunWords = async ([program]) => ({
      outcome: 'ran',
      exitCode: program === 'delete' ? 1 : 0,
      stdout: program === 'read' ? 'a1b2c3' : '',
    })
    const { observations } = await tryProbe('log-read-back', { target: { commands }, runWords: run })
    expect(observations[0]!.found).toEqual({ readable: true, deletable: false })
  })

  it('run a command without a shell, with its input', async () => {
    expect(await runWords(['cat'], '$(id); `id`')).toEqual({ outcome: 'ran', exitCode: 0, stdout: '$(id); `id`' })
    expect(await runWords(['echo', '$HOME;id'])).toEqual({ outcome: 'ran', exitCode: 0, stdout: '$HOME;id\n' })
    const started = performance.now()
    expect(await runWords(['sh', '-c', 'sleep 30 & echo done'])).toMatchObject({ outcome: 'ran', stdout: 'done\n' })
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(await runWords(['no-such-program'])).toEqual({ outcome: 'failed', why: 'it is not installed' })
  })
})

it('has the shape of what every runner finds', () => {
  for (const { probe } of RUNNERS) expect(FOUND_SCHEMAS.has(probe.name)).toBe(true)
})
