import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { readSealedHeader, sealFile, wipeZoneFileKeys, type ZoneFileKey } from '../keys/sealed-file.ts'
import { isSealedAt } from '../server/loading/zone-files.ts'
import { openConfiguration } from './configuration.ts'
import type { Context } from './context.ts'
import { openZoneFileKey } from './offline-vault.ts'
import { findConfiguration } from './place.ts'
import { type OverlayFile, openOverlay, refuseChanged, replaceFile } from './sealed-files.ts'
import { openOrFail } from './sealed-text.ts'

/** What became of the sealed overlays of the configuration once there was a new data key. */
export interface Resealed {
  /** Paths of those that are sealed with the new data key. */
  readonly done: readonly string[]
  /** Those that are sealed with the one of before, and why. */
  readonly left: readonly { readonly path: string; readonly why: string }[]
}

/** Seals all overlays of the configuration anew that were sealed before the data key was renewed. One that cannot be stays good. */
export async function resealOverlays(context: Context): Promise<Resealed> {
  const paths = await sealedOverlays(context)
  if (paths.length === 0) return { done: [], left: [] }
  const done: string[] = []
  const left: { path: string; why: string }[] = []
  let key: ZoneFileKey | undefined
  for (const path of paths) {
    try {
      const overlay = await openOverlay(context, path)
      key ??= await openZoneFileKey(context, overlay.configuration)
      resealFile(overlay, key)
      done.push(path)
    } catch (error) {
      left.push({ path, why: (error as Error).message })
    }
  }
  if (key !== undefined) wipeZoneFileKeys(key)
  return { done, left }
}

/** Seals an overlay anew, in one step, where it was sealed before the data key was renewed. Returns whether it was. */
export function resealFile(overlay: OverlayFile, key: ZoneFileKey): boolean {
  if (readSealedHeader(overlay.octets)?.store === key.store) return false
  const text = openOrFail(overlay, key)
  const sealed = sealFile(text, { zone: overlay.zone.name, name: basename(overlay.path), sealedAt: Date.now() }, key)
  text.fill(0)
  refuseChanged(overlay)
  replaceFile(overlay.path, sealed, true)
  return true
}

async function sealedOverlays(context: Context): Promise<string[]> {
  if (findConfiguration(context) === undefined) return []
  const { configuration } = await openConfiguration(context)
  const overlays = configuration?.zones.flatMap(({ overlays }) => Object.values(overlays)) ?? []
  return [...new Set(overlays)].filter(isSealedAt).filter((path) => readSealedHeader(readFileSync(path)) !== undefined)
}
