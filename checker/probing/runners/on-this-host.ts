import { alertNonce } from '../../probes/alert-nonce.ts'
import { banAndObserve } from '../../probes/ban-and-observe.ts'
import { logNonce, logReadBack } from '../../probes/log-nonce.ts'
import type { Target } from '../../targets/targets.ts'
import { BudgetSpent } from '../gate.ts'
import type { Runner, RunnerMeans } from '../runner.ts'

/** TEST-NET-1 (RFC 5737): nobody has it, so nobody is shut out. */
const NOBODY = '192.0.2.254'
const THIS_HOST = 'this host'
const TRIES = 20
const TRY_EVERY_MS = 500

/** Bans an address that nobody has, looks for it in the packet filter, and frees it again. */
export const banAndObserveRunner: Runner = {
  probe: banAndObserve,
  lacks: ({ jail }) => (jail === undefined ? 'it names no `jail`' : undefined),
  plan: ({ jail }) => [
    { what: `fail2ban-client set ${jail} banip ${NOBODY}, a look at nft, unbanip`, to: THIS_HOST, times: 1 },
  ],
  run: async (means) => {
    const jail = means.gate.target.jail!
    await take(means, `fail2ban-client set ${jail} banip ${NOBODY}`)
    try {
      await mustRun(means, ['fail2ban-client', 'set', jail, 'banip', NOBODY])
      const ruleAppeared = await until(means, () => isFiltered(means))
      await mustRun(means, ['fail2ban-client', 'set', jail, 'unbanip', NOBODY])
      const ruleGone = await until(means, async () => !(await isFiltered(means)))
      return [observed(means, banAndObserve.name, { jail, address: NOBODY, ruleAppeared, ruleGone })]
    } finally {
      // Whatever went wrong: it does not stay banned.
      await means.runWords(['fail2ban-client', 'set', jail, 'unbanip', NOBODY])
    }
  },
}

/** Logs a random word and looks for it at the mirror. */
export const logNonceRunner: Runner = {
  probe: logNonce,
  lacks: (target) => lacksCommand(target, 'log-find'),
  plan: ({ commands }) => [
    { what: 'logger -p auth.notice, with a random word', to: THIS_HOST, times: 1 },
    { what: commands['log-find']!.join(' '), to: THIS_HOST, times: TRIES },
  ],
  run: async (means) => {
    const nonce = means.nonce()
    await logWord(means, nonce)
    const arrived = await until(means, () => finds(means, 'log-find', nonce))
    return [observed(means, logNonce.name, { nonce, ...(arrived ? { arrivedAt: means.gate.now() } : {}) })]
  },
}

/** Tries to read back, and to delete, what this host itself sent: both should fail. */
export const logReadBackRunner: Runner = {
  probe: logReadBack,
  lacks: (target) => lacksCommand(target, 'log-read') ?? lacksCommand(target, 'log-delete'),
  plan: ({ commands }) => [
    { what: 'logger -p auth.notice, with a random word', to: THIS_HOST, times: 1 },
    { what: commands['log-read']!.join(' '), to: THIS_HOST, times: 1 },
    { what: commands['log-delete']!.join(' '), to: THIS_HOST, times: 1 },
  ],
  run: async (means) => {
    const nonce = means.nonce()
    await logWord(means, nonce)
    await means.wait(TRY_EVERY_MS)
    await take(means, 'log-read')
    const readable = await finds(means, 'log-read', nonce)
    await take(means, 'log-delete')
    const deleted = await means.runWords(wordsOf(means, 'log-delete', nonce))
    const deletable = deleted.outcome === 'ran' && deleted.exitCode === 0
    return [observed(means, logReadBack.name, { readable, deletable })]
  },
}

/** Sends a random word the way of every alert: a person who reads it confirms it. */
export const alertNonceRunner: Runner = {
  probe: alertNonce,
  lacks: (target) => lacksCommand(target, 'alert'),
  plan: ({ commands }) => [{ what: `${commands.alert!.join(' ')}, with a random word`, to: THIS_HOST, times: 1 }],
  run: async (means) => {
    const nonce = means.nonce()
    await take(means, 'an alert')
    await mustRun(means, wordsOf(means, 'alert', nonce), alertText(nonce))
    return [observed(means, alertNonce.name, { nonce })]
  },
}

function alertText(nonce: string): string {
  return [
    'Subject: A trial of the alerts of this host',
    '',
    'This is a trial: nothing has happened. Whoever reads it, please run, on the host that it comes from:',
    '',
    `  hostcheck alert-nonce confirm ${nonce}`,
    '',
  ].join('\n')
}

function lacksCommand({ commands }: Target, name: keyof Target['commands']): string | undefined {
  return commands[name] === undefined ? `its \`commands\` have no \`${name}\`` : undefined
}

function wordsOf({ gate }: RunnerMeans, name: keyof Target['commands'], nonce: string): readonly string[] {
  return gate.target.commands[name]!.map((word) => word.replaceAll('{nonce}', nonce))
}

async function logWord(means: RunnerMeans, nonce: string): Promise<void> {
  await take(means, 'logger -p auth.notice')
  await mustRun(means, ['logger', '-p', 'auth.notice', '-t', 'hostcheck', `a trial of the mirror of logs: ${nonce}`])
}

async function finds(means: RunnerMeans, name: 'log-find' | 'log-read', nonce: string): Promise<boolean> {
  const result = await means.runWords(wordsOf(means, name, nonce))
  return result.outcome === 'ran' && result.exitCode === 0 && result.stdout.includes(nonce)
}

async function isFiltered(means: RunnerMeans): Promise<boolean> {
  const lists = [['nft', 'list', 'ruleset'], ['iptables-save'], ['ipset', 'list']]
  const results = await Promise.all(lists.map((words) => means.runWords(words)))
  return results.some((result) => result.outcome === 'ran' && result.stdout.includes(NOBODY))
}

async function take({ gate }: RunnerMeans, what: string): Promise<void> {
  if (!(await gate.turn(what, THIS_HOST, 0))) throw new BudgetSpent()
}

/** A command that has to work for anything to be said. */
class CommandFailed extends Error {}

async function mustRun(means: RunnerMeans, words: readonly string[], input?: string): Promise<void> {
  const result = await means.runWords(words, input)
  if (result.outcome === 'failed') throw new CommandFailed(`\`${words.slice(0, 3).join(' ')}\`: ${result.why}`)
  if (result.exitCode !== 0) {
    throw new CommandFailed(`\`${words.slice(0, 3).join(' ')}\` ended with ${result.exitCode}`)
  }
}

async function until({ wait }: RunnerMeans, holds: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (await holds()) return true
    await wait(TRY_EVERY_MS)
  }
  return false
}

function observed({ gate }: RunnerMeans, probe: string, found: unknown) {
  return { probe, target: gate.target.name, at: gate.now(), found }
}
