import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Failure } from '../console/failure.ts'
import { printable } from '../console/paper.ts'
import { sealFile, type ZoneFileKey } from '../keys/sealed-file.ts'
import { zoneFileReader } from '../server/loading/zone-files.ts'
import { formatProblem, isError } from '../zones/file-problem.ts'
import type { Context } from './context.ts'
import { edit } from './editor.ts'
import { ExitCode } from './exit-code.ts'
import { findMemory, inMemory } from './memory-folder.ts'
import { readZones } from './offline.ts'
import { openZoneFileKey } from './offline-vault.ts'
import { type OverlayFile, openOverlay, refuseChanged, refuseIncludes, replaceFile } from './sealed-files.ts'
import { openOrFail } from './sealed-text.ts'

/** What came of an edit. */
export interface Edited {
  readonly path: string
  readonly outcome: 'changed' | 'unchanged'
}

/** Errors that are shown at a time: a person mends them one after the other. */
const SHOWN_ERRORS = 10

/** Has somebody edit an overlay; a sealed one is nowhere but in memory meanwhile. Whatever is wrong ends dnsctl with a reason. */
export async function editOverlay(context: Context, file: string): Promise<Edited> {
  const overlay = await openOverlay(context, file)
  const { path, octets, isSealed } = overlay
  const memory = findMemory(context)
  if (memory === undefined) throw noMemory()
  const key = isSealed ? await openZoneFileKey(context, overlay.configuration) : undefined
  const before = key === undefined ? octets : openOrFail(overlay, key)
  return inMemory(memory, async (folder) => {
    const after = await editUntilGood(context, { overlay, key, path: join(folder, basename(path)) }, before)
    if (after === undefined || after.equals(before)) return { path, outcome: 'unchanged' }
    refuseChanged(overlay)
    const written =
      key === undefined
        ? after
        : sealFile(after, { zone: overlay.zone.name, name: basename(path), sealedAt: Date.now() }, key)
    replaceFile(path, written, false)
    return { path, outcome: 'changed' }
  })
}

interface Editing {
  readonly overlay: OverlayFile
  readonly key: ZoneFileKey | undefined
  /** Of the file in memory. */
  readonly path: string
}

/** The text that somebody was content with and the zone is good with; undefined: they gave it up. */
async function editUntilGood(context: Context, editing: Editing, before: Uint8Array): Promise<Buffer | undefined> {
  const { path } = editing
  writeFileSync(path, before, { mode: 0o600, flag: 'wx' })
  for (;;) {
    await edit(context, path)
    const after = readFileSync(path)
    const errors = await errorsWith(context, editing, after)
    if (errors.length === 0) {
      if (editing.key !== undefined) refuseIncludes(editing.overlay.path, after)
      return after
    }
    if (!(await asksToGoOn(context, errors))) return undefined
  }
}

/** What would be wrong with the zone if the overlay said this. */
async function errorsWith(context: Context, { overlay, key }: Editing, text: Uint8Array): Promise<string[]> {
  const { configuration, zone, path } = overlay
  const readSealed = zoneFileReader(() => key)
  const read = (file: string, of: string) => (file === path ? text : readSealed(file, of))
  const [checked] = await readZones(context, configuration, [zone], read)
  return checked!.problems.filter(isError).map(formatProblem)
}

async function asksToGoOn({ dialogue }: Context, errors: readonly string[]): Promise<boolean> {
  const shown = errors.slice(0, SHOWN_ERRORS)
  if (dialogue === undefined) {
    throw new Failure({
      exitCode: ExitCode.Refused,
      what: 'The zone would have errors; nothing was changed',
      why: shown.join('\n'),
      next: 'the same command on a terminal, where it asks whether to edit again',
    })
  }
  const left = errors.length - shown.length
  dialogue.say([...shown.map(printable), ...(left > 0 ? [`and ${left} more`] : [])])
  const answer = await dialogue.ask('Edit again? No gives up what you typed.', 'yes', (text) =>
    /^(y|yes|n|no)$/i.test(text) ? undefined : 'Answer yes or no.',
  )
  return /^y/i.test(answer)
}

function noMemory(): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: 'There is no folder in memory to edit in',
    why: 'What is sealed must not touch the disk in plain. None of $XDG_RUNTIME_DIR, /dev/shm, /run and /tmp is a tmpfs that this account may write to.',
    next: '`mount -t tmpfs -o mode=1777 tmpfs /dev/shm`, or the same command on another machine',
  })
}
