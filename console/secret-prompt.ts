import { LONGEST_PASSPHRASE } from '../keys/passphrase-limits.ts'

/** How reading of a secret ended. */
export type SecretReading =
  | { readonly kind: 'read'; readonly secret: Buffer }
  /** Ctrl-C, Ctrl-D in an empty line, or the end of the terminal. */
  | { readonly kind: 'interrupted' }

const Key = { EndOfText: 0x03, EndOfTransmission: 0x04, Backspace: 0x08, Kill: 0x15, Delete: 0x7f } as const

/** The terminal as far as a secret needs it. */
export type SecretTerminal = NodeJS.ReadableStream & { setRawMode(isRaw: boolean): unknown }

/**
 * Reads a line from a terminal that shows nothing of it, as octets: text could not be wiped. The caller wipes what it
 * gets. What is longer than any passphrase may be is cut off.
 */
export function readSecret(
  input: SecretTerminal,
  output: NodeJS.WritableStream,
  prompt: string,
): Promise<SecretReading> {
  const typed = Buffer.alloc(LONGEST_PASSPHRASE)
  let length = 0
  return new Promise((resolve) => {
    const end = (isInterrupted: boolean): void => {
      input.off('data', take).off('end', interrupt)
      input.setRawMode(false)
      input.pause()
      output.write('\n')
      const secret = Buffer.from(typed.subarray(0, length))
      typed.fill(0)
      resolve(isInterrupted ? { kind: 'interrupted' } : { kind: 'read', secret })
    }
    const interrupt = (): void => end(true)
    /** Whether the line is not at its end; otherwise how it ended is told. */
    const goesOn = (octet: number): boolean => {
      if (octet === 0x0d || octet === 0x0a) end(false)
      else if (octet === Key.EndOfText) end(true)
      else if (octet === Key.EndOfTransmission) end(length === 0)
      else return true
      return false
    }
    const take = (chunk: Buffer): void => {
      for (const octet of chunk) {
        if (!goesOn(octet)) break
        if (octet === Key.Kill) length = 0
        else if (octet === Key.Backspace || octet === Key.Delete) length = withoutLast(typed, length)
        else if (octet >= 0x20 && length < typed.length) typed[length++] = octet
      }
      chunk.fill(0)
    }
    // Who sees the prompt may type at once: nothing of it must be shown.
    input.setRawMode(true)
    output.write(prompt)
    input.on('data', take).on('end', interrupt)
    input.resume()
  })
}

/** The length without the last character, which in UTF-8 has up to four octets. */
function withoutLast(typed: Uint8Array, length: number): number {
  let left = length
  while (left > 0 && (typed[left - 1]! & 0xc0) === 0x80) left--
  return Math.max(0, left - 1)
}
