import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { responseOf, type ZoneResponse } from '../guard/guard-state.ts'
import type { RunningServer } from '../running-server.ts'

/** What a server answers from, image by image, for who wants to make the same elsewhere. */
export interface RunningImages {
  readonly epoch: number
  readonly images: readonly RunningImage[]
}

export interface RunningImage {
  readonly view: string
  /** Canonical text. */
  readonly zone: string
  readonly serial: number
  /** Of the projection, hexadecimal. */
  readonly digest: string
  readonly octets: number
  /** SHA-256 of the image's octets, hexadecimal. */
  readonly sha256: string
  /** What the guard does there at the moment, if it does anything. */
  readonly response?: Omit<ZoneResponse, 'honey'>
}

/** Octets that are hashed in one go: some milliseconds. */
const SLICE = 4 * 1024 * 1024

/** The images that are being served. What is published meanwhile shows in the epoch, which is that of the end. */
export async function describeImages(server: RunningServer): Promise<RunningImages> {
  const { loaded, arenas } = server
  const images: RunningImage[] = []
  const hashes = new Map<number, string>()
  for (const zone of loaded.zones) {
    for (const { view, serial, digest, arena, length } of zone.views) {
      const sha256 = hashes.get(arena) ?? (await hashOf(new Uint8Array(arenas.memory(arena), 0, length)))
      hashes.set(arena, sha256)
      const { honey: _, ...all } = responseOf(server.guard, view, zone.name)
      const response = all.reaction !== 0 || all.cells || all.decoys ? { response: all } : {}
      images.push({ view, zone: zone.name, serial, digest, octets: length, sha256, ...response })
    }
  }
  return { epoch: server.descriptor.epoch, images }
}

async function hashOf(octets: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  for (let at = 0; at < octets.length; at += SLICE) {
    hash.update(octets.subarray(at, at + SLICE))
    // Whoever waits for the main thread does not wait for large zones.
    await nextTurn()
  }
  return hash.digest('hex')
}
