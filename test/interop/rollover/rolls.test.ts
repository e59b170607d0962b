/** Keys of a zone are rolled in every way there is, while a validating resolver with short-lived caches is asked about it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KeyRole } from '../../../keys/key-role.ts'
import type { RolloverReport } from '../../../server/keys/rollover-protocol.ts'
import { LONG } from '../../helpers/long.ts'
import { missingCommandPackage } from '../../helpers/resolvers.ts'
import { until } from '../../helpers/until.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import type { Answers } from './asker.ts'
import { CHILD, openWorld, type World } from './world.ts'

const missing = missingCommandPackage('unbound', 'unbound')
const obstacles = [
  ...(missing === undefined ? [] : [`install ${missing}`]),
  ...(isVeildBuilt() ? [] : ['npm run build']),
]
const canRun = obstacles.length === 0
if (!canRun) console.warn(`Rolls before a validating resolver are left out: ${obstacles.join('; ')}.`)

it.runIf(process.env.CI === 'true')('has all it needs to roll keys before a validating resolver', () => {
  expect(obstacles).toEqual([])
})

describe.runIf(canRun)('a validating resolver that is asked without pause', () => {
  let world: World

  beforeAll(async () => {
    world = await openWorld({ algorithm: 13, isCombined: false })
  }, 120_000)

  afterAll(async () => {
    await world?.stop()
  })

  it('notices nothing of a ZSK roll', async () => {
    const old = await activeKey('zsk')
    const answers = await during('ZSK roll', async () => {
      await expectDone('key', 'roll', CHILD, '--role', 'zsk')
      await world.settled('the old ZSK gone', lacks(old.keyTag))
    })
    expectSecure(answers)
    expect((await activeKey('zsk')).keyTag).not.toBe(old.keyTag)
  })

  it('notices nothing of a KSK roll, however long the registrar takes', async () => {
    const old = await activeKey('ksk')
    const before = world.registrar.published.length
    const answers = await during('KSK roll', async () => {
      const goOn = world.registrar.takeABreak()
      await expectDone('key', 'roll', CHILD, '--role', 'ksk')
      await until('the roll waits for the parent', async () => waitsForParent(await world.report()))
      // The old key cannot go: time alone changes nothing here.
      const asked = world.asker.rounds()
      await until('a hundred rounds of questions', () => world.asker.rounds() >= asked + 100)
      expect(waitsForParent(await world.report())).toBe(true)
      expect(world.registrar.published.length).toBe(before)
      goOn()
      await world.settled('the old KSK gone', lacks(old.keyTag))
    })
    expectSecure(answers)
    expect(world.registrar.published.length).toBe(before + 1)
  })

  it('notices nothing of an emergency, where a standby ZSK takes over at once', async () => {
    const bad = await activeKey('zsk')
    const answers = await during('emergency, ZSK, continuity', async () => {
      await expectDone('key', 'emergency', CHILD, '--key', String(bad.keyTag), '--continuity', '--yes')
      const signing = (await world.report()).keys.find(({ id }) => id === bad.id)
      expect(signing?.records.zrrsig?.state).not.toBe('omnipresent')
      await world.settled('the bad ZSK gone', lacks(bad.keyTag))
    })
    expectSecure(answers)
  })

  it.runIf(LONG)('notices nothing of an emergency with the KSK', async () => {
    const bad = await activeKey('ksk')
    const answers = await during('emergency, KSK, continuity', async () => {
      await expectDone('key', 'emergency', CHILD, '--key', String(bad.keyTag), '--continuity', '--yes')
      await world.settled('the bad KSK gone', lacks(bad.keyTag))
    })
    expectSecure(answers)
  })

  it.runIf(LONG)('notices nothing of a roll that is cancelled half-way', async () => {
    const old = await activeKey('ksk')
    const answers = await during('KSK roll, cancelled', async () => {
      const goOn = world.registrar.takeABreak()
      await expectDone('key', 'roll', CHILD, '--role', 'ksk')
      await until('the roll waits for the parent', async () => waitsForParent(await world.report()))
      await expectDone('key', 'cancel', CHILD)
      goOn()
      await world.settled('the new KSK gone', ({ keys }) => keys.filter(({ role }) => role === 'ksk').length === 1)
    })
    expectSecure(answers)
    expect((await activeKey('ksk')).keyTag).toBe(old.keyTag)
  })

  it('notices nothing of a move to another algorithm', async () => {
    const answers = await during('algorithm 13 to 15', async () => {
      await world.sign({ algorithm: 15, isCombined: false })
      await world.settled('algorithm 13 gone', ({ keys }) => keys.every(({ algorithm }) => algorithm === 15))
    })
    expectSecure(answers)
  })

  it.runIf(LONG)('notices nothing of a change from two keys to one that signs everything', async () => {
    const answers = await during('KSK and ZSK to CSK', async () => {
      await world.sign({ algorithm: 15, isCombined: true })
      await world.settled('one key', ({ keys }) => keys.length === 1 && keys[0]!.role === 'csk')
    })
    expectSecure(answers)
  })

  it.runIf(LONG)('notices nothing of a CSK roll', async () => {
    const old = await activeKey('csk')
    const answers = await during('CSK roll', async () => {
      await expectDone('key', 'roll', CHILD, '--role', 'csk')
      await world.settled('the old CSK gone', lacks(old.keyTag))
    })
    expectSecure(answers)
  })

  it('finds the zone insecure at last, and never bogus, where it is to be unsigned', async () => {
    const answers = await during('going insecure', async () => {
      await expectDone('dnssec', 'disable', CHILD, '--yes')
      await until('Unbound finds the child insecure', () => world.asker.last()?.secure === false, 60)
      await world.settled('nothing left of the keys', isUnsigned)
    })
    expect(answers.wrong).toEqual([])
    expect(answers.secure).toBeGreaterThan(0)
    expect(answers.insecure).toBeGreaterThan(0)
    expect(world.registrar.published.at(-1)).toEqual([])
  })

  it('finds the zone secure again, and never bogus, where it is signed again', async () => {
    const answers = await during('secure again', async () => {
      await expectDone('dnssec', 'enable', CHILD)
      await until('Unbound finds the child secure', () => world.asker.last()?.secure === true, 60)
      await world.settled('the keys everywhere')
    })
    expect(answers.wrong).toEqual([])
    expect(answers.secure).toBeGreaterThan(0)
  })

  it('agrees with dnsctl, which verifies by the DS records that the parent has', async () => {
    const { stdout } = await expectDone('dnssec', 'verify', CHILD, '--parent')
    expect(stdout).toMatch(/everything verifies; \d keys?, reached by the DS of [kc]sk \d+, the DS at 127\.0\.0\.1/)
    const wrong = await world.dnsctl('dnssec', 'verify', CHILD, '--server', '127.0.0.1@9')
    expect(wrong.exitCode).toBe(1)
  })

  it('leaves a history that is whole', async () => {
    await expectDone('key', 'history', CHILD, '--verify')
  })

  /** What was answered while something was done, and how much that was. */
  async function during(what: string, act: () => Promise<void>): Promise<Answers> {
    world.asker.take()
    const start = performance.now()
    await act()
    const answers = world.asker.take()
    const { asked, secure, insecure, wrong } = answers
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.info(
      `${what}: ${asked} questions in ${seconds} s: ${secure} secure, ${insecure} not, ${wrong.length} wrong`,
    )
    return answers
  }

  function expectSecure({ asked, secure, wrong }: Answers): void {
    expect(wrong).toEqual([])
    expect(secure).toBe(asked)
    expect(asked).toBeGreaterThan(50)
  }

  async function expectDone(...argv: readonly string[]) {
    const run = await world.dnsctl(...argv)
    const { exitCode, stdout, stderr } = run
    expect({ exitCode, told: exitCode === 0 ? '' : stdout + stderr }).toEqual({ exitCode: 0, told: '' })
    return run
  }

  async function activeKey(role: KeyRole) {
    const key = (await world.report()).keys.find((each) => each.role === role && each.duty === 'active')
    if (key === undefined) throw new Error(`no active ${role}`)
    return key
  }
})

function lacks(keyTag: number): (report: RolloverReport) => boolean {
  return ({ keys }) => keys.every((key) => key.keyTag !== keyTag)
}

function waitsForParent({ waits }: RolloverReport): boolean {
  return waits.some(({ reason }) => reason.kind === 'parent')
}

function isUnsigned({ keys }: RolloverReport): boolean {
  return keys.every(({ records }) => Object.values(records).every(({ state }) => state === 'hidden'))
}
