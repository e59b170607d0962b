import { existsSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Ban } from '../../guard/bans.ts'
import type { NftablesSets } from '../configuration/ban-types.ts'
import { isoTimeOfSeconds } from '../iso-time.ts'
import type { NftablesReport } from './ban-reports.ts'
import { nftablesTransaction } from './nftables-text.ts'
import { type ProgramEnd, runProgram } from './run-program.ts'

/** Keeps named sets of nftables in step with the bans. */
export interface NftablesWriter {
  /** Bans or configuration may have changed: writes soon, one `nft` at a time. Does nothing where no sets are configured. */
  update(): void
  /** Undefined where no sets are configured. */
  report(): NftablesReport | undefined
  stop(): void
}

export interface NftablesOptions {
  readonly sets: () => NftablesSets | undefined
  readonly bans: () => readonly Ban[]
  readonly log: Pick<Logger, 'info' | 'error'>
  /** Unix seconds. */
  readonly now: () => number
  /** Gives nft its standard input. */
  readonly run?: (input: string) => Promise<ProgramEnd>
}

/** A change waits so long for others. */
const GATHER_MS = 200
/** Who loads a firewall anew empties its sets; after so long they are full again. */
const REFRESH_MS = 60_000
const PATIENCE_MS = 10_000
const PROGRAMS = ['/usr/sbin/nft', '/sbin/nft', '/usr/bin/nft']

/** What a writer is made of. */
interface Writing {
  readonly options: NftablesOptions
  timer: NodeJS.Timeout | undefined
  isRunning: boolean
  /** Something changed while nft ran. */
  isWanted: boolean
  isStopped: boolean
  /** Unix seconds. */
  writtenAt: number | undefined
  failure: string | undefined
}

/** The writer; it ends with `stop`, or with the process. */
export function createNftablesWriter(options: NftablesOptions): NftablesWriter {
  const writing: Writing = {
    ...{ options, timer: undefined, isRunning: false, isWanted: false, isStopped: false },
    ...{ writtenAt: undefined, failure: undefined },
  }
  return {
    update: () => {
      writing.isWanted = true
      if (!writing.isRunning) wait(writing, GATHER_MS)
    },
    report: () => report(writing),
    stop: () => {
      writing.isStopped = true
      clearTimeout(writing.timer)
    },
  }
}

function report({ options, writtenAt, failure }: Writing): NftablesReport | undefined {
  const sets = options.sets()
  if (sets === undefined) return undefined
  return {
    ...{ table: sets.table, set4: sets.set4, set6: sets.set6 },
    ...(writtenAt === undefined ? {} : { writtenAt: isoTimeOfSeconds(writtenAt) }),
    ...(failure === undefined ? {} : { failure }),
  }
}

function wait(writing: Writing, milliseconds: number): void {
  clearTimeout(writing.timer)
  if (!writing.isStopped) writing.timer = setTimeout(() => void write(writing), milliseconds).unref()
}

async function write(writing: Writing): Promise<void> {
  const { options } = writing
  const sets = options.sets()
  if (sets === undefined || writing.isRunning) return
  writing.isRunning = true
  writing.isWanted = false
  const { run = runNft } = options
  const end = await run(nftablesTransaction(options.bans(), sets, options.now()))
  writing.isRunning = false
  settle(writing, end, sets)
  wait(writing, writing.isWanted ? GATHER_MS : REFRESH_MS)
}

/** Says each failure once, and that it is over. */
function settle(writing: Writing, { code, complaint }: ProgramEnd, sets: NftablesSets): void {
  const { log, now } = writing.options
  const { failure: before } = writing
  const failure = code === 0 ? undefined : explain(complaint)
  writing.failure = failure
  if (failure === undefined) writing.writtenAt = now()
  const facts = { table: sets.table, set4: sets.set4, set6: sets.set6 }
  if (failure !== undefined && failure !== before) {
    log.error(facts, `the bans could not be written to nftables, veild alone enforces them: ${failure}`)
  } else if (failure === undefined && before !== undefined) log.info(facts, 'nftables is in step with the bans again')
}

function runNft(input: string): Promise<ProgramEnd> {
  const program = PROGRAMS.find((path) => existsSync(path))
  if (program === undefined)
    return Promise.resolve({ code: undefined, complaint: `there is none of ${PROGRAMS.join(', ')}` })
  return runProgram({ program, arguments: ['-f', '-'], input, timeoutMilliseconds: PATIENCE_MS })
}

/** The complaint in one line, with what to do where that is known. */
function explain(complaint: string): string {
  const first = complaint.split('\n', 1)[0]!.replace(/^\S+: /, '')
  const remedy = REMEDIES.find(({ sign }) => sign.test(complaint))?.remedy
  return remedy === undefined ? first : `${first}: ${remedy}`
}

const REMEDIES = [
  {
    sign: /not permitted|Permission denied/i,
    remedy: 'veild has no CAP_NET_ADMIN; docs/bans.md says how to give it, or how to do without',
  },
  {
    sign: /No such file or directory/,
    remedy: 'the table or a set is missing; `nft -f deploy/nftables.conf` makes them',
  },
  { sign: /there is none of/, remedy: 'install nftables' },
] as const
