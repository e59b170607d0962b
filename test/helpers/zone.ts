import { createLabelledName, type LabelledName, readLabelledName } from '../../dns/labelled-name.ts'
import { canonicalName, nameFromText } from '../../dns/name.ts'
import { type FileProblem, formatProblem } from '../../zones/file-problem.ts'
import type { HideRule } from '../../zones/hide.ts'
import { type CompiledImage, compileImage } from '../../zones/image/compile.ts'
import { type Image, openImage } from '../../zones/image/image.ts'
import { labelSeed } from '../../zones/image/seeds.ts'
import { readZone } from '../../zones/master-file/read.ts'
import { type Projection, project } from '../../zones/projection.ts'
import { fileSerial } from '../../zones/projection-digest.ts'
import type { RecordTable } from '../../zones/record-table.ts'

/** What `zoneImage` and its kin may be told beside the text of the base file. */
export interface ZoneOptions {
  /** Text of the overlay file. */
  readonly overlay?: string
  readonly hide?: readonly HideRule[]
  /** By default 32 octets of 7. */
  readonly secret?: Uint8Array
  /** By default the file's. */
  readonly serial?: number
}

export const TEST_SECRET: Uint8Array = new Uint8Array(32).fill(7)

/** The wire name of `text`, lower-cased; a trailing dot may be missing. */
export function wireName(text: string): Uint8Array {
  return canonicalName(nameFromText(text.endsWith('.') ? text : `${text}.`))
}

/** A wire name taken apart for lookups in images compiled with `TEST_SECRET`. */
export function labelledName(wire: Uint8Array): LabelledName {
  const name = createLabelledName(labelSeed(TEST_SECRET))
  readLabelledName(name, wire, 0, wire.length)
  return name
}

/** Reads the text of a zone file for `apex`; the file is called `base.zone` or `overlay.zone`. */
export function readText(
  apex: string,
  text: string,
  kind: 'base' | 'overlay' = 'base',
): { table: RecordTable; problems: FileProblem[] } {
  return readZone({ apex: wireName(apex), path: `${kind}.zone`, readFile: () => Buffer.from(text), kind })
}

/** Projects zone text and returns all problems met, the file's and the projection's. */
export function projectText(
  apex: string,
  base: string,
  options: ZoneOptions = {},
): { projection: Projection; problems: FileProblem[] } {
  const read = readText(apex, base)
  const overlay = options.overlay === undefined ? undefined : readText(apex, options.overlay, 'overlay')
  const { projection, problems } = project(read.table, overlay?.table, options.hide ?? [])
  return { projection, problems: [...read.problems, ...(overlay?.problems ?? []), ...problems] }
}

/** Zone text to projection; throws where anything is wrong with it, warnings aside. */
export function zoneProjection(apex: string, base: string, options: ZoneOptions = {}): Projection {
  const { projection, problems } = projectText(apex, base, options)
  const errors = problems.filter((problem) => problem.severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(formatProblem).join('\n'))
  return projection
}

/** Zone text to the octets of its image. */
export function zoneOctets(apex: string, base: string, options: ZoneOptions = {}): Uint8Array {
  const { memory, length } = compileText(apex, base, options)
  return new Uint8Array(memory, 0, length)
}

/** Zone text to an image ready for lookups. */
export function zoneImage(apex: string, base: string, options: ZoneOptions = {}): Image {
  const { memory, length } = compileText(apex, base, options)
  return openImage(memory, length)
}

function compileText(apex: string, base: string, options: ZoneOptions): CompiledImage {
  return compileProjection(zoneProjection(apex, base, options), options)
}

/** A projection to an image, in memory that held something else before. */
export function compileProjection(projection: Projection, options: ZoneOptions = {}): CompiledImage {
  const { secret = TEST_SECRET, serial = fileSerial(projection) } = options
  return compileImage(projection, { secret, serial }, (octets) => {
    const memory = new SharedArrayBuffer(octets + 100)
    new Uint8Array(memory).fill(0xa5)
    return memory
  })
}
