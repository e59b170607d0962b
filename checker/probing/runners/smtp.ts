import type { Observation, Probe } from '../../probes/probe.ts'
import { runSmtpEnumeration } from '../../probes/run-smtp-enumeration.ts'
import { runSmtpRate } from '../../probes/run-smtp-rate.ts'
import { SMTP_OPTIONS } from '../../probes/smtp-client.ts'
import { smtpEnumeration } from '../../probes/smtp-enumeration.ts'
import { smtpRate } from '../../probes/smtp-rate.ts'
import type { Target } from '../../targets/targets.ts'
import { BudgetSpent, requireOwn } from '../gate.ts'
import { portsOf, type Runner, type RunnerMeans, singleAddresses } from '../runner.ts'

const SMTP_PORT = 25
const MOST_RECIPIENTS = 60
/** Servers count recipients in a minute: what comes more slowly is not seen. */
const LEAST_PER_SECOND = 3
/** Milliseconds over one connection, as slowly as a target may want it. */
const MOST_TIME = 300_000
/** Milliseconds: a difference of medians that the network makes by itself. */
const NOISE = 25

/** Asks for users that exist and for others that nobody has, and compares the answers. */
export const smtpEnumerationRunner: Runner = {
  probe: smtpEnumeration,
  lacks: (target) => lacksMail(target) ?? (target.mail!.known.length === 0 ? 'its `mail` has no `known`' : undefined),
  plan: ({ mail, ...target }) =>
    singleAddresses(target as Target).map((to) => ({
      what: `RCPT and VRFY for ${mail!.known.length} users of ${mail!.domain} and as many that nobody has`,
      to,
      times: 1,
    })),
  run: (means) => {
    const { domain, known } = means.gate.target.mail!
    const unknown = known.map(() => `${means.nonce().slice(0, 12)}`)
    const options = { ...SMTP_OPTIONS, mostTime: MOST_TIME, domain, known, unknown, noise: NOISE }
    return atEach(means, smtpEnumeration, (address, port) => runSmtpEnumeration(address, port, options, means.gate))
  },
}

/** Asks for many recipients at once: is that slowed? */
export const smtpRateRunner: Runner = {
  probe: smtpRate,
  lacks: (target) =>
    lacksMail(target) ??
    (target.mostPerSecond < LEAST_PER_SECOND
      ? `\`most-per-second\` is ${target.mostPerSecond}: a burst is ${LEAST_PER_SECOND} or more`
      : undefined),
  plan: (target) => singleAddresses(target).map((to) => ({ what: 'RCPT', to, times: MOST_RECIPIENTS })),
  run: (means) => {
    const options = {
      ...SMTP_OPTIONS,
      mostTime: MOST_TIME,
      domain: means.gate.target.mail!.domain,
      most: MOST_RECIPIENTS,
    }
    return atEach(means, smtpRate, (address, port) => runSmtpRate(address, port, options, means.gate))
  },
}

function lacksMail(target: Target): string | undefined {
  if (target.mail === undefined) return 'it has no `mail`'
  if (singleAddresses(target).length === 0) return 'it names no single address'
  return smtpPort(target) === undefined ? 'it names no TCP port' : undefined
}

/** 25, or else the first that the target names. */
function smtpPort(target: Target): number | undefined {
  const tcp = portsOf(target, 'tcp')
  return tcp.includes(SMTP_PORT) ? SMTP_PORT : tcp[0]
}

type Outcome<R> =
  | { readonly outcome: 'found'; readonly found: R }
  | { readonly outcome: 'failed'; readonly why: string }

async function atEach<R>(
  { gate }: RunnerMeans,
  { name }: Probe<R>,
  ask: (address: string, port: number) => Promise<Outcome<R>>,
): Promise<readonly Observation<R>[]> {
  const port = smtpPort(gate.target)!
  const observations: Observation<R>[] = []
  for (const address of singleAddresses(gate.target)) {
    requireOwn(gate.target, { address, port }, 'tcp')
    const outcome = await ask(address, port)
    if (gate.isSpent()) throw new BudgetSpent()
    if (outcome.outcome === 'failed') throw new Error(`${address}: ${outcome.why}`)
    observations.push({ probe: name, target: `${address}:${port}`, at: gate.now(), found: outcome.found })
  }
  return observations
}
