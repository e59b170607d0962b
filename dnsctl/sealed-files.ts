/*
 * Zone files that are sealed: which zone one belongs to, and how one takes the place of another without a moment in which
 * there is neither.
 */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { Failure, fileReasonOf } from '../console/failure.ts'
import { isSealedFile } from '../keys/sealed-mark.ts'
import type { Configuration, ZoneConfiguration } from '../server/configuration/types.ts'
import { openValidConfiguration, shortName } from './configuration.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { findInclude } from './find-include.ts'

/** A zone file that is an overlay in the configuration, as it is on disk. */
export interface OverlayFile {
  readonly configuration: Configuration
  readonly zone: ZoneConfiguration
  readonly path: string
  readonly octets: Buffer
  readonly isSealed: boolean
}

/** The overlay that FILE names; whatever is wrong ends dnsctl with a reason. */
export async function openOverlay(context: Context, file: string): Promise<OverlayFile> {
  const configuration = await openValidConfiguration(context)
  const path = resolve(context.workingDirectory, file)
  const zones = configuration.zones.filter(({ overlays }) => Object.values(overlays).includes(path))
  const [zone] = zones
  if (zone === undefined) throw noOverlay(configuration, path)
  if (zones.length > 1) {
    throw new Failure({
      exitCode: ExitCode.Refused,
      what: `${path} is an overlay of ${zones.map(({ name }) => shortName(name)).join(' and ')}`,
      why: 'A sealed file is good for one zone, so that nobody can put it into the place of another’s.',
      next: 'give each zone a copy of its own in the configuration',
    })
  }
  const octets = readFile(path)
  return { configuration, zone, path, octets, isSealed: isSealedFile(octets) }
}

function noOverlay({ zones }: Configuration, path: string): Failure {
  const base = zones.find(({ file }) => file === path)
  return new Failure({
    exitCode: ExitCode.Refused,
    what: `${path} is no overlay in the configuration`,
    why:
      base === undefined
        ? 'What is sealed is bound to its zone, which the configuration names.'
        : `It is what everyone may see of ${shortName(base.name)}: sealing hides nothing there.`,
    next: '`dnsctl zone list` shows zones and their overlays',
  })
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Failure({ exitCode: ExitCode.File, what: `Cannot read ${path}`, why: fileReasonOf(error) })
  }
}

/**
 * Puts octets into the place of a file, with its owner and mode: written aside, flushed, renamed. What the file held before
 * is overwritten where it lay, unless another name leads there. Returns whether it was. Throws a `Failure`, and then the
 * file is as it was.
 */
export function replaceFile(path: string, octets: Uint8Array, wipesOld: boolean): boolean {
  // Where a link leads there, the link stays.
  const target = realpathSync(path)
  const aside = join(dirname(target), `.${basename(target)}.${process.pid}`)
  let old: number | undefined
  try {
    // What a process of the same number left when it died here.
    rmSync(aside, { force: true })
    old = openSync(target, 'r+')
    const status = fstatSync(old)
    writeAside(aside, octets, status)
    renameSync(aside, target)
    syncFolder(dirname(target))
    return wipesOld && status.nlink === 1 && overwrite(old, status.size)
  } catch (error) {
    rmSync(aside, { force: true })
    throw new Failure({
      exitCode: ExitCode.File,
      what: `Cannot write ${path}`,
      why: `${fileReasonOf(error)}. It is as it was.`,
      next: 'the same command as the account that owns it, with room on the disk',
    })
  } finally {
    if (old !== undefined) closeSync(old)
  }
}

function writeAside(aside: string, octets: Uint8Array, { mode, uid, gid }: Stats): void {
  const file = openSync(aside, 'wx', 0o600)
  try {
    let at = 0
    while (at < octets.length) at += writeSync(file, octets, at)
    if (process.getuid?.() === 0) fchownSync(file, uid, gid)
    fchmodSync(file, mode & 0o777)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Where a disk writes in place, nothing of it is left there; flash memory and snapshots keep what they like. */
function overwrite(file: number, size: number): boolean {
  try {
    const zeros = Buffer.alloc(Math.min(size, 1 << 20))
    for (let at = 0; at < size; ) at += writeSync(file, zeros, 0, Math.min(zeros.length, size - at), at)
    fsyncSync(file)
    return true
  } catch {
    return false
  }
}

function syncFolder(folder: string): void {
  const file = openSync(folder, 'r')
  fsyncSync(file)
  closeSync(file)
}

/** Refuses to seal text with $INCLUDE: what it includes would lie there in plain. */
export function refuseIncludes(path: string, text: Uint8Array): void {
  const found = findInclude(text)
  if (found === undefined) return
  const { line, column } = found
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${path}:${line}:${column}: an overlay that is sealed cannot have $INCLUDE`,
    why: 'What it includes would lie beside it in plain. Nothing was changed.',
    next: 'put what that file has into its place, then the same command',
  })
}

/** Refuses where the file has changed since it was read: somebody else's work would be lost. */
export function refuseChanged({ path, octets }: Pick<OverlayFile, 'path' | 'octets'>): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined && readFileSync(path).equals(octets)) return
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${path} has changed meanwhile`,
    why: 'Somebody else has written it. Nothing was changed.',
    next: 'the same command again',
  })
}
