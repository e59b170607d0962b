import { randomBytes } from 'node:crypto'
import { existsSync, realpathSync, statSync } from 'node:fs'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a file so that its name never stands for half of it: aside, to disk, then into place. The pieces may take long to
 * make; `onPiece` is called behind each. Follows links, and keeps the mode of a file that is there. Rejects with the system's
 * errors and with those of the pieces, and then leaves nothing behind.
 */
export async function writeWhole(path: string, pieces: Iterable<string>, onPiece: () => void): Promise<void> {
  const target = existsSync(path) ? realpathSync(path) : path
  const aside = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  const file = await open(aside, 'wx', 0o644)
  try {
    if (existsSync(target)) await file.chmod(statSync(target).mode & 0o7777)
    await writePieces(file, pieces, onPiece)
    await file.sync()
    await file.close()
    await rename(aside, target)
  } catch (error) {
    await file.close().catch(() => {})
    await unlink(aside).catch(() => {})
    throw error
  }
  await syncFolder(dirname(target))
}

/** Characters that are gathered for one write. */
const BLOCK_LENGTH = 1 << 18

async function writePieces(file: FileHandle, pieces: Iterable<string>, onPiece: () => void): Promise<void> {
  let block = ''
  for (const piece of pieces) {
    block += piece
    onPiece()
    if (block.length < BLOCK_LENGTH) continue
    await file.writeFile(block)
    block = ''
  }
  await file.writeFile(block)
}

/** The rename itself is on disk only with the folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
