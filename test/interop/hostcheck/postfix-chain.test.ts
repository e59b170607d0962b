import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runSmtpEnumeration } from '../../../checker/probes/run-smtp-enumeration.ts'
import { runSmtpRate } from '../../../checker/probes/run-smtp-rate.ts'
import { SMTP_OPTIONS } from '../../../checker/probes/smtp-client.ts'
import { runHostcheck } from '../../checker/run.ts'
import { type ClientNetwork, createClientNetwork } from '../../helpers/client-network.ts'
import { LONG } from '../../helpers/long.ts'
import { obstacleToOwnNetwork } from '../../helpers/own-network.ts'
import { until } from '../../helpers/until.ts'
import { type MailWorld, missingForMail, startMailWorld } from './mail-world.ts'

const SERVER = '10.97.0.1'
const GUESSER = '10.97.0.2'
const PROBER = '10.97.0.3'
const CONTROLS = ['MAIL-RATE-01', 'F2B-MAIL-01', 'MAIL-VRFY-01']
const OPTIONS = { ...SMTP_OPTIONS, domain: 'example.com' }
const BUDGET = { take: () => true }

/** Real daemons that start, stop and look into a journal take a minute on a busy machine. */
const obstacle = LONG ? (missingForMail() ?? obstacleToOwnNetwork()) : undefined
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED Postfix and fail2ban: ${obstacle}`)

describe.runIf(LONG && obstacle === undefined)('a prober at a Postfix with a catch-all', () => {
  let network: ClientNetwork
  let world: MailWorld

  beforeAll(async () => {
    network = createClientNetwork({ here: [`${GUESSER}/24`], there: [`${SERVER}/24`] })
    network.run('ip', 'link', 'set', 'lo', 'up')
    world = await startMailWorld(`veil-client-${process.pid}`)
  }, 90_000)
  afterAll(async () => {
    await world?.end()
    network?.remove()
  })

  /** Runs hostcheck on a copy of what its files are now. */
  const hostcheck = async (...argv: string[]): Promise<unknown> => {
    const folder = mkdtempSync(join(tmpdir(), 'veil-image-'))
    try {
      world.copyTo(folder)
      const { stdout } = await runHostcheck('/', [...argv, '--root', folder, '--json'])
      return JSON.parse(stdout)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  /** The states that hostcheck finds there, by control. */
  const states = async () => {
    const only = CONTROLS.flatMap((id) => ['--only', id])
    const { findings } = (await hostcheck('run', ...only)) as { findings: { control: string; state: string }[] }
    const of = (id: string) => new Set(findings.filter(({ control }) => control === id).map(({ state }) => state))
    return Object.fromEntries(CONTROLS.map((id) => [id, [...of(id)].join(' ')]))
  }

  it('tells users from names that nobody has at its own domain, and none behind the catch-all', async () => {
    const names = { known: ['root', 'daemon'], unknown: ['zq81', 'zq82'], noise: 500 }
    const own = await runSmtpEnumeration(SERVER, 25, { ...OPTIONS, domain: 'mail.example.com', ...names }, BUDGET)
    expect(own).toMatchObject({
      found: {
        by: ['code'],
        confirmed: ['root', 'daemon'],
        codes: { known: '250', unknown: '550' },
        vrfy: 'answers',
      },
    })
    const caught = await runSmtpEnumeration(SERVER, 25, { ...OPTIONS, ...names, unknown: ['zq91', 'zq92'] }, BUDGET)
    expect(caught).toMatchObject({ found: { by: [], confirmed: [], codes: { known: '250', unknown: '250' } } })
  }, 120_000)

  it('is neither limited nor banned as the packages install, and both as soon as the remedy is applied as printed', async () => {
    // Whoever guessed is banned for that as soon as the jail reads the journal; somebody else comes.
    execFileSync('/bin/ip', ['addr', 'del', `${GUESSER}/24`, 'dev', 'veil0'])
    execFileSync('/bin/ip', ['addr', 'add', `${PROBER}/24`, 'dev', 'veil0'])
    expect(await states()).toEqual(Object.fromEntries(CONTROLS.map((id) => [id, 'fail'])))
    const before = await runSmtpRate(SERVER, 25, { ...OPTIONS, most: 60 }, BUDGET)
    expect(before).toEqual({ outcome: 'found', found: { asked: 60, limited: false } })
    expect(await isReachable()).toBe(true)

    const { fixes } = (await hostcheck('fix', '--show', ...CONTROLS)) as {
      fixes: { control: string; commands: string[] }[]
    }
    expect(fixes.map(({ control }) => control).sort()).toEqual([...CONTROLS].sort())
    for (const { control, commands } of fixes) {
      const pasted = world.run(commands.join('\n'))
      expect({
        control,
        status: pasted.status,
        said: pasted.status === 0 ? '' : pasted.stdout + pasted.stderr,
      }).toMatchObject({ status: 0 })
    }

    expect(await states()).toEqual(Object.fromEntries(CONTROLS.map((id) => [id, 'pass'])))
    const after = await runSmtpRate(SERVER, 25, { ...OPTIONS, most: 60 }, BUDGET)
    expect(after).toMatchObject({
      found: { limited: true, reply: expect.stringMatching(/^450 4\.7\.1 .*too many recipients/) },
    })
    const isBanned = (address: string) => world.run('nft list ruleset').stdout.includes(address)
    await until('both are banned', () => [GUESSER, PROBER].every(isBanned), 30)
    expect(await isReachable()).toBe(false)
  }, 180_000)

  /** Whether a connection to the server is made within two seconds. */
  function isReachable(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host: SERVER, port: 25 })
      const settle = (made: boolean) => {
        clearTimeout(timer)
        socket.destroy()
        resolve(made)
      }
      const timer = setTimeout(settle, 2000, false)
      socket.once('connect', () => settle(true))
      socket.once('error', () => settle(false))
    })
  }
})
