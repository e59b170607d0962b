import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { sendCommand } from '../../server/control/client.ts'
import type { EmergencyPrice, ReportedKey, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { connectUdp } from '../helpers/udp-client.ts'
import { isVeildBuilt } from '../helpers/veild.ts'
import { endAll, portOf, runVeild, type VeildProcess } from '../helpers/veild-process.ts'
import { folderWith, personWho, type Run, runDnsctl } from './run.ts'

const ZONE = 'turns.test'
/** Seconds: of everything in the zone. */
const TTL = 1
const PATIENCE = { timeout: 60_000, interval: 100 }

interface Told {
  readonly ok: boolean
  readonly exitCode: number
  readonly isDryRun: boolean
  readonly rollover: RolloverReport & EmergencyPrice
  readonly error?: { readonly what: string }
}

/** In the order in which they stand: each goes on from where the one before has left the server. */
describe.skipIf(!isVeildBuilt())('dnsctl turns the rolls of a running veild', { timeout: 180_000 }, () => {
  let folder: string
  let veild: VeildProcess
  let remove = () => {}

  beforeAll(async () => {
    const keys = 'keys: { publish-safety: 0s, retire-safety: 0s, standby: [], zsk-lifetime: unlimited }'
    folder = folderWith(
      {
        'turns.zone': `$TTL ${TTL}\n@ SOA ns1 hostmaster 7 3600 600 86400 ${TTL}\n@ NS ns1\nns1 A 192.0.2.1\n`,
      },
      (clean) => {
        remove = clean
      },
    )
    const dnssec = `{ max-ttl: ${TTL}s, parent: { check: false, ds-ttl: 1s }, ${keys} }`
    const head = 'listen: ["127.0.0.1@0"]\nworkers: 1\nstate: state\nrate-limit: { enabled: false }\n'
    writeFileSync(join(folder, 'veil.yaml'), `${head}zones: { ${ZONE}: { file: turns.zone, dnssec: ${dnssec} } }\n`)
    veild = runVeild(['--config', join(folder, 'veil.yaml')])
    await veild.logged('ready')
  })

  afterAll(async () => {
    // Every step was found to verify, and none was taken back.
    expect(veild.log().filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([])
    await endAll()
    remove()
  })

  const run = (line: string, answers?: readonly string[]): Promise<Run> =>
    runDnsctl(folder, line.split(' '), answers === undefined ? {} : { dialogue: personWho(answers) })
  const json = async (line: string): Promise<Told> => JSON.parse((await run(`${line} --json`)).stdout)
  const rollover = async (): Promise<RolloverReport> => {
    const reply = await sendCommand(join(folder, 'state/control.sock'), 'rollovers', { zone: ZONE }, 20_000)
    if (!reply.ok) throw new Error(reply.error.message)
    return (reply.result as RolloverReport[])[0]!
  }
  const keysOf = async () => (await rollover()).keys
  const active = async (role: string): Promise<ReportedKey> =>
    (await keysOf()).find((key) => key.role === role && key.duty === 'active' && key.replaces === undefined)!

  /** What was refused has changed nothing. */
  async function expectRefused(line: string, what: string, exitCode: ExitCode = ExitCode.Refused): Promise<void> {
    const before = statesOf(await rollover())
    const told = await json(line)
    expect([line, told.ok, told.exitCode, told.error?.what]).toEqual([
      line,
      false,
      exitCode,
      expect.stringContaining(what),
    ])
    expect(statesOf(await rollover())).toBe(before)
  }

  /** A dry run tells of changes and makes none. */
  async function foresee(line: string): Promise<Told['rollover']> {
    const before = statesOf(await rollover())
    const told = await json(`${line} --dry-run`)
    expect(told).toMatchObject({ ok: true, exitCode: ExitCode.Done, isDryRun: true })
    expect(statesOf(await rollover())).toBe(before)
    return told.rollover
  }

  async function isSigned(): Promise<boolean> {
    const client = await connectUdp({ port: portOf(await veild.logged('ready')) })
    const query = buildQuery({ id: 1, name: nameFromText(`${ZONE}.`), type: Type.SOA, edns: { do: true } })
    const { answer } = readMessage((await client.ask(query))!)!
    client.close()
    return answer.some(({ type }) => type === Type.RRSIG)
  }

  it('gives a ZSK up in an emergency: refused where it has to be, foreseen, agreed to, done', async () => {
    const zsk = await active('zsk')
    await expectRefused(`key emergency ${ZONE} --key 1 --continuity`, 'no key 1')
    await expectRefused(`key emergency ${ZONE} --key ${zsk.keyTag}`, 'Say which is worse', ExitCode.Usage)
    await expectRefused(`key emergency ${ZONE} --key ${zsk.keyTag} --continuity`, 'consent')
    expect(await foresee(`key emergency ${ZONE} --key ${zsk.keyTag} --continuity`)).toMatchObject({ bogusSeconds: 0 })
    const price = await foresee(`key emergency ${ZONE} --key ${zsk.keyTag} --security`)
    expect(price.forgeableSeconds).toBeLessThanOrEqual(TTL)
    const wrong = await run(`key emergency ${ZONE} --key ${zsk.keyTag} --continuity`, ['no'])
    expect([wrong.exitCode, wrong.stderr]).toEqual([ExitCode.Refused, expect.stringContaining('Nothing was changed')])
    expect((await active('zsk')).keyTag).toBe(zsk.keyTag)
    const done = await run(`key emergency ${ZONE} --key ${zsk.keyTag} --continuity`, [ZONE])
    expect([done.exitCode, done.stdout]).toEqual([ExitCode.Done, expect.stringContaining('on its way out')])
    await expect.poll(async () => (await keysOf()).map(({ keyTag }) => keyTag), PATIENCE).not.toContain(zsk.keyTag)
    expect((await keysOf()).filter(({ role }) => role === 'zsk')).toHaveLength(1)
    const security = (await keysOf()).find(({ role }) => role === 'zsk')!
    const told = await json(`key emergency ${ZONE} --key ${security.keyTag} --security --yes`)
    expect(told).toMatchObject({ ok: true, isDryRun: false, rollover: { needsParent: false } })
    const given = told.rollover.keys.find(({ id }) => id === security.id)!
    expect([given.duty, given.isCompromised, given.records.dnskey!.state]).toEqual(['retired', true, 'unretentive'])
    await expect.poll(async () => (await keysOf()).map(({ keyTag }) => keyTag), PATIENCE).not.toContain(security.keyTag)
  })

  it('cancels a roll: refused where there is none, foreseen, done', async () => {
    const ksk = await active('ksk')
    const said = await json(`key ds ${ZONE} --submitted ${ksk.keyTag} --yes`)
    expect(said.ok).toBe(true)
    await expectRefused(`key cancel ${ZONE}`, 'No key of these is being replaced')
    await expectRefused(`key cancel ${ZONE} --role zsk`, 'No key of these is being replaced')
    expect((await json(`key roll ${ZONE} --role ksk`)).ok).toBe(true)
    const successor = (await keysOf()).find(({ replaces }) => replaces === ksk.id)!
    const foreseen = await foresee(`key cancel ${ZONE}`)
    expect(foreseen.keys.find(({ id }) => id === successor.id)!.duty).toBe('retired')
    expect((await run(`key cancel ${ZONE} --dry-run`)).stdout).toContain('would retire')
    const told = await json(`key cancel ${ZONE}`)
    expect(told).toMatchObject({ ok: true, isDryRun: false })
    await expect
      .poll(async () => (await keysOf()).map(({ keyTag }) => keyTag), PATIENCE)
      .not.toContain(successor.keyTag)
    expect((await active('ksk')).keyTag).toBe(ksk.keyTag)
    await expectRefused(`key cancel ${ZONE}`, 'No key of these is being replaced')
  })

  it('makes the zone insecure and signs it again: refused where it has to be, foreseen, done', async () => {
    const ksk = await active('ksk')
    await expectRefused(`dnssec enable ${ZONE}`, 'is to stay so')
    await expectRefused(`dnssec disable ${ZONE}`, 'consent')
    await expectRefused('dnssec disable other.test --yes', 'is not signed here')
    expect((await foresee(`dnssec disable ${ZONE}`)).goal).toBe('insecure')
    const begun = await run(`dnssec disable ${ZONE}`, [ZONE])
    expect([begun.exitCode, begun.stdout]).toEqual([
      ExitCode.Done,
      expect.stringContaining('stays signed until nobody'),
    ])
    await expectRefused(`dnssec disable ${ZONE} --yes`, 'already')
    await expectRefused(`key roll ${ZONE} --role zsk`, 'gets no new keys')
    expect(await isSigned()).toBe(true)
    expect((await json(`key ds ${ZONE} --withdrawn ${ksk.keyTag} --yes`)).ok).toBe(true)
    await expect.poll(isSigned, PATIENCE).toBe(false)
    expect((await foresee(`dnssec enable ${ZONE}`)).goal).toBe('secure')
    expect(await isSigned()).toBe(false)
    expect(await json(`dnssec enable ${ZONE}`)).toMatchObject({
      ok: true,
      isDryRun: false,
      rollover: { goal: 'secure' },
    })
    await expect.poll(isSigned, PATIENCE).toBe(true)
  })
})

/** Duties and states of all keys; not when workers were seen to serve a state, which is noted a moment later. */
function statesOf({ keys }: RolloverReport): string {
  return JSON.stringify(
    keys.map(({ id, duty, records }) => [
      id,
      duty,
      Object.entries(records).map(([name, record]) => [name, record?.state]),
    ]),
  )
}
