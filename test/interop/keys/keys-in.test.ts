import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ExitCode } from '../../../dnsctl/exit-code.ts'
import { runDnsctl } from '../../dnsctl/run.ts'
import { ALL_ALGORITHMS } from '../../helpers/keys.ts'
import { endAll, portOf, runVeild } from '../../helpers/veild-process.ts'
import { faultOf, MAKERS, missingPackages, ZONE_TEXT } from './tools.ts'

/*
 * Keys that others have made come in, and Veil's answers validate for who trusts the DS that their maker gives.
 */
const folders: string[] = []

afterEach(async () => {
  await endAll()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe.each(Object.entries(MAKERS))('keys of %s', (name, { programs, make }) => {
  const missing = missingPackages({ ...programs, delv: 'bind9-dnsutils' })
  if (missing.length > 0) console.warn(`SKIPPED: keys of ${name}; install ${missing.join(', ')}`)

  it.runIf(process.env.CI === 'true')('have what they need installed where tests must not be left out', () => {
    expect(missing).toEqual([])
  })

  it.skipIf(missing.length > 0)(
    'of all algorithms sign here, imported before the first start and into a running server',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'veil-keys-in-'))
      folders.push(folder)
      const zones = ALL_ALGORITHMS.map((algorithm) => ({ algorithm, zone: `a${algorithm}.test` }))
      const configured = [...zones, { algorithm: 13, zone: 'live.test' }]
      writeFileSync(join(folder, 'example.zone'), ZONE_TEXT)
      const entries = configured.map(
        ({ zone, algorithm }) => `  ${zone}: { file: example.zone, dnssec: { algorithm: ${algorithm} } }`,
      )
      writeFileSync(join(folder, 'veil.yaml'), `listen: ["127.0.0.1@0"]\nstate: state\nzones:\n${entries.join('\n')}\n`)
      const importInto = async (zone: string, algorithm: number, ...more: string[]) => {
        mkdirSync(join(folder, zone))
        const made = await make(join(folder, zone), zone, algorithm)
        const done = await runDnsctl(folder, ['key', 'import', zone, ...made.words, '--yes', ...more])
        expect(done).toMatchObject({ exitCode: ExitCode.Done, stdout: expect.stringContaining('Imported 2 keys') })
        return made.ds
      }
      const anchors = new Map<string, readonly string[]>()
      for (const { zone, algorithm } of zones) anchors.set(zone, await importInto(zone, algorithm))
      const veild = runVeild(['--config', join(folder, 'veil.yaml'), '--workers', '1', '--no-rate-limit'])
      const port = portOf(await veild.logged('ready'))
      for (const { zone } of zones) expect(await faultOf(folder, port, zone, anchors.get(zone)!)).toBeUndefined()
      const ds = await importInto('live.test', 13, '--replace')
      expect(await faultOf(folder, port, 'live.test', ds)).toBeUndefined()
      const { keys } = JSON.parse((await runDnsctl(folder, ['key', 'list', 'live.test', '--json'])).stdout).zones[0]
      const duties = keys.map(({ duty }: { duty: string }) => duty)
      expect(duties.filter((duty: string) => duty === 'active')).toHaveLength(2)
      expect(duties.filter((duty: string) => duty === 'retired').length).toBeGreaterThanOrEqual(2)
    },
  )
})
