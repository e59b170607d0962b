import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientNetwork, createClientNetwork } from '../../helpers/client-network.ts'
import { LONG } from '../../helpers/long.ts'
import { obstacleToOwnNetwork } from '../../helpers/own-network.ts'
import { until } from '../../helpers/until.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import { type LivingHost, obstacleToLivingHost, startLivingHost } from './living-host.ts'

const PACKAGES = ['fail2ban', 'python3-systemd', 'postfix']
/** Real daemons that start, stop and look into a log take a minute on a busy machine. */
const obstacle = LONG
  ? (obstacleToLivingHost(PACKAGES) ?? (isVeildBuilt() ? obstacleToOwnNetwork() : 'npm run build'))
  : undefined
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED honey names: ${obstacle}`)

/** The prober asks from the first address of its network; veild tells of one address once a minute. */
const [SERVER, PROBER, GUESSER, NEIGHBOUR] = ['10.95.0.1', '10.95.0.2', '10.95.0.3', '10.95.0.4']
const REPOSITORY = join(import.meta.dirname, '../../..')
const [HOSTCHECK, DNSCTL] = ['checker/hostcheck.js', 'dnsctl/dnsctl.js'].map((name) => join(REPOSITORY, 'dist', name))

/** veild by the unit that is shipped, with a log, a state folder and a honey name; programs as npm would install them. */
const VEIL = `set -e
for each in server/veild dnsctl/dnsctl; do
  printf '#!/bin/sh\\nexec %s %s/dist/%s.js "$@"\\n' '${process.execPath}' '${REPOSITORY}' "$each" > "/usr/local/bin/\${each##*/}"
done
chmod 755 /usr/local/bin/veild /usr/local/bin/dnsctl
sed 's,^StateDirectory=.*,StandardOutput=append:/mnt/veil.log,' '${REPOSITORY}/deploy/veil.service' > /lib/systemd/system/veil.service
useradd --system --home-dir /var/lib/veil --shell /usr/sbin/nologin veil
chmod 711 /mnt
install -d -o veil /mnt/state
mkdir /etc/veil
cat > /etc/veil/example.com.zone <<'END'
$TTL 60
@ SOA ns1 hostmaster 7 3600 600 86400 300
@ NS ns1
ns1 A ${SERVER}
END
cat > /etc/veil/veil.yaml <<'END'
listen: ["${SERVER}@53"]
state: /mnt/state
workers: 1
dnssec: off
zones: { example.com: { file: example.com.zone, guard: { public: { honey: [vault] } } } }
# There is no DNS in this network that could tell crawlers from others.
guard:
    ban: { without-lookup: true }
END
echo 'root: operator@example.net' >> /etc/aliases
systemctl start veil
`

describe.runIf(LONG && obstacle === undefined)('a honey name of a name server', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'veil-honey-'))
  const mail: string[] = []
  let network: ClientNetwork
  let host: LivingHost
  let receiver: Server

  beforeAll(async () => {
    network = createClientNetwork({
      here: [`${SERVER}/24`],
      there: [`${PROBER}/24`, `${GUESSER}/24`, `${NEIGHBOUR}/24`],
    })
    receiver = await receiveMail(mail)
    host = await startLivingHost({ prepare: VEIL, sees: folder })
    await until('veild answers', () => isAnswered(NEIGHBOUR))
  }, 300_000)
  afterAll(async () => {
    await host?.end()
    receiver?.close()
    network?.remove()
    rmSync(folder, { recursive: true })
  })

  function dig(from: string, name: string): string {
    return network.run('dig', '-b', from, `@${SERVER}`, name, '+tcp', '+tries=1', '+time=2').stdout
  }
  const isAnswered = (from: string) => dig(from, 'ns1.example.com').includes('status: NOERROR')
  const log = () => readFileSync(join(folder, 'veil.log'), 'utf8')

  function judged(...options: readonly string[]): { readonly state: string; readonly cause: string } {
    const { findings } = host.hostcheck('run', '--only', 'CLK-02', ...options)
    return (findings as { subject: string; state: string; cause: string }[]).find(({ subject }) =>
      subject.startsWith('honey names of example.com.'),
    )!
  }

  it('is written down, and nobody is told or banned; hostcheck says so', async () => {
    dig(GUESSER, 'vault.example.com')
    await until('veild has written it down', () => log().includes(`"honey-asked","source":"${GUESSER}","proved":true`))
    expect({ ...judged(), isAnswered: isAnswered(GUESSER) }).toMatchObject({
      ...{ state: 'fail', cause: 'silent', isAnswered: true },
    })
  })

  it('has whoever asks banned after the commands that hostcheck prints; that it was not tried hostcheck says', async () => {
    const commands = host.mend('CLK-02')
    expect(commands.length).toBeGreaterThan(4)
    await until('fail2ban runs', () => host.run('fail2ban-client status veil').status === 0)
    expect(host.read('/etc/veil/veil.yaml')).toContain('guard:\n    notify: [{ smtp:')
    await until('who asked a moment ago gets no answer', () => !isAnswered(GUESSER))
    expect({ ...judged(), isAnswered: isAnswered(NEIGHBOUR) }).toMatchObject({
      ...{ state: 'warn', cause: 'never-tried', isAnswered: true },
    })
    expect(mail).toEqual([])
  })

  it('is tried from outside by a random word: line, ban, its end, and the alarm that somebody confirms', async () => {
    writeFileSync(
      join(folder, 'targets.yaml'),
      `targets:
  ns1:
    consent: this test
    expires: ${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}
    prefixes: ["${SERVER}"]
    ports: [53/tcp]
    honey: { zone: example.com, name: vault.example.com }
    commands:
      honey-log: [grep, -hF, "{nonce}", ${folder}/veil.log]
      honey-lift: [${process.execPath}, ${DNSCTL}, --state, ${folder}/state, ban, rm, "{address}"]
`,
    )
    const files = ['--targets', `${folder}/targets.yaml`, '--observations', `${folder}/seen.jsonl`]
    const args = ['probe', 'honey-name', '--send', '--json', '--log', `${folder}/sent.jsonl`, ...files]
    const { stdout } = network.run(process.execPath, HOSTCHECK!, ...args)
    const { results } = JSON.parse(stdout) as {
      results: { problem?: string; observations: { found: Record<string, unknown> }[] }[]
    }
    expect(results[0]!.problem).toBeUndefined()
    const found = results[0]!.observations[0]!.found
    expect(found).toMatchObject({ isProved: true, isLogged: true, isBanned: true, isLifted: true })
    expect(host.read('/var/log/fail2ban.log')).toMatch(/NOTICE +\[veil\] Ban 10\.95\.0\.2/)
    expect([isAnswered(PROBER), isAnswered(NEIGHBOUR)]).toEqual([true, true])
    expect(readFileSync(join(folder, 'sent.jsonl'), 'utf8')).not.toContain('vault')
    const seen = ['--observations', '/mnt/seen.jsonl']
    expect(judged(...seen)).toMatchObject({ state: 'warn', cause: 'not-confirmed' })

    const nonce = String(found.nonce)
    await until('somebody is told of it', () => mail.join('').includes(nonce), 90)
    host.hostcheck('alert-nonce', 'confirm', nonce, ...seen)
    expect(judged(...seen)).toMatchObject({ state: 'pass', cause: 'alarmed' })
  })
})

/** A mail server of this machine that takes everything: veild sends without TLS to no other. */
async function receiveMail(mail: string[]): Promise<Server> {
  const server = createServer((socket) => {
    let isData = false
    socket.setEncoding('utf8').on('error', () => undefined)
    socket.write('220 here ESMTP\r\n')
    socket.on('data', (text: string) => {
      if (isData) mail.push(text)
      if (isData && !text.includes('\r\n.\r\n')) return
      const isEnd = isData
      isData = /^DATA/i.test(text)
      socket.write(
        isData ? '354 go on\r\n' : /^QUIT/i.test(text) ? '221 bye\r\n' : isEnd ? '250 taken\r\n' : '250 ok\r\n',
      )
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(25, '127.0.0.1', resolve)
  })
  return server
}
