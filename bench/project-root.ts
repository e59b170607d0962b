import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where bench/echo.c lies: this module runs compiled, from below the source tree. */
export function projectRoot(): string {
  let folder = fileURLToPath(new URL('..', import.meta.url))
  for (let up = 0; up < 3 && !existsSync(join(folder, 'bench/echo.c')); up++) folder = join(folder, '..')
  return folder
}
