import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { Linux } from './udp/linux.ts'
import { loadSystemCalls, must } from './udp/system-calls.ts'

/** An account that the server can become. */
export interface Account {
  readonly name: string
  readonly uid: number
  /** Its primary group. */
  readonly gid: number
}

/** Node.js has it; its types have not. */
interface ProcessWithGroups extends NodeJS.Process {
  initgroups(user: string, extraGroup: number): void
}

/** An account that cannot be had or a step on the way to it that failed. The message says which and what to do. */
export class PrivilegeError extends Error {
  override readonly name = 'PrivilegeError'
}

/** Looks an account up by name. Throws a `PrivilegeError` where there is none, or where it is root by another name. */
export function findAccount(name: string): Account {
  const account = fromPasswd(name) ?? fromNameService(name)
  if (account === undefined) {
    throw new PrivilegeError(`there is no account "${name}"; make it (useradd --system ${name}) or name another`)
  }
  if (account.uid === 0 || account.gid === 0) {
    throw new PrivilegeError(`account "${name}" is root, or of root's group: name one without power`)
  }
  return account
}

/**
 * Becomes the account for good: supplementary groups, group, user, in all threads; then makes sure that there is no way
 * back, and hardens the process. To be called as root, with the sockets open and before any worker starts. Throws a
 * `PrivilegeError` where a trace of power is left; the caller must not go on then.
 */
export function becomeAccount({ name, uid, gid }: Account): void {
  ;(process as ProcessWithGroups).initgroups(name, gid)
  process.setgid!(gid)
  process.setuid!(uid)
  proveNoWayBack(uid, gid)
  hardenProcess()
}

/**
 * Gives up what this process will not need, whoever it runs as: no program it starts gets more privileges, nobody of the
 * same account can trace it, and it leaves no memory behind in core files. Does nothing where there are no system calls.
 */
export function hardenProcess(): void {
  const calls = loadSystemCalls()
  if (calls === undefined) return
  must(calls, 'prctl(PR_SET_NO_NEW_PRIVS)', calls.prctl(Linux.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
  must(calls, 'prctl(PR_SET_DUMPABLE)', calls.prctl(Linux.PR_SET_DUMPABLE, 0, 0, 0, 0))
  const none = new ArrayBuffer(16)
  must(calls, 'setrlimit(RLIMIT_CORE)', calls.setrlimit(Linux.RLIMIT_CORE, calls.addressOf(none)))
}

function fromPasswd(name: string): Account | undefined {
  let text: string
  try {
    text = readFileSync('/etc/passwd', 'utf8')
  } catch {
    return undefined
  }
  const fields = text.split('\n').map((line) => line.split(':'))
  const [, , uid, gid] = fields.find(([account]) => account === name) ?? []
  return accountOf(name, uid, gid)
}

/** Accounts of a directory service are not in the file. */
function fromNameService(name: string): Account | undefined {
  if (!/^[a-z_][a-z0-9_.-]*$/i.test(name)) return undefined
  const id = (which: string): string =>
    execFileSync('id', [which, name], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  try {
    return accountOf(name, id('-u'), id('-g'))
  } catch {
    return undefined
  }
}

function accountOf(name: string, uid: string | undefined, gid: string | undefined): Account | undefined {
  if (!/^\d+$/.test(uid?.trim() ?? '') || !/^\d+$/.test(gid?.trim() ?? '')) return undefined
  return { name, uid: Number(uid), gid: Number(gid) }
}

function proveNoWayBack(uid: number, gid: number): void {
  const attempts = {
    setuid: process.setuid!,
    seteuid: process.seteuid!,
    setgid: process.setgid!,
    setegid: process.setegid!,
  }
  for (const [call, attempt] of Object.entries(attempts)) {
    if (succeeds(() => attempt(0))) throw new PrivilegeError(`${call}(0) still works: privileges could not be dropped`)
  }
  if (process.platform !== 'linux') return
  for (const thread of readdirSync('/proc/self/task'))
    proveThread(readFileSync(`/proc/self/task/${thread}/status`, 'utf8'), uid, gid)
}

/** Real, effective, saved and file-system identity of a thread, and its capabilities: proc(5), `status`. */
function proveThread(status: string, uid: number, gid: number): void {
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? ''
  const expected = { Uid: Array(4).fill(uid).join('\t'), Gid: Array(4).fill(gid).join('\t') }
  for (const [name, value] of Object.entries(expected)) {
    if (field(name) !== value) throw new PrivilegeError(`a thread has ${name} ${field(name)} instead of ${value}`)
  }
  for (const name of ['CapPrm', 'CapEff']) {
    if (!/^0*$/.test(field(name))) throw new PrivilegeError(`a thread has kept capabilities: ${name} ${field(name)}`)
  }
}

function succeeds(attempt: () => void): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
