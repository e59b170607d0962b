import { dirname } from 'node:path'
import { crackHashes, PLAIN_HASH } from '../../../dnsctl/attack/crack.ts'
import { runTool } from '../run-tool.ts'
import { openAsker } from './asker.ts'
import { ADVERTISED, HIDDEN, type NamedHost, UNADVERTISED, ZONE } from './names.ts'
import { REPLICAS, type Replica } from './replicas.ts'
import type { Stage } from './servers.ts'
import { type Reported, readFindings, readHashes, TOOLS, type Tool } from './tools.ts'

/** What one tool took home from one server. */
export interface Haul {
  readonly tool: string
  /** Names of insiders, with their addresses where the tool tells addresses at all. */
  readonly hidden: readonly string[]
  readonly unadvertised: readonly string[]
  /** Names that it takes for existing and that do not, or do with other data. */
  readonly mistaken: number
  readonly questions: number
  readonly seconds: number
  /** False: it was ended, after as long as it may take. */
  readonly ended: boolean
}

/** What a tool reports, and how long it took. */
export interface Loot {
  readonly reported: Reported
  readonly seconds: number
  /** False: it was ended, after as long as it may take. */
  readonly ended: boolean
}

export interface ScanOptions {
  /** Where tools ask: the server's relay, or a resolver in front of it. */
  readonly address: string
  readonly stage: Stage
  readonly words: readonly string[]
  /** Path of a file that holds them. */
  readonly wordFile: string
  readonly mostSeconds: number
}

/** What runs: tools of Debian, and replicas of others. */
export type Scanner = Tool | Replica

export const SCANNERS: readonly Scanner[] = [...TOOLS, ...REPLICAS]

/** Lets one tool loose, and holds what it reports against the truth. */
export async function scan(scanner: Scanner, options: ScanOptions): Promise<Haul> {
  const before = options.stage.questions()
  const { reported, seconds, ended } = await letLoose(scanner, options)
  const real = new Set([...ADVERTISED, ...UNADVERTISED].filter((host) => isLearned(reported, host)).map(fullName))
  const hidden = HIDDEN.filter((host) => isLearned(reported, host)).map(fullName)
  // Found on the way to the others: neither news nor mistakes.
  const known = new Set([...real, ...hidden, `ns1.${ZONE}`])
  return {
    tool: scanner.name,
    hidden,
    unadvertised: UNADVERTISED.map(fullName).filter((name) => real.has(name)),
    mistaken: [...reported.keys()].filter((name) => !known.has(name)).length,
    questions: options.stage.questions() - before,
    seconds,
    ended,
  }
}

/** What it reports, whatever that is worth. */
export function letLoose(scanner: Scanner, options: ScanOptions): Promise<Loot> {
  return 'run' in scanner ? runReplica(scanner, options) : run(scanner, options)
}

export function fullName({ name }: NamedHost): string {
  return `${name}.${ZONE}`
}

function isLearned(reported: Reported, host: NamedHost): boolean {
  const addresses = reported.get(fullName(host))
  return addresses !== undefined && (addresses.size === 0 || addresses.has(host.address))
}

async function run(tool: Tool, { address, words, wordFile, mostSeconds }: ScanOptions): Promise<Loot> {
  const line = [tool.command, ...tool.parameters({ address, words: wordFile })] as const
  const { output, ...rest } = await runTool(line, { folder: dirname(wordFile), resolver: address, mostSeconds })
  const reported = tool.hashes ? crack(readHashes(output), words) : readFindings(tool, output)
  return { reported, ...rest }
}

async function runReplica(replica: Replica, { address, words }: ScanOptions): Promise<Loot> {
  const started = performance.now()
  const asker = await openAsker(address)
  try {
    const reported = await replica.run(asker, words)
    return { reported, seconds: (performance.now() - started) / 1000, ended: true }
  } finally {
    asker.close()
  }
}

/** What a dictionary makes of hashes: the words, and the words below each other word that was found. */
function crack(hashes: ReadonlySet<string>, words: readonly string[]): Reported {
  const first = crackHashes(
    hashes,
    words.map((word) => `${word}.${ZONE}.`),
    PLAIN_HASH,
  )
  const below = first.flatMap((name) => words.map((word) => `${word}.${name}`))
  const names = [...first, ...crackHashes(hashes, below, PLAIN_HASH)]
  return new Map(names.map((name) => [name.replace(/\.$/, ''), new Set<string>()]))
}
