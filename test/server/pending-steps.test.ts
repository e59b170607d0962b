import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextStep } from '../../keys/rollover/next-step.ts'
import { rolloverCommands } from '../../server/keys/rollover-commands.ts'
import { reportRollovers } from '../../server/keys/rollover-reports.ts'
import { situationOf } from '../../server/keys/zone-rollover.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'
import { passTime, quickZone, startRolling, ZONE } from '../helpers/rolling-server.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 }))
afterEach(() => void vi.useRealTimers())

it('a report tells no wait that begins only with a step that is still to be taken', async () => {
  const zone = quickZone()
  const { server, step, parentFollows } = await startRolling(openMemoryKeyStore(), zone, () => {})
  let foretold = 0
  for (let tick = 0; tick < 120; tick++) {
    if (tick === 40) await rolloverCommands(server)['key-roll']({ zone: ZONE, role: 'ksk', isDryRun: false })
    passTime(60)
    const [report] = await reportRollovers(server)
    const now = Math.floor(Date.now() / 1000)
    const { waits } = nextStep(situationOf(server.store.keys.get(ZONE)!, zone.dnssec, now))
    foretold += waits.length - report!.waits.length
    for (const { key: id, record, from } of report!.waits) {
      const key = report!.keys.find((each) => each.id === id)
      expect(key?.records[record]?.state ?? 'hidden').toBe(from)
    }
    await step()
    if (tick % 3 === 0) await parentFollows()
  }
  expect(foretold).toBeGreaterThan(0)
})
