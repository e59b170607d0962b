import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Something that must not be found, by what it is called in a failure. */
export interface Secret {
  readonly name: string
  readonly octets: Uint8Array
  /** It is text: then in large and small letters and in UTF-16 too. */
  readonly isText?: true
}

/** Octets of a part of a secret that is looked for: any that long must not be there. Of a shorter one, all of it. */
const WINDOW = 16

/**
 * The ways in which any 16 octets that follow each other in a secret may stand in a file: as they are, in hexadecimal, and in
 * base64 at each of its three alignments.
 */
function tracesOf({ octets, isText }: Secret): Buffer[] {
  const traces = isText === true ? variantsOf(Buffer.from(octets).toString('latin1')) : []
  const window = Math.min(WINDOW, octets.length)
  for (let at = 0; at + window <= octets.length; at++) {
    const part = Buffer.from(octets.subarray(at, at + window))
    const hexadecimal = part.toString('hex')
    traces.push(part, Buffer.from(hexadecimal), Buffer.from(hexadecimal.toUpperCase()))
    for (let shift = 0; shift < 3; shift++) {
      const whole = Buffer.concat([Buffer.alloc(shift), part]).toString('base64')
      // Of the first and last characters other octets have a share.
      traces.push(Buffer.from(whole.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + window) * 8) / 6))))
    }
  }
  return traces
}

function variantsOf(text: string): Buffer[] {
  return [text, text.toLowerCase(), text.toUpperCase()].flatMap((each) => [
    Buffer.from(each, 'latin1'),
    Buffer.from(each, 'utf16le'),
    Buffer.from(each, 'utf16le').swap16(),
  ])
}

/** All files below a folder; sockets and the like have nothing. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

/** Which of the secrets are in which files. */
export function findInFiles(files: readonly string[], secrets: readonly Secret[]): string[] {
  const traces = secrets.map((secret) => ({ name: secret.name, traces: tracesOf(secret) }))
  return files.flatMap((path) => {
    const octets = readFileSync(path)
    const found = traces.filter((each) => each.traces.some((trace) => octets.includes(trace)))
    return found.map(({ name }) => `${name} in ${path}`)
  })
}

const CHUNK = 1 << 22

/** How often each text or octets stand in the memory of a process; undefined: it may not be read. */
export function countInMemory(pid: number, wanted: readonly Buffer[]): number[] | undefined {
  const counts = wanted.map(() => 0)
  const longest = Math.max(...wanted.map(({ length }) => length))
  let file: number
  try {
    file = openSync(`/proc/${pid}/mem`, 'r')
  } catch {
    return undefined
  }
  const chunk = Buffer.alloc(CHUNK + longest)
  for (const [start, end] of mappingsOf(pid)) {
    for (let at = start; at < end; at += CHUNK) {
      const length = readPart(file, chunk, at, Math.min(end - at, CHUNK + longest - 1))
      for (const [index, octets] of wanted.entries()) counts[index]! += occurrences(chunk.subarray(0, length), octets)
    }
  }
  closeSync(file)
  return counts
}

/** Readable and writable memory: code and files that are mapped hold no secrets. */
function mappingsOf(pid: number): [number, number][] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')
  return lines.flatMap((line): [number, number][] => {
    const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? []
    return start === undefined ? [] : [[Number.parseInt(start, 16), Number.parseInt(end!, 16)]]
  })
}

/** Guard pages and memory of devices cannot be read. */
function readPart(file: number, into: Buffer, at: number, length: number): number {
  try {
    return readSync(file, into, 0, length, at)
  } catch {
    return 0
  }
}

function occurrences(octets: Buffer, wanted: Buffer): number {
  let count = 0
  for (let at = octets.indexOf(wanted); at >= 0; at = octets.indexOf(wanted, at + 1)) count++
  return count
}
