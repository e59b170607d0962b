import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientNetwork, createClientNetwork } from '../../helpers/client-network.ts'
import { LONG } from '../../helpers/long.ts'
import { obstacleToOwnNetwork } from '../../helpers/own-network.ts'
import { until } from '../../helpers/until.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import { type LivingHost, obstacleToLivingHost, startLivingHost } from './living-host.ts'

const obstacle = LONG
  ? (obstacleToLivingHost(['postfix']) ?? (isVeildBuilt() ? obstacleToOwnNetwork() : 'npm run build'))
  : undefined
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED enumeration of mail users: ${obstacle}`)

/** The prober is none of Postfix's own networks. */
const [SERVER, PROBER] = ['10.94.0.1', '10.94.0.2']
const HOSTCHECK = join(import.meta.dirname, '../../../dist/checker/hostcheck.js')
/** Besides the domains of the host itself, one whose users a table names. */
const VIRTUAL = 'example.net'
const USERS = ['alice', 'bert', 'postmaster']

/** Postfix as its package sets up an Internet site, with users, and with a domain by a table. */
const PREPARE = `set -e
printf 'postfix postfix/%s\\n' 'main_mailer_type select Internet Site' 'mailname string mail.example.com' | debconf-set-selections
rm -f /etc/postfix/main.cf /etc/postfix/master.cf
dpkg-reconfigure -f noninteractive postfix
for user in alice bert; do useradd $user; done
printf '%s anything\\n' ${VIRTUAL} > /etc/postfix/virtual
for user in ${USERS.join(' ')}; do echo "$user@${VIRTUAL} alice" >> /etc/postfix/virtual; done
postconf -e 'virtual_alias_maps = texthash:/etc/postfix/virtual'
systemctl start postfix
`

describe.runIf(LONG && obstacle === undefined)('a Postfix that is asked for names', { timeout: 300_000 }, () => {
  let folder: string
  let network: ClientNetwork
  let host: LivingHost

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'veil-enumeration-'))
    writeFileSync(join(folder, 'none'), '')
    network = createClientNetwork({ here: [`${SERVER}/24`], there: [`${PROBER}/24`] })
    host = await startLivingHost({ sees: folder, prepare: PREPARE })
    await until('Postfix listens', () => host.run('ss -Hltn sport = :25').stdout.includes(':25'))
  }, 300_000)
  afterAll(async () => {
    await host?.end()
    network?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  /** State and cause of each domain; `observed` is what a probe found. */
  function judged(observed = '/mnt/none'): Readonly<Record<string, string>> {
    const { findings } = host.hostcheck('run', '--only', 'MAIL-ENUM-01', '--observations', observed) as {
      findings: { subject: string; state: string; cause: string }[]
    }
    return Object.fromEntries(
      findings.map(({ subject, state, cause }) => [subject.replace('domain ', ''), `${state} ${cause}`]),
    )
  }

  const domains = () => Object.keys(judged())
  const each = <Value>(value: Value) => Object.fromEntries(domains().map((domain) => [domain, value]))

  interface Found {
    readonly domain: string
    readonly by: readonly string[]
    readonly confirmed: readonly string[]
    readonly codes: { readonly known: string; readonly unknown: string }
  }

  /** Asks from outside by hostcheck's own probe, at each domain; what it found lies in a file that the host sees. */
  function probe(name: string): Readonly<Record<string, Found>> {
    writeFileSync(join(folder, 'targets.yaml'), targetsFor(domains()))
    const files = ['targets', 'observations', 'log'].map((option, index) => [
      `--${option}`,
      join(folder, ['targets.yaml', name, 'sent'][index]!),
    ])
    const argv = ['probe', 'smtp-enumeration', '--send', ...files.flat(), '--json']
    const { status, stdout } = network.run(process.execPath, HOSTCHECK, ...argv)
    expect(status).toBe(0)
    const { results } = JSON.parse(stdout) as { results: { observations: { found: Found }[] }[] }
    const found = results.flatMap(({ observations }) => observations.map((observation) => observation.found))
    return Object.fromEntries(found.map((one) => [one.domain, one]))
  }

  it('tells users from names that nobody has at each of its domains as Debian sets it up; hostcheck says so', () => {
    expect(domains()).toEqual(expect.arrayContaining(['mail.example.com', 'localhost', VIRTUAL]))
    const told = { by: ['code'], confirmed: USERS, codes: { known: '250', unknown: '550' } }
    expect(probe('before')).toMatchObject(each(told))
    expect(judged()).toEqual(each('fail distinguishable'))
    expect(judged('/mnt/before')).toEqual(each('fail distinguishable'))
  })

  it('answers all names alike after the commands that hostcheck prints, and hostcheck says so', () => {
    host.mend('MAIL-ENUM-01')
    expect(judged()).toEqual(each('unknown not-probed'))
    const alike = { by: [], confirmed: [], codes: { known: '250', unknown: '250' } }
    expect(probe('after')).toMatchObject(each(alike))
    expect(judged('/mnt/after')).toEqual(each('pass indistinguishable'))
  })

  it('gives users their mail as before, and what nobody has to nobody but the catch-all', async () => {
    const send = (to: string) =>
      expect(network.run('smtp-source', '-f', 'writer@example.org', '-t', to, `${SERVER}:25`).status).toBe(0)
    send('alice@mail.example.com')
    send(`bert@${VIRTUAL}`)
    send('zq81@mail.example.com')
    send(`zq82@${VIRTUAL}`)
    const mailbox = (user: string) =>
      host.read(`/var/mail/${user}`).match(/^Delivered-To: .*|^X-Original-To: .*/gm) ?? []
    await until('all is delivered', () => mailbox('alice').length + mailbox('catchall').length >= 8)
    expect(mailbox('alice').filter((line) => line.startsWith('X'))).toEqual([
      'X-Original-To: alice@mail.example.com',
      `X-Original-To: bert@${VIRTUAL}`,
    ])
    expect(
      mailbox('catchall')
        .filter((line) => line.startsWith('X'))
        .sort(),
    ).toEqual(['X-Original-To: zq81@mail.example.com', `X-Original-To: zq82@${VIRTUAL}`])
    expect(host.run('mailq').stdout).toContain('Mail queue is empty')
  })
})

function targetsFor(domains: readonly string[]): string {
  const nextMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  const targets = domains.map(
    (domain, index) => `  mail-${index}:
    consent: Ada Lovelace
    expires: "${nextMonth}"
    prefixes: ["${SERVER}"]
    ports: [25/tcp]
    most-per-second: 100
    mail: { domain: ${domain}, known: [${USERS.join(', ')}] }
`,
  )
  return `targets:\n${targets.join('')}`
}
