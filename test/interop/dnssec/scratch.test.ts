import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'vitest'
import * as tamper from './tamper.ts'
import { openUniverse } from './universe.ts'

test('scratch', { timeout: 3_000_000 }, async () => {
  const universe = await openUniverse(process.env.SCRATCH_KIND as never, JSON.parse(process.env.SCRATCH_FAMILIES!))
  writeFileSync(
    '/tmp/mtx/universe',
    JSON.stringify({
      root: universe.root,
      port: universe.server.port,
      addresses: [universe.relays.top.address, universe.relays.families.address, universe.relays.children.address],
    }),
  )
  if (process.env.SCRATCH_FORGE) universe.relays.families.through = tamper.forgeZones([], tamper.stripSignatures)
  const deadline = Date.now() + 1_200_000
  while (!existsSync('/tmp/mtx/stop') && Date.now() < deadline) await delay(100)
  await universe.stop()
})
