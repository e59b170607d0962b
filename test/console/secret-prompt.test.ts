import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readSecret } from '../../console/secret-prompt.ts'
import { readStandardInput } from '../../console/standard-input.ts'

/** Types these pieces into a terminal; what it showed, in which modes it was, and what was read. */
async function typing(...pieces: (string | Buffer)[]) {
  const modes: boolean[] = []
  const input = Object.assign(new PassThrough(), { setRawMode: (isRaw: boolean) => modes.push(isRaw) })
  let shown = ''
  const output = new PassThrough()
  output.on('data', (chunk) => {
    shown += chunk
  })
  const reading = readSecret(input, output, 'Passphrase: ')
  const typed = pieces.map((piece) => Buffer.from(piece))
  for (const piece of typed) input.write(piece)
  const result = await reading
  return { result, modes, shown, typed, text: result.kind === 'read' ? result.secret.toString() : undefined }
}

describe('a secret on a terminal', () => {
  it('is read without being shown, in raw mode, and what was typed is wiped', async () => {
    const { text, modes, shown, typed } = await typing('correct ', 'horse\r')
    expect(text).toBe('correct horse')
    expect(modes).toEqual([true, false])
    expect(shown).toBe('Passphrase: \n')
    for (const piece of typed) expect(piece.every((octet) => octet === 0)).toBe(true)
  })

  it.each([
    ['ab\x7fc\n', 'ac'],
    ['aé\x7fb\n', 'ab'],
    ['a😀\x7f\x7f\x7fb\n', 'b'],
    ['wrong\x15right\r', 'right'],
    ['a\tb\x1bc\n', 'abc'],
    ['\n', ''],
    ['a\x04', 'a'],
    [`${'x'.repeat(3000)}\n`, 'x'.repeat(1024)],
  ])('%j is %j', async (typed, read) => {
    expect((await typing(typed)).text).toBe(read)
  })

  it.each(['\x03', 'half\x03', '\x04'])('%j ends it', async (typed) => {
    const { result, modes } = await typing(typed)
    expect(result).toEqual({ kind: 'interrupted' })
    expect(modes).toEqual([true, false])
  })
})

it('standard input is read as far as is wanted', async () => {
  const input = new PassThrough()
  input.write('abc')
  input.end('defgh')
  expect((await readStandardInput(input, 5)).toString()).toBe('abcde')
})
