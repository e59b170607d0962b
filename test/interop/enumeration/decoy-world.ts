import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WORDS } from '../../../guard/detection/words.ts'
import type { Daemon } from '../../helpers/daemon.ts'
import { createRandom, type Random } from '../../helpers/random.ts'
import { startVeild } from '../../helpers/veild.ts'
import { RANGE, ZONE } from './names.ts'
import { openStage, type Stage } from './servers.ts'

/** How the zone has decoys: `decoys` of docs/configuration.md; undefined: it has none. */
export type DecoySetting = {
  readonly mode: string
  readonly of?: readonly string[]
  readonly addresses?: readonly string[]
}

/** A zone half of whose common words are names of hosts, drawn at random, so that no word looks more real than another. */
export interface DecoyWorld {
  readonly stage: Stage
  /** All words, in an order of their own. */
  readonly words: readonly string[]
  /** Full names of those that are real. */
  readonly real: ReadonlySet<string>
}

export async function openDecoyWorld(
  decoys: DecoySetting | undefined,
  options: { readonly limits: boolean },
): Promise<DecoyWorld> {
  const random = createRandom(20_261_125)
  const words = WORDS.filter((word) => /^[a-z0-9-]+$/.test(word) && word !== 'ns1' && word !== 'www')
  const real = words.filter(() => random.chance(0.5))
  const stage = await openStage((folder, address) => start(folder, { address, real, decoys, random, ...options }))
  return { stage, words, real: new Set(real.map((word) => `${word}.${ZONE}`)) }
}

interface StartOptions {
  readonly address: string
  readonly real: readonly string[]
  readonly decoys: DecoySetting | undefined
  readonly random: Random
  readonly limits: boolean
}

async function start(folder: string, { address, real, decoys, random, limits }: StartOptions): Promise<Daemon> {
  const isMirror = decoys?.of !== undefined
  const host = (): string => `${RANGE}.${isMirror ? 80 : random.below(256)}`
  const lines = [
    `$ORIGIN ${ZONE}.`,
    '$TTL 300',
    '@ SOA ns1 hostmaster 1 3600 600 86400 60',
    '@ NS ns1',
    `ns1 A ${address}`,
    `www A ${host()}`,
    ...real.map((word) => `${word} A ${host()}`),
    '',
  ]
  writeFileSync(join(folder, 'decoyed.zone'), lines.join('\n'))
  const zone = {
    file: 'decoyed.zone',
    dnssec: { algorithm: 15 },
    ...(decoys === undefined ? {} : { decoys: { public: decoys } }),
  }
  const settings = { listen: ['127.0.0.1@53'], workers: 1, 'rate-limit': { enabled: limits }, zones: { [ZONE]: zone } }
  writeFileSync(join(folder, 'veil.yaml'), JSON.stringify(settings))
  return startVeild({ arguments: ['--config', join(folder, 'veil.yaml')], startSeconds: 60 })
}
