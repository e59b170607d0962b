import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { type OpenedFile, openFile, readSealedHeader, type ZoneFileKey } from '../../keys/sealed-file.ts'
import { isSealedFile } from '../../keys/sealed-mark.ts'
import { UnreadableFile } from '../../zones/master-file/refusal.ts'
import { type SealMemory, sealMemory } from './seal-memory.ts'

/** Gives the octets of a file of a zone, whose canonical text is `zone`; may throw. */
export type ReadZoneFile = (path: string, zone: string) => Uint8Array

/**
 * Reads the files of zones, and opens those that are sealed; `key` is asked each time, for it may be gone. A plain file where
 * `memory` knows of a sealed one is refused.
 */
export function zoneFileReader(key: () => ZoneFileKey | undefined, memory: SealMemory = sealMemory([])): ReadZoneFile {
  return (path, zone) => {
    const octets = readFileSync(path)
    if (!isSealedFile(octets)) {
      if (memory.find(zone, path) !== undefined) throw refusePlain(path)
      return octets
    }
    const text = openSealed(octets, { path, zone }, key())
    memory.note({ zone, path, sealedAt: readSealedHeader(octets)?.sealedAt ?? 0 })
    return text
  }
}

function refusePlain(path: string): UnreadableFile {
  return refuse(
    'a plain file where a sealed one was',
    'the sealed one',
    `Put that back from a backup, or seal what lies there now, if you wrote it: dnsctl zone seal ${path}. Where it is to stay plain: dnsctl zone unseal ${path}`,
  )
}

/** The text of a sealed file. Throws an `UnreadableFile`. */
export function openSealed(
  octets: Uint8Array,
  { path, zone }: { readonly path: string; readonly zone: string },
  key: ZoneFileKey | undefined,
): Buffer {
  if (key === undefined) {
    throw refuse(
      'a sealed file',
      'one that can be opened',
      'The store is not open: dnsctl unlock opens it, and dnsctl status says more.',
    )
  }
  const opened = openFile(octets, zone, basename(path), key)
  if (opened.kind === 'opened') return opened.octets
  throw explain(opened, path)
}

function explain(opened: Exclude<OpenedFile, { kind: 'opened' }>, path: string): UnreadableFile {
  switch (opened.kind) {
    case 'damaged':
      return refuse(
        'a sealed file that was damaged, cut short or changed',
        'one as it was sealed',
        'Restore it from a backup.',
      )
    case 'another-store':
      return refuse(
        'a file that was sealed with the data key of another store',
        'one of this state folder’s',
        'Unseal it there with dnsctl zone unseal, and seal it here.',
      )
    case 'another-zone':
      return refuse(
        `a file that was sealed for ${opened.header.zone}`,
        'one for this zone',
        'Name the right file in the configuration, or unseal it with dnsctl zone unseal.',
      )
    case 'another-name':
      return refuse(
        `a file that was sealed as ${opened.header.name}`,
        `one that was sealed as ${basename(path)}`,
        `Give it its name back: mv ${path} ${opened.header.name}`,
      )
  }
}

function refuse(found: string, expected: string, remedy: string): UnreadableFile {
  return new UnreadableFile({ found, expected, remedy })
}

/** Whether a file that can be read is a sealed one. */
export function isSealedAt(path: string): boolean {
  const start = Buffer.alloc(64)
  try {
    const file = openSync(path, 'r')
    try {
      return isSealedFile(start.subarray(0, readSync(file, start, 0, start.length, 0)))
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}
