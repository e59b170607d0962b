/*
 * Files that hold keys, as other programs write them: their lines, and how what is wrong in them is said. Nothing of a
 * private key is ever quoted.
 */

/** A file as it was read. */
export interface KeyFile {
  /** Path, for messages. */
  readonly file: string
  readonly octets: Uint8Array
}

/** What is wrong with a file, said so that it can be mended; of the shape of `FileProblem` in zones/file-problem.ts. */
export interface KeyFileProblem {
  readonly severity: 'error'
  readonly file: string
  /** From 1; 0: the file as a whole. */
  readonly line: number
  /** From 1; 0: the line as a whole. */
  readonly column: number
  readonly found: string
  readonly expected: string
  /** Whole sentences. */
  readonly remedy: string
}

/** The one exception that reading key files throws. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
  readonly problem: KeyFileProblem

  constructor(problem: KeyFileProblem) {
    super(`${problem.file}:${problem.line}: found ${problem.found}; expected ${problem.expected}`)
    this.problem = problem
  }
}

/** One line of a file, without its end; octets beyond ASCII stand as one character each. */
export interface Line {
  readonly number: number
  readonly text: string
}

/** Octets of the largest file that is read: an RSA key of 4096 bits takes 4 KiB in any form. */
export const MAX_KEY_FILE_OCTETS = 256 * 1024

/** The lines of a file; throws where it is too large, or is no text. */
export function linesOf({ file, octets }: KeyFile): Line[] {
  if (octets.length > MAX_KEY_FILE_OCTETS) {
    const found = `${octets.length.toLocaleString('en-US')} octets`
    fail(file, { found, expected: `a key file of at most ${MAX_KEY_FILE_OCTETS.toLocaleString('en-US')}` })
  }
  if (octets.includes(0)) fail(file, { found: 'octets that are no text', expected: 'a text file', remedy: KNOWN_FORMS })
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
  return text.split(/\r?\n/).map((line, index) => ({ number: index + 1, text: line }))
}

/** What may be given, for messages. */
export const KNOWN_FORMS =
  'Give .key, .private and .state files of BIND, what `pdnsutil export-zone-key` prints, PEM files, or what `keymgr -j ZONE list` prints.'

/** Throws a `KeyFileError`. */
export function fail(
  file: string,
  {
    line = 0,
    column = 0,
    found,
    expected,
    remedy = '',
  }: Pick<KeyFileProblem, 'found' | 'expected'> & Partial<KeyFileProblem>,
): never {
  throw new KeyFileError({ severity: 'error', file, line, column, found, expected, remedy })
}

/** Text of a file in quotes; control characters as \DDD, what is long cut. Not for anything secret. */
export function quote(text: string): string {
  const cut = text.length > LONGEST_QUOTATION ? `${text.slice(0, LONGEST_QUOTATION)}…` : text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return `"${cut.replace(/[\u0000-\u001f\u007f-\u00ff]/g, (each) => `\\${String(each.charCodeAt(0)).padStart(3, '0')}`)}"`
}

const LONGEST_QUOTATION = 60
