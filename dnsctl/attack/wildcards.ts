import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import { nameFromText } from '../../dns/name.ts'
import { type Answer, type Method, readAnswer, type Session } from './session.ts'

/** How a tool finds out whether any name at all is answered. */
interface WildcardTest {
  readonly tool: string
  readonly probes: number
  readonly label: () => string
  readonly types: readonly number[]
  /** What the tool does about a wildcard. */
  readonly consequence: string
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
const A: readonly number[] = [Type.A]
const ALL: readonly number[] = [Type.CNAME, Type.A, Type.AAAA]

/** By the tools' sources, and those of nmap's dns-brute. */
const TESTS: readonly WildcardTest[] = [
  { tool: 'gobuster', probes: 1, label: randomUUID, types: A, consequence: 'gives up, unless told to go on' },
  {
    tool: 'dnsenum',
    probes: 1,
    label: () => random(LETTERS, 12),
    types: A,
    consequence: 'drops names with that address',
  },
  {
    tool: 'dnsrecon',
    probes: 1,
    label: () => random(LETTERS + LETTERS.toUpperCase() + DIGITS, 12),
    types: A,
    consequence: 'asks whether to go on, then drops names with that address',
  },
  {
    tool: 'fierce',
    probes: 1,
    label: () => random(DIGITS, 11),
    types: A,
    consequence: 'drops names with just those addresses',
  },
  {
    tool: 'nmap',
    probes: 2,
    label: () => random(LETTERS, 24),
    types: A,
    consequence: 'drops names with the address of both',
  },
  {
    tool: 'amass',
    probes: 3,
    label: () => random(LETTERS + DIGITS, randomInt(6, 25)),
    types: ALL,
    consequence: 'drops names with what all probes share, or all names where they share nothing',
  },
  {
    tool: 'puredns',
    probes: 3,
    label: () => random(LETTERS + DIGITS, 16),
    types: A,
    consequence: 'drops names with those addresses',
  },
  {
    tool: 'shuffledns, dnsx, subfinder',
    probes: 1,
    label: xid,
    types: A,
    consequence: 'drops names with those addresses',
  },
  { tool: 'bbot', probes: 10, label: () => random(LETTERS, 10), types: A, consequence: 'gives up' },
]

/** Asks the random labels with which tools find out about wildcards. */
export const testWildcards: Method = {
  name: 'wildcard',
  summary: 'asks the random labels with which tools look for wildcards',
  async run(session) {
    const lines: string[] = []
    for (const [index, test] of TESTS.entries()) {
      session.progress(index / TESTS.length)
      const answers = await probe(session, test)
      const answered = answers.filter(({ kind }) => kind === 'exists').length
      if (answered > 0)
        lines.push(`${test.tool}: ${answered} of ${answers.length} random names answered; it ${test.consequence}`)
    }
    return lines.length === 0 ? ['no tool sees a wildcard'] : lines
  },
}

async function probe({ client, zone }: Session, { probes, label, types }: WildcardTest): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let index = 0; index < probes; index++) {
    const name = nameFromText(`${label()}.${zone}`)
    for (const type of types) {
      const answer = readAnswer(await client.ask({ name, type, rd: true }))
      // NODATA is how a wildcard of another type answers.
      answers.push(answer.kind === 'exists' && answer.rdatas.length === 0 ? { kind: 'absent' } : answer)
    }
  }
  return answers
}

function random(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** Like those of github.com/rs/xid: twelve octets, four of them the time, in base 32. */
function xid(): string {
  const time = Math.floor(Date.now() / 1000)
    .toString(16)
    .padStart(8, '0')
  const value = BigInt(`0x${time}${randomBytes(8).toString('hex')}`) << 4n
  return value.toString(32).padStart(20, '0')
}
