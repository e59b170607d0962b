import { writeSuccessor, writeSuccessorBeyond } from '../../dns/canonical-order.ts'
import { Type } from '../../dns/constants.ts'
import { canonicalName, nameFromText, nameLength, nameToText } from '../../dns/name.ts'
import { type Method, note, readAnswer, type Session } from './session.ts'
import { isOfZone } from './truth.ts'

const MOST_QUESTIONS = 600
/** A private type that no name has: the answer is a denial. */
const ABSENT_TYPE = 65_300

interface Walk {
  readonly asked: Set<string>
  readonly told: Set<string>
  /** Names to ask for, the latest last. */
  readonly leads: Uint8Array[]
  denials: number
  /** NSEC records that cover nothing but the name asked for. */
  minimal: number
}

/** Follows NSEC records from name to name, and starts anew all over the alphabet where they end at once. */
export const walkZone: Method = {
  name: 'walk',
  summary: 'follows NSEC records from name to name',
  async run(session) {
    const walk: Walk = { asked: new Set(), told: new Set(), leads: [session.apex], denials: 0, minimal: 0 }
    const ideas = startingPoints(session.zone)
    for (let question = 0; question < MOST_QUESTIONS && !session.client.isSpent(); question++) {
      const name = walk.leads.pop() ?? ideas.pop()
      if (name === undefined) break
      if (walk.asked.has(nameToText(name))) continue
      session.progress(question / MOST_QUESTIONS)
      await step(session, walk, name)
    }
    const real = await confirm(session, walk)
    if (walk.denials === 0) return ['no NSEC record was seen']
    const kind = walk.minimal > walk.denials / 2 ? '; they cover hardly more than the name asked for' : ''
    return [`${walk.denials} NSEC records led to ${walk.told.size} names, ${real} of which exist${kind}`]
  },
}

async function step(session: Session, walk: Walk, name: Uint8Array): Promise<void> {
  walk.asked.add(nameToText(name))
  const message = await session.client.ask({ name, type: ABSENT_TYPE, edns: { do: true } })
  for (const record of [...(message?.answer ?? []), ...(message?.authority ?? [])]) {
    if (record.type !== Type.NSEC) continue
    walk.denials++
    const next = canonicalName(record.rdata.subarray(0, nameLength(record.rdata, 0)))
    const owner = canonicalName(record.name)
    const minimal = isMinimal(owner, next, session.apex)
    if (minimal) walk.minimal++
    for (const told of minimal ? [owner] : [owner, next]) learn(session, walk, told)
  }
}

function learn({ apex }: Session, walk: Walk, name: Uint8Array): void {
  const text = nameToText(name)
  if (!isOfZone(name, apex) || walk.asked.has(text) || walk.told.has(text)) return
  walk.told.add(text)
  const into = new Uint8Array(300)
  for (const write of [writeSuccessorBeyond, writeSuccessor]) {
    walk.leads.push(into.slice(0, write(into, 0, name, 0, apex.length)))
  }
  walk.leads.push(name)
}

/** RFC 9824 §3.1: the next name is the very next that there can be. */
function isMinimal(owner: Uint8Array, next: Uint8Array, apex: Uint8Array): boolean {
  const into = new Uint8Array(300)
  const length = writeSuccessor(into, 0, owner, 0, apex.length)
  return Buffer.compare(into.subarray(0, length), next) === 0
}

/** Many servers tell names that they have thought of: those that are there are findings. */
async function confirm(session: Session, walk: Walk): Promise<number> {
  let real = 0
  for (const text of walk.told) {
    // Whoever tells a name and then denies it has told it all the same.
    session.told.add(text)
    const answer = readAnswer(await session.client.ask({ name: nameFromText(text), type: Type.A }))
    if (answer.kind !== 'exists') continue
    real++
    note(session, { name: text, method: 'walk', rdatas: answer.rdatas })
  }
  return real
}

function startingPoints(zone: string): Uint8Array[] {
  return [...'9876543210zyxwvutsrqponmlkjihgfedcba_'].map((letter) => nameFromText(`${letter}zzzz.${zone}`))
}
