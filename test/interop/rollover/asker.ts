import { setTimeout as delay } from 'node:timers/promises'
import { resolverAt, type Verdict } from '../dnssec/validate.ts'

/** Somebody who asks a resolver about a zone without pause, and keeps what went wrong. */
export interface Asker {
  /** All that was answered since the last call, which begins anew. */
  readonly take: () => Answers
  readonly last: () => Verdict | undefined
  /** Rounds of questions so far, each about everything. */
  readonly rounds: () => number
  readonly stop: () => Promise<void>
}

export interface Answers {
  readonly asked: number
  /** Validated, and answered without having been. */
  readonly secure: number
  readonly insecure: number
  /** SERVFAIL, silence, and answers that are not those of the zone: with their time, question and reason. */
  readonly wrong: readonly string[]
}

/** Between two rounds of questions: caches of a second have to be met at every age. */
const PAUSE_MS = 40
/** Rounds that an asker lives: bounds what a test that hangs can do. */
const MOST_ROUNDS = 20_000

/** Asks for data, for keys, and for names that are new each time, whose absence has to be proved. */
export async function startAsking(port: number, zone: string): Promise<Asker> {
  const resolver = await resolverAt(port)
  let answers = begin()
  let last: Verdict | undefined
  let rounds = 0
  let isStopped = false
  const askRound = async (round: number) => {
    const questions = [
      { name: `www.${zone}`, type: 'A', rcodes: ['NOERROR'], isThere: true },
      { name: zone, type: 'SOA', rcodes: ['NOERROR'], isThere: true },
      { name: zone, type: 'DNSKEY', rcodes: ['NOERROR'], isThere: undefined },
      { name: `mail.${zone}`, type: 'A', rcodes: ['NOERROR'], isThere: false },
      { name: `n${round}.${zone}`, type: 'A', rcodes: ['NOERROR', 'NXDOMAIN'], isThere: false },
    ]
    for (const { name, type, rcodes, isThere } of questions) {
      const verdict = await resolver.ask({ name, type })
      last = verdict
      answers.asked++
      if (verdict.secure) answers.secure++
      else answers.insecure++
      const hasAnswer = verdict.types.length > 0
      if (rcodes.includes(verdict.rcode) && (isThere === undefined || hasAnswer === isThere)) continue
      answers.wrong.push(`${new Date().toISOString()} ${name} ${type}: ${verdict.rcode} ${verdict.remark}`)
    }
  }
  const work = async () => {
    while (rounds < MOST_ROUNDS && !isStopped) {
      await askRound(rounds++)
      await delay(PAUSE_MS)
    }
  }
  const working = work()
  return {
    take: () => {
      const taken = answers
      answers = begin()
      return taken
    },
    last: () => last,
    rounds: () => rounds,
    stop: async () => {
      isStopped = true
      await working
      resolver.close()
    },
  }
}

function begin() {
  return { asked: 0, secure: 0, insecure: 0, wrong: [] as string[] }
}
