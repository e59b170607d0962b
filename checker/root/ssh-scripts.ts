import { COMMAND_PATH, MOST_SECONDS_OF_COMMAND } from './live-root.ts'
import { ALLOWED_COMMANDS, type AllowedCommand, MOST_OCTETS_OF_TEXT } from './root.ts'

/*
 * What is run on another host: only what reads (find, head, sha256sum, and the allowed commands), nothing that writes, no
 * file of its own. Paths are absolute and quoted, so none of them is an option or a word of the shell. Every script says
 * what it found in fields that end with NUL, or between marks that no file there can know.
 */

/** Fields of one path: whether it may be read, type, mode in octal, uid, gid, size, time, path, where a link points, names, device and inode. */
export const FIELDS_OF_STATUS = 11
const PRINT = String.raw`\( -type d ! \( -readable -executable \) -printf 'n\0' -o -type f ! -readable -printf 'n\0' -o -printf 'y\0' \) -printf '%y\0%m\0%U\0%G\0%s\0%T@\0%p\0%l\0%n\0%D:%i\0'`
const PATHS_OF_ONE_CALL = 500
/** Octets of paths: far below what execve(2) takes of all words together, and of one. */
const [LENGTH_OF_ONE_CALL, LONGEST_WORD] = [256 * 1024, 64 * 1024]

export const PREPARATION = `PATH=${COMMAND_PATH}; LC_ALL=C; export PATH LC_ALL; unset IFS; set -f`

/** The status of each path that is there, links not followed. */
export function statusScript(paths: readonly string[]): string {
  return chunks(paths)
    .map((words) => `find ${words} -maxdepth 0 ${PRINT} 2>/dev/null </dev/null`)
    .join('\n')
}

/** The status of everything that lies in the folders. */
export function namesScript(folders: readonly string[]): string {
  return chunks(folders)
    .map((words) => `find ${words} -mindepth 1 -maxdepth 1 ${PRINT} 2>/dev/null </dev/null`)
    .join('\n')
}

/**
 * The status of the folders and of everything below them, but for what is below those that are left out; the last field is
 * the exit code of find(1): 1 where it may not look everywhere, more where it did not come to its end.
 */
export function treesScript(folders: readonly string[], leftOut: readonly string[]): string {
  const pruned = leftOut.map((folder) => `-path ${quoted(folder)} -prune -o`).join(' ')
  return `find ${folders.map(quoted).join(' ')} ${pruned} ${PRINT} 2>/dev/null </dev/null; printf '%s\\0' $?`
}

/** The first octets of each file, each behind a mark, and behind them whether that was all: `y` or `n`. */
export function octetsScript(paths: readonly string[], most = MOST_OCTETS_OF_TEXT + 1): string {
  return paths
    .map(
      (path) =>
        `printf %s "$mark"; if [ -f ${quoted(path)} ] && head -c ${most} ${quoted(path)} 2>/dev/null </dev/null; then printf y; else printf n; fi`,
    )
    .join('\n')
}

/** Lines of sha256sum, each behind a mark. */
export function digestScript(paths: readonly string[]): string {
  return paths
    .map((path) => `printf %s "$mark"; [ -f ${quoted(path)} ] && sha256sum <${quoted(path)} 2>/dev/null`)
    .join('\n')
}

/** What each command prints, a mark, its exit code, a mark, what it complains of, and a mark. */
export function commandsScript(commands: readonly AllowedCommand[]): string {
  return commands.map(commandScript).join('\n')
}

function commandScript(command: AllowedCommand): string {
  const words = ALLOWED_COMMANDS[command].join(' ')
  const limited = `timeout -s KILL ${MOST_SECONDS_OF_COMMAND} ${words}`
  return `{ said=$(${limited} </dev/null 2>&1 >&3 3>&-); code=$?; } 3>&1; printf '%s%s%s%s%s' "$mark" "$code" "$mark" "$said" "$mark"`
}

/** A call with more words or longer ones than the kernel takes would find none of its paths, not even those that are there. */
function chunks(paths: readonly string[]): readonly string[] {
  const calls: string[][] = []
  let length = LENGTH_OF_ONE_CALL
  for (const path of paths) {
    const octets = Buffer.byteLength(path)
    if (octets > LONGEST_WORD) continue
    length += octets
    if (length > LENGTH_OF_ONE_CALL || calls.at(-1)!.length >= PATHS_OF_ONE_CALL) {
      calls.push([])
      length = octets
    }
    calls.at(-1)!.push(quoted(path))
  }
  return calls.map((words) => words.join(' '))
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`
}
