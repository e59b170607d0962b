import { randomBytes } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import { nameFromText } from '../../dns/name.ts'
import { OFTEN_ASKED } from '../../guard/detection/words.ts'
import { type Method, readAnswer, type Session, tryNames } from './session.ts'

/** Children of so many names at most are guessed. */
const MOST_PARENTS = 8
const MOST_PERMUTATIONS = 2_000
const AFFIXES = ['dev', 'test', 'stage', 'staging', 'prod', 'int', 'old', 'new', 'api', 'admin', 'internal']
/** What is guessed below a name. */
const DEEPER = [...OFTEN_ASKED, 'db', 'sql', 'app', 'node1', 'web1', 'web2', 'backup', 'git', 'ci', 'redis', 'vault']
const NUMBERS = ['1', '2', '3', '01', '02']

/** The list of words, at the apex and then below what was found. */
export const guessWords: Method = {
  name: 'words',
  summary: 'asks for every word of the list, and again below what it found',
  async run(session) {
    const found = await tryNames(
      session,
      'words',
      session.words.map((word) => `${word}.${session.zone}`),
    )
    const parents: string[] = []
    for (const parent of found.slice(0, MOST_PARENTS)) if (!(await hasWildcard(session, parent))) parents.push(parent)
    const below = parents.flatMap((parent) => DEEPER.map((word) => `${word}.${parent}`))
    const deeper = await tryNames(session, 'words', below)
    return [
      `${session.words.length} words at the apex: ${found.length} answered; below ${parents.length} of them: ${deeper.length}`,
    ]
  },
}

/** Siblings of what was found: dev-api, api-dev, api2, apidev. */
export const guessPermutations: Method = {
  name: 'permutations',
  summary: 'asks for siblings of what was found: dev-api, api-dev, api2',
  async run(session) {
    const names = permutations(session).slice(0, MOST_PERMUTATIONS)
    const found = await tryNames(session, 'permutations', names)
    return [`${names.length} siblings of what was found: ${found.length} answered`]
  },
}

/** Below a wildcard every guess is answered: tools look at each level and keep away. */
async function hasWildcard({ client }: Session, parent: string): Promise<boolean> {
  const name = nameFromText(`${randomBytes(5).toString('hex')}.${parent}`)
  return readAnswer(await client.ask({ name, type: Type.A, rd: true })).kind === 'exists'
}

function permutations({ findings, zone }: Session): string[] {
  const names = [...findings.keys()]
  const made = names.flatMap((name) => {
    const dot = name.indexOf('.')
    return siblings(name.slice(0, dot)).map((label) => `${label}${name.slice(dot)}`)
  })
  return [...new Set(made)].filter((name) => !findings.has(name) && name.endsWith(`.${zone}`) && fits(name))
}

function siblings(label: string): string[] {
  const stem = label.replace(/\d+$/, '')
  return [
    ...AFFIXES.flatMap((affix) => [`${label}-${affix}`, `${affix}-${label}`, `${label}${affix}`]),
    ...NUMBERS.flatMap((number) => [`${stem}${number}`, `${stem}-${number}`]),
  ]
}

function fits(name: string): boolean {
  return name.length < 250 && name.indexOf('.') <= 63
}
