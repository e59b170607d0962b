import { openSmtp, type SmtpBudget, type SmtpOptions, type SmtpSession } from './smtp-client.ts'
import type { SmtpEnumerationResult } from './smtp-enumeration.ts'
import type { SmtpEnd, SmtpReply } from './smtp-wire.ts'

export interface EnumerationOptions extends SmtpOptions {
  readonly domain: string
  /** Local parts that exist, as the operator says: at least one. */
  readonly known: readonly string[]
  /** Local parts that nobody has, made up by the caller; as many as there are known ones, or more. */
  readonly unknown: readonly string[]
  /** A difference of median times below this is noise (milliseconds). */
  readonly noise: number
}

export type EnumerationOutcome =
  | { readonly outcome: 'found'; readonly found: SmtpEnumerationResult }
  | { readonly outcome: 'failed'; readonly why: string }

interface Answer {
  readonly name: string
  readonly code: string
  readonly text: string
  readonly took: number
}

interface Asked {
  readonly known: readonly Answer[]
  readonly unknown: readonly Answer[]
  readonly isLimited: boolean
}

/** Pairs of names at most: with all rounds that is the 40 recipients that the probe promises. */
const MOST_PAIRS = 6
/** Rounds over the same names: times are only told apart by their median. */
const ROUNDS = 3
const NO_NOISE_OF_MEDIAN = 2
/** 421 and 450 4.7.1, 452: the server has had enough of the client, whatever the name. */
const LIMITED = /^421|^4\d\d .*(?:too many|rate limit|slow down)/i

/**
 * Asks for names that exist and names that nobody has in turn, each in a transaction of its own from the empty sender, and
 * compares code, text and time; then VRFY of one of each. Nothing is ever delivered: there is no DATA.
 */
export async function runSmtpEnumeration(
  address: string,
  port: number,
  options: EnumerationOptions,
  budget: SmtpBudget,
): Promise<EnumerationOutcome> {
  if (options.known.length === 0 || options.unknown.length === 0) {
    return { outcome: 'failed', why: 'a name that exists and one that nobody has are needed to compare' }
  }
  const session = await openSmtp(address, port, options, budget)
  if ('code' in session) return { outcome: 'failed', why: session.why }
  try {
    const vrfy = await askVrfy(session, options)
    const asked = await askNames(session, options)
    if (asked.known.length === 0 || asked.unknown.length === 0) {
      return { outcome: 'failed', why: 'the server ended it before both kinds of names were asked for' }
    }
    return { outcome: 'found', found: compared(asked, vrfy, options) }
  } finally {
    await session.close()
  }
}

async function askNames(session: SmtpSession, { known, unknown, domain }: EnumerationOptions): Promise<Asked> {
  const answers = { known: [] as Answer[], unknown: [] as Answer[] }
  const pairs = Math.min(known.length, unknown.length, MOST_PAIRS)
  for (let turn = 0; turn < pairs * ROUNDS; turn++) {
    // Whoever is asked for first is changed from turn to turn, so that what a cache or a delay adds falls on both.
    const kinds = turn % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)
    for (const kind of kinds) {
      const name = (kind === 'known' ? known : unknown)[turn % pairs]!
      const reply = await askName(session, `${name}@${domain}`)
      if (reply.code === 'end') return { ...answers, isLimited: false }
      if (LIMITED.test(`${reply.code} ${reply.text}`)) return { ...answers, isLimited: true }
      answers[kind].push({ name, code: reply.code, text: reply.text, took: reply.took })
    }
  }
  return { ...answers, isLimited: false }
}

async function askName(session: SmtpSession, address: string): Promise<SmtpReply | SmtpEnd> {
  const mail = await session.say({ verb: 'MAIL' })
  if (mail.code !== '250') return mail
  const reply = await session.say({ verb: 'RCPT', address })
  if (reply.code === 'end' || reply.code === '421') return reply
  const reset = await session.say({ verb: 'RSET' })
  return reset.code === 'end' ? reset : reply
}

/** VRFY of a name that exists and one that nobody has; 252 for both is as good as silence. */
async function askVrfy(
  session: SmtpSession,
  { known, unknown }: EnumerationOptions,
): Promise<SmtpEnumerationResult['vrfy']> {
  const one = await session.say({ verb: 'VRFY', name: known[0]! })
  const other = await session.say({ verb: 'VRFY', name: unknown[0]! })
  if (one.code !== other.code) return one.code === 'end' || other.code === 'end' ? 'ambiguous' : 'answers'
  return one.code.startsWith('2') ? 'ambiguous' : 'refused'
}

function compared(
  asked: Asked,
  vrfy: SmtpEnumerationResult['vrfy'],
  options: EnumerationOptions,
): SmtpEnumerationResult {
  const { known, unknown, isLimited } = asked
  const codes = new Set(unknown.map(({ code }) => code))
  const texts = new Set(unknown.map(wordsOf))
  const byCode = known.filter(({ code }) => !codes.has(code))
  const byText = known.filter((answer) => codes.has(answer.code) && !texts.has(wordsOf(answer)))
  const isSlower = timesDiffer(known, unknown, options.noise)
  const by = [
    ...(byCode.length > 0 ? (['code'] as const) : []),
    ...(byText.length > 0 ? (['text'] as const) : []),
    ...(isSlower ? (['time'] as const) : []),
  ]
  const told = isSlower ? known : [...byCode, ...byText]
  return {
    domain: options.domain,
    confirmed: [...new Set(told.map(({ name }) => name))],
    by,
    limited: isLimited,
    asked: known.length + unknown.length,
    codes: { known: known[0]!.code, unknown: unknown[0]!.code },
    vrfy,
  }
}

/** The text without the name and without numbers, for those differ anyhow: times to wait, ids. */
function wordsOf({ text, name }: Answer): string {
  return text.toLowerCase().replaceAll(name.toLowerCase(), '*').replace(/\d+/g, '0')
}

/** Whether the medians differ by more than noise and by more than a half of the smaller. */
function timesDiffer(known: readonly Answer[], unknown: readonly Answer[], noise: number): boolean {
  if (known.length < ROUNDS || unknown.length < ROUNDS) return false
  const [small, large] = [median(known), median(unknown)].sort((one, other) => one - other) as [number, number]
  return large - small > Math.max(noise, small / NO_NOISE_OF_MEDIAN)
}

function median(answers: readonly Answer[]): number {
  const times = answers.map(({ took }) => took).sort((one, other) => one - other)
  return times[Math.floor(times.length / 2)]!
}
