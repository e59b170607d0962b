import { createMemoryRoot, type Missed } from './memory-root.ts'
import { ALLOWED_COMMANDS, type AllowedCommand, type CommandReading, MOST_OCTETS_OF_HEADER, type Root } from './root.ts'
import {
  digestOf,
  type Fetched,
  isInListed,
  noteAsked,
  noteContent,
  noteStatuses,
  REFUSED,
  startOf,
  textOf,
  wayTo,
} from './ssh-fetched.ts'
import { FOLDERS, PRUNED, TREES } from './ssh-prefetch.ts'
import {
  commandsScript,
  digestScript,
  namesScript,
  octetsScript,
  PREPARATION,
  statusScript,
  treesScript,
} from './ssh-scripts.ts'
import { openSsh, SshError, type SshOptions, type SshSession } from './ssh-session.ts'

type Wanted = Readonly<Record<Missed, Set<string>>>
/** In the order in which a script answers. */
const KINDS = ['status', 'names', 'text', 'octets', 'digest'] as const satisfies readonly Missed[]

/** Every round fetches what the one before it missed: a configuration that names another, a link, a folder's files. */
const MOST_ROUNDS = 40
const PATHS_OF_ONE_SCRIPT = 1000
/** Folders on the way to a path that are asked for with it, before it is known whether the first of them is there. */
const MOST_FOLDERS_AHEAD = 64

/**
 * Looks at another host through the system's ssh. `look` is called again and again with what was fetched so far, until it
 * misses nothing, or has not for forty rounds; what it returned last counts. Nothing is written there, and what arrives is
 * redacted before anything else sees it.
 *
 * @throws SshError where ssh fails, or the host has no GNU find
 */
export async function lookOverSsh<T>(
  destination: string,
  look: (root: Root) => T,
  options: SshOptions = {},
): Promise<T> {
  const session = openSsh(destination, options)
  try {
    const fetched: Fetched = { entries: new Map(), asked: new Set(), listed: new Set(), commands: {} }
    await session.run(PREPARATION)
    await fetchExpected(session, fetched)
    if (!fetched.entries.has('/')) {
      throw new SshError(
        `${destination} has no GNU find, which says who may read what; that of busybox does not.`,
        'install findutils there; or `hostcheck run --root DIR` with a copy or an image of its files',
      )
    }
    await fetchCommands(session, fetched)
    for (let round = 0; ; round++) {
      const wanted = nothing()
      const value = look(rootOf(destination, fetched, wanted))
      const isComplete = Object.values(wanted).every((paths) => paths.size === 0)
      if (isComplete || round >= MOST_ROUNDS) return value
      await fetchAll(session, fetched, wanted)
    }
  } finally {
    session.close()
  }
}

function nothing(): Wanted {
  return { status: new Set(), names: new Set(), text: new Set(), octets: new Set(), digest: new Set() }
}

/** What every look wants, in two round trips. */
async function fetchExpected(session: SshSession, fetched: Fetched): Promise<void> {
  const ways = new Set(['/', ...[...TREES, ...FOLDERS, ...PRUNED].flatMap(wayTo)])
  await fetchAll(session, fetched, { ...nothing(), status: ways, names: new Set(FOLDERS) })
  const output = await session.run(treesScript(TREES, PRUNED))
  const code = Number(output.toString('utf8').split('\0').at(-2))
  noteStatuses(fetched, output)
  // Also where there is no number at all.
  if (!(code <= 1)) return
  for (const [path, { type }] of fetched.entries) {
    const isBelow = (folder: string) => path === folder || path.startsWith(`${folder}/`)
    if (type === 'directory' && TREES.some(isBelow) && !PRUNED.some(isBelow)) fetched.listed.add(path)
  }
}

function rootOf(label: string, fetched: Fetched, wanted: Wanted): Root {
  return createMemoryRoot({
    label,
    entries: fetched.entries,
    commands: fetched.commands,
    wasAskedFor: (path) => fetched.asked.has(path) || isInListed(fetched, path),
    wasListed: (path) => fetched.listed.has(path),
    missed: (at, what, path) => {
      wanted[what].add(at)
      if (what === 'status' && path.startsWith(at)) {
        for (const each of wayTo(path, MOST_FOLDERS_AHEAD)) wanted.status.add(each)
      }
    },
  })
}

interface Ask {
  readonly what: Missed
  readonly path: string
}

/** Everything that was missed, in one round trip unless it is very much. */
async function fetchAll(session: SshSession, fetched: Fetched, wanted: Wanted): Promise<void> {
  const asks = KINDS.flatMap((what) => [...wanted[what]].map((path): Ask => ({ what, path })))
  for (let from = 0; from < asks.length; from += PATHS_OF_ONE_SCRIPT) {
    await fetchSome(session, fetched, asks.slice(from, from + PATHS_OF_ONE_SCRIPT))
  }
}

async function fetchSome(session: SshSession, fetched: Fetched, asks: readonly Ask[]): Promise<void> {
  const of = (what: Missed) => asks.flatMap((ask) => (ask.what === what ? [ask.path] : []))
  const [statuses, folders, texts, starts, digests] = KINDS.map(of) as [
    string[],
    string[],
    string[],
    string[],
    string[],
  ]
  const output = await session.run(
    [
      statusScript(statuses),
      namesScript(folders),
      octetsScript(texts),
      octetsScript(starts, MOST_OCTETS_OF_HEADER),
      digestScript(digests),
    ].join('\n'),
  )
  const contents = between(output, session.mark)
  noteStatuses(fetched, contents[0]!)
  for (const path of statuses) noteAsked(fetched, path)
  for (const folder of folders) fetched.listed.add(folder)
  const answers = contents.slice(1)
  for (const path of texts) noteContent(fetched, path, textOf(path, answers.shift()))
  for (const path of starts) noteContent(fetched, path, startOf(answers.shift()))
  for (const path of digests) noteContent(fetched, path, digestOf(answers.shift()))
}

/** What stands before the first mark, and behind each. */
function between(output: Buffer, mark: string): readonly Buffer[] {
  const parts: Buffer[] = []
  let at = 0
  for (let next = output.indexOf(mark); next !== -1; next = output.indexOf(mark, at)) {
    parts.push(output.subarray(at, next))
    at = next + mark.length
  }
  return [...parts, output.subarray(at)]
}

async function fetchCommands(session: SshSession, fetched: Fetched): Promise<void> {
  const commands = Object.keys(ALLOWED_COMMANDS) as AllowedCommand[]
  const parts = between(await session.run(commandsScript(commands)), session.mark).map(String)
  for (const [index, command] of commands.entries()) {
    const [stdout = '', code = '', stderr = ''] = parts.slice(index * 3)
    fetched.commands[command] = outcomeOf(Number(code), stdout, stderr)
  }
}

/** Exit codes of timeout(1): 124 and 137 where it ended the command, 126 and 127 where there is none to run. */
function outcomeOf(exitCode: number, stdout: string, stderr: string): CommandReading {
  if (exitCode === 127) return { outcome: 'unavailable', why: 'it is not installed' }
  if (exitCode === 126) return { outcome: 'unavailable', why: REFUSED }
  if (exitCode === 124 || exitCode === 137) return { outcome: 'unavailable', why: 'it took too long' }
  return { outcome: 'ran', exitCode, stdout, stderr }
}
