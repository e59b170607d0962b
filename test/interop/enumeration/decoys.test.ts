import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Rcode, Type } from '../../../dns/constants.ts'
import { buildQuery, readMessage } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import { LONG } from '../../helpers/long.ts'
import { connectUdp } from '../../helpers/udp-client.ts'
import { lookClosely } from './close-look.ts'
import { CLOSER_LOOK, type DecoyRow, decoyReport } from './decoy-report.ts'
import { type DecoySetting, type DecoyWorld, openDecoyWorld } from './decoy-world.ts'
import { RANGE, ZONE } from './names.ts'
import { obstaclesToTools } from './obstacles.ts'
import { letLoose, SCANNERS } from './scan.ts'
import { type Separation, separations, standardError } from './separation.ts'

const obstacles = obstaclesToTools()
const canRun = obstacles.length === 0
if (!canRun) console.warn(`The measuring of decoys is left out: ${obstacles.join('; ')}.`)

const REPORT = join(import.meta.dirname, '../../../docs/decoy-comparison.md')
const ADDRESSES = [`${RANGE}.0/24`]
const MODES: readonly DecoySetting[] = [
  { mode: 'mirror', of: ['www'] },
  { mode: 'selective', addresses: ADDRESSES },
  { mode: 'prf', addresses: ADDRESSES },
]
/** Of the two that make up addresses the one that does so for all names is left to the long run. */
const SETTINGS = LONG ? MODES : MODES.slice(0, 2)
/** No better than chance; where limits have left a tool with few names, chance alone goes farther. */
const MOST_AUC = 0.55
/** Whoever reports no more than so many names has given up. */
const HARDLY_ANY = 5
const MOST_SECONDS = 100

/** Those that take their time are left to the long run. */
const SLOW = ['dnsenum', 'dnsrecon brt', 'fierce']
const BRUTE_FORCE = SCANNERS.filter((scanner) => 'run' in scanner || scanner.kind === 'brute force').filter(
  ({ name }) => LONG || !SLOW.includes(name),
)

it.runIf(process.env.CI === 'true')('has all it needs to measure decoys', () => {
  expect(obstacles).toEqual([])
})

describe.runIf(canRun)('decoys', () => {
  const rows: DecoyRow[] = []
  let folder: string
  let wordFile: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'veil-words-'))
    wordFile = join(folder, 'words')
  })

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
    if (process.env.VEIL_WRITE_DOCS !== undefined && LONG) writeFileSync(REPORT, decoyReport(rows))
  })

  // Modes side by side, for tools wait for most of their time; of each mode one tool after the other, which share its limits.
  describe.concurrent.each(SETTINGS)('of mode $mode', (decoys) => {
    let world: DecoyWorld

    beforeAll(async () => {
      world = await openDecoyWorld(decoys, { limits: true })
      writeFileSync(wordFile, `${world.words.join('\n')}\n`)
    })

    afterAll(() => world?.stage.stop())

    it.sequential.each(BRUTE_FORCE)('leave $name with a list that tells nothing, or with none', async (scanner) => {
      const { reported } = await letLoose(scanner, {
        address: world.stage.relay.address,
        ...{ stage: world.stage, words: world.words, wordFile, mostSeconds: MOST_SECONDS },
      })
      const names = [...reported.keys()].filter((name) => name !== `ns1.${ZONE}` && name !== `www.${ZONE}`)
      const reals = names.filter((name) => world.real.has(name)).length
      rows.push({
        mode: decoys.mode,
        tool: scanner.name,
        reported: names.length,
        real: reals,
        ...best(separations(reported, world.real)),
      })
      if (names.length <= HARDLY_ANY) return
      // As many decoys are in the list as there are absent words: the tool has dropped neither kind.
      const byChance = 4.5 * Math.sqrt(0.25 / names.length)
      expect(Math.abs(reals / names.length - 0.5)).toBeLessThan(Math.max(0.15, byChance))
      const most = Math.max(MOST_AUC, 0.5 + 4.5 * standardError(reals, names.length - reals))
      expect(separations(reported, world.real).filter(({ auc }) => auc > most)).toEqual([])
    })

    it.sequential('stand up to a closer look', async () => {
      const patient = await openDecoyWorld(decoys, { limits: false })
      const names = world.words.map((word) => `${word}.${ZONE}`)
      const found = await lookClosely(patient.stage.relay.address, names, patient.real)
      await patient.stage.stop()
      expect(found.length).toBeGreaterThan(50)
      rows.push({
        mode: decoys.mode,
        tool: CLOSER_LOOK,
        reported: names.length,
        real: patient.real.size,
        ...best(found),
      })
      expect(found.filter(({ auc }) => auc > MOST_AUC)).toEqual([])
    })
  })

  it('are not in a zone that has none: typos do not exist', async () => {
    const world = await openDecoyWorld(undefined, { limits: false })
    const client = await connectUdp({ port: 53, address: world.stage.relay.address })
    try {
      for (const typo of ['wwwwww', 'qwww', 'www.www', 'nas1x', 'mial', 'xn--wqqq']) {
        const name = nameFromText(`${typo}.${ZONE}.`)
        const answer = await client.ask(buildQuery({ id: 1, name, type: Type.A }))
        expect({ typo, rcode: answer && readMessage(answer)?.rcode }).toEqual({ typo, rcode: Rcode.NxDomain })
      }
    } finally {
      client.close()
      await world.stage.stop()
    }
  })
})

function best(found: readonly Separation[]): Separation {
  return found.reduce((most, each) => (each.auc > most.auc ? each : most))
}
