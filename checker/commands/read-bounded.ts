import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** The text of a file of at most so many octets; throws where it is none, or longer. Neither a FIFO nor a device is waited for. */
export function readBounded(path: string, most = 1024 * 1024): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const status = fstatSync(file)
    if (!status.isFile()) throw new Error('it is no file')
    if (status.size > most) throw new Error(`it is longer than ${most} octets`)
    const octets = Buffer.alloc(status.size)
    return octets.toString('utf8', 0, readSync(file, octets, 0, octets.length, 0))
  } finally {
    closeSync(file)
  }
}
