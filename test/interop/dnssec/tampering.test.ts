import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { buildQuery, type Message, type MessageRecord, readMessage } from '../../../dns/message.ts'
import { nameFromText, nameToText } from '../../../dns/name.ts'
import { typeFromText } from '../../../dns/rr/registry.ts'
import { LONG } from '../../helpers/long.ts'
import { connectTcp } from '../../helpers/tcp-client.ts'
import { controlByKnot, liveFamilies } from './families.ts'
import { obstaclesAloud } from './preconditions.ts'
import * as tamper from './tamper.ts'
import { openUniverse, type Universe } from './universe.ts'
import { NO_ANSWER, type Verdict } from './validate.ts'
import { openValidators, type Validators } from './validators.ts'

const POSITIVE = ['www A', 'alias A', 'one.wild A', 'leaf.tree A', 'sub.*.star A', 'both DS']
const DENIED = [
  'one-type A',
  'not-there A',
  'x.y.z.not-there A',
  'four.wild MX',
  'ent TXT',
  'upper DS',
  'insecure DS',
  'dangling A',
]
/** Answered from the same zone, and never touched. */
const UNTOUCHED = ['mail A', 'ns A']
const INFRASTRUCTURE = ['ns', 'ns.both', 'ns.secure', 'ns.insecure']
/** Questions whose proofs are put elsewhere; several, for in some modes one proof serves many names. */
const OTHERS = ['ns AAAA', 'svc A', 'upper TXT', 'mail TXT', 'zzz.other A', 'aaa.other A']

const ALL = [...POSITIVE, ...DENIED]

interface ForgeryCase {
  readonly title: string
  readonly forge: tamper.Forger
  readonly lines: readonly string[]
  /** Where a validator is asked less. */
  readonly except?: Readonly<Record<string, readonly string[]>>
}

const FORGERIES: readonly ForgeryCase[] = [
  { title: 'a bit of the signatures', forge: tamper.flipSignatures, lines: ALL },
  { title: 'a bit of the data', forge: tamper.flipData, lines: ALL },
  // delv looks for what is missing for twelve seconds.
  { title: 'signatures left out', forge: tamper.stripSignatures, lines: ALL, except: { delv: LONG ? ['www A'] : [] } },
  { title: 'signatures of last year', forge: tamper.expireSignatures, lines: ALL },
  { title: 'the proof left out', forge: tamper.dropDenial, lines: DENIED },
  { title: 'the proof about another name', forge: tamper.swapDenial, lines: DENIED },
  { title: 'an existing name denied', forge: tamper.denyExisting, lines: POSITIVE },
]

const obstacles = await obstaclesAloud('Tests with forged answers')

const WORLDS = [
  ...(LONG ? [controlByKnot()] : []),
  { server: 'Veil', families: liveFamilies(), title: 'zones signed by Veil' } as const,
]

describe.skipIf(obstacles.length > 0).each(WORLDS)('$title', ({ server, families }) => {
  let universe: Universe
  beforeAll(async () => {
    universe = await openUniverse(server, families)
  }, 120_000)
  afterAll(() => universe?.stop())

  test.each(FORGERIES)('forged: $title: bogus for every validator', async ({ forge, lines, except }) => {
    await withForgery(forge, async (validators) => {
      const linesOf = (name: string) => linesFor(name, except?.[name] ?? lines)
      const accepted = await askEverybody(validators, linesOf, (verdict) => !isJudgedBogus(verdict))
      expect(accepted).toEqual([])
      const refused = await askEverybody(
        validators,
        () => UNTOUCHED,
        ({ secure }) => !secure,
      )
      expect(refused).toEqual([])
    })
  })

  /** Validators that have not learned anything yet. */
  async function withForgery(forge: tamper.Forger, check: (validators: Validators) => Promise<void>): Promise<void> {
    const proofs = await Promise.all(
      families.map(({ apex }) => Promise.all(OTHERS.map((line) => authorityOf(line, apex)))),
    )
    const zones = families.map(({ apex }, index) => ({
      apex,
      untouched: [...INFRASTRUCTURE, ...UNTOUCHED.map((line) => line.split(' ')[0]!)],
      otherDenial: (right: Message) => otherThan(right, proofs[index]!),
    }))
    const validators = await openValidators(universe.root)
    universe.relays.families.through = tamper.forgeZones(zones, forge)
    try {
      await check(validators)
    } finally {
      universe.relays.families.through = ({ answer }) => answer
      await validators.stop()
    }
  }

  /** Who says what should not be said, one line each. */
  async function askEverybody(
    validators: Validators,
    linesOf: (validator: string) => readonly string[],
    wrong: (verdict: Verdict) => boolean,
  ): Promise<string[]> {
    const asked = Object.entries(validators.ask).flatMap(([name, ask]) =>
      families.map(async ({ apex }) => {
        const found: string[] = []
        for (const line of linesOf(name)) {
          const question = questionOf(line, apex)
          const verdict = await ask(question)
          if (wrong(verdict)) found.push(`${name}: ${question.name} ${question.type} ${JSON.stringify(verdict)}`)
        }
        return found
      }),
    )
    return (await Promise.all(asked)).flat()
  }

  async function authorityOf(line: string, apex: string): Promise<MessageRecord[]> {
    const { name, type } = questionOf(line, apex)
    const client = await connectTcp(universe.server.port)
    try {
      const query = buildQuery({ id: 0, name: nameFromText(name), type: typeFromText(type)!, edns: { do: true } })
      return [...readMessage(await client.ask(query))!.authority]
    } finally {
      client.close()
    }
  }
})

/** A proof with none of the owners that the right one has. */
function otherThan({ authority }: Message, proofs: readonly (readonly MessageRecord[])[]): readonly MessageRecord[] {
  const own = ownersOf(authority)
  const other = proofs.find((proof) => [...ownersOf(proof)].every((owner) => !own.has(owner)))
  if (other === undefined) throw new Error('every proof shares an owner with the right one')
  return other
}

/** Owners of the denial records. */
function ownersOf(records: readonly MessageRecord[]): Set<string> {
  const denial = records.filter(({ type }) => type === Type.NSEC || type === Type.NSEC3)
  return new Set(denial.map(({ name }) => nameToText(name)))
}

function questionOf(line: string, apex: string): { name: string; type: string } {
  const [name, type] = line.split(' ')
  return { name: `${name}.${apex}`, type: type! }
}

/** One-shot validators take a process for each question; drill looks at the first alias only. */
function linesFor(validator: string, lines: readonly string[]): string[] {
  const some = LONG || (validator !== 'delv' && validator !== 'drill') ? lines : lines.slice(0, 2)
  return some.filter((line) => validator !== 'drill' || !isAlias(line))
}

function isAlias(line: string): boolean {
  return line.startsWith('alias ') || line.startsWith('dangling ')
}

/** A resolver that finds an answer bogus says SERVFAIL, and says it; delv says why in words. */
function isJudgedBogus({ rcode, secure }: Verdict): boolean {
  return !secure && !['NOERROR', 'NXDOMAIN', NO_ANSWER].includes(rcode)
}
