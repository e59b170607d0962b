import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Daemon } from '../helpers/daemon.ts'
import { type ServedZone, startPeer, zonesAnswer } from '../helpers/peers.ts'
import { askAll, connectTcp } from '../helpers/tcp-client.ts'
import { isVeildBuilt, startVeild } from '../helpers/veild.ts'
import { encodeQuestion } from './encode-question.ts'
import { type Facts, factsOf } from './facts.ts'
import type { Comparison, ServerName } from './judge.ts'
import { signWorlds, type ZoneSigning } from './sign-worlds.ts'
import { apexOf, type PlacedWorld, type WorldQuestion, zoneText } from './world.ts'

/** Some worlds, served by every server at once. */
export interface Arena {
  readonly daemons: ReadonlyMap<ServerName, Daemon>
  stop(): Promise<void>
}

export interface PlacedQuestion {
  readonly placed: PlacedWorld
  readonly question: WorldQuestion
}

/**
 * Writes the worlds' zones once, signs them where `signing` says how, and starts NSD, Knot DNS and, when it is built, Veil
 * on the same files.
 */
export async function openArena(worlds: readonly PlacedWorld[], signing?: ZoneSigning): Promise<Arena> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-differential-'))
  const unsigned = writeZones(worlds, folder)
  const zones = signing === undefined ? unsigned : signWorlds(unsigned, join(folder, 'signed'), signing)
  const daemons = new Map<ServerName, Daemon>()
  const stop = async () => {
    rmSync(folder, { recursive: true, force: true })
    const stopped = await Promise.allSettled([...daemons.values()].map((daemon) => daemon.stop()))
    for (const one of stopped) if (one.status === 'rejected') throw one.reason
  }
  try {
    daemons.set('NSD', await startPeer('NSD', { zones }))
    daemons.set('Knot', await startPeer('Knot', { zones }))
    if (isVeildBuilt()) daemons.set('Veil', await startVeilWith(zones, signing))
  } catch (problem) {
    await stop()
    throw problem
  }
  return { daemons, stop }
}

/** Asks every server every question over one TCP connection each, and yields a comparison for each question. */
export async function askArena(arena: Arena, questions: readonly PlacedQuestion[]): Promise<Comparison[]> {
  const messages = questions.map(({ placed, question }) => encodeQuestion(question, placed.base))
  const names = [...arena.daemons.keys()]
  const answers = await Promise.all(
    names.map(async (name) => {
      const client = await connectTcp(arena.daemons.get(name)!.port)
      return askAll(client, messages).finally(() => client.close())
    }),
  )
  return questions.map(({ placed, question }, index) => ({
    placed,
    question,
    facts: Object.fromEntries(names.map((name, server) => [name, decoded(name, answers[server]![index]!)])),
  }))
}

function decoded(name: ServerName, octets: Uint8Array): Facts {
  const facts = factsOf(octets)
  if (facts === undefined)
    throw new Error(`${name} sent what cannot be decoded: ${Buffer.from(octets).toString('hex')}`)
  return facts
}

function writeZones(worlds: readonly PlacedWorld[], folder: string): ServedZone[] {
  mkdirSync(folder, { recursive: true })
  return worlds.flatMap(({ world, base }) =>
    world.zones.map((zone) => {
      const apex = apexOf(zone, base)
      const plain = apex === '.' ? '.' : apex.slice(0, -1).toLowerCase()
      const path = join(folder, `${plain === '.' ? 'root' : plain}.zone`)
      writeFileSync(path, zoneText(zone, base))
      return { apex: plain, path }
    }),
  )
}

async function startVeilWith(zones: readonly ServedZone[], signing: ZoneSigning | undefined): Promise<Daemon> {
  const daemon = await startVeild({
    arguments: [
      ...['--zones', dirname(zones[0]!.path), '--no-rate-limit', '--workers', '1'],
      signing === undefined ? '--no-dnssec' : '--presigned',
    ],
  })
  const allAnswer = await zonesAnswer(zones)(daemon.port)
  if (allAnswer) return daemon
  const output = daemon.output()
  await daemon.stop()
  throw new Error(`Veil said ready but does not answer every zone\n${output.slice(-4000)}`)
}
