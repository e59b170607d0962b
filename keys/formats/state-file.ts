/*
 * BIND's .state files: how far the records of a key have spread, as its key manager saw it (bind9 lib/dns/dst_api.c).
 */
import type { KeyRecord, RecordState } from '../rollover/key-state.ts'
import { fail, type KeyFile, linesOf, quote } from './key-file.ts'
import { type LabelledLines, numberOf, printTime, readLabelledLines, timeOf } from './labelled-lines.ts'

/** What such a file says of a key. */
export interface StateFile {
  readonly algorithm: number
  /** Undefined: only the file's name tells. */
  readonly keyTag: number | undefined
  readonly isKsk: boolean
  readonly isZsk: boolean
  /** Undefined: the key manager never had the key. */
  readonly goal: 'hidden' | 'omnipresent' | undefined
  /** By record; those that BIND keeps of the key. `since`: Unix seconds. */
  readonly records: Readonly<
    Partial<Record<KeyRecord, { readonly state: RecordState; readonly since: number | undefined }>>
  >
  /** Key tags. */
  readonly predecessor: number | undefined
  readonly successor: number | undefined
  /** Seconds; 0: unlimited. */
  readonly lifetime: number | undefined
  /** Unix seconds. */
  readonly generated: number | undefined
  readonly published: number | undefined
  readonly retired: number | undefined
  readonly removed: number | undefined
}

/** BIND's names of the records, as its files begin them. */
const RECORD_NAMES: readonly (readonly [KeyRecord, string])[] = [
  ['dnskey', 'DNSKEY'],
  ['zrrsig', 'ZRRSIG'],
  ['krrsig', 'KRRSIG'],
  ['ds', 'DS'],
]

const STATES: readonly RecordState[] = ['hidden', 'rumoured', 'omnipresent', 'unretentive']
const MAX_SECONDS = 0xffff_ffff

/** Reads a .state file; throws a `KeyFileError`. */
export function readStateFile(file: KeyFile): StateFile {
  const lines = readLabelledLines(file)
  const number = (name: string, most: number) => {
    const value = lines.get(name)
    return value && numberOf(file.file, name, value, most)
  }
  const time = (name: string) => {
    const value = lines.get(name)
    return value && timeOf(file.file, name, value)
  }
  const [isKsk, isZsk] = [readYes(file.file, lines, 'KSK'), readYes(file.file, lines, 'ZSK')]
  if (!isKsk && !isZsk) {
    fail(file.file, {
      line: lines.get('KSK')!.line,
      found: 'a key that is neither KSK nor ZSK',
      expected: 'one or both',
    })
  }
  const algorithm = number('Algorithm', 255)
  if (algorithm === undefined) fail(file.file, { found: 'no "Algorithm"', expected: 'a whole .state file' })
  return {
    ...{ algorithm, keyTag: tagInComment(file), isKsk, isZsk },
    goal: readGoal(file.file, lines),
    records: Object.fromEntries(
      RECORD_NAMES.flatMap(([record, name]) => {
        const state = readState(file.file, lines, `${name}State`)
        return state === undefined ? [] : [[record, { state, since: time(`${name}Change`) }]]
      }),
    ),
    ...{ predecessor: number('Predecessor', 0xffff), successor: number('Successor', 0xffff) },
    ...{ lifetime: number('Lifetime', MAX_SECONDS), generated: time('Generated'), published: time('Published') },
    ...{ retired: time('Retired'), removed: time('Removed') },
  }
}

/** The text of such a file, for `apex` with its dot; `bits` of the public key. */
export function printStateFile(state: StateFile & { readonly keyTag: number }, apex: string, bits: number): string {
  const stamp = (name: string, at: number | undefined) =>
    at === undefined ? [] : [`${name}: ${printTime(at)} (${told(at)})`]
  const known = RECORD_NAMES.flatMap(([record, name]) => {
    const status = state.records[record]
    return status === undefined ? [] : [{ name, ...status }]
  })
  return [
    `; This is the state of key ${state.keyTag}, for ${apex}`,
    `Algorithm: ${state.algorithm}`,
    `Length: ${bits}`,
    `Lifetime: ${state.lifetime ?? 0}`,
    ...(state.predecessor === undefined ? [] : [`Predecessor: ${state.predecessor}`]),
    ...(state.successor === undefined ? [] : [`Successor: ${state.successor}`]),
    `KSK: ${state.isKsk ? 'yes' : 'no'}`,
    `ZSK: ${state.isZsk ? 'yes' : 'no'}`,
    ...stamp('Generated', state.generated),
    ...stamp('Published', state.published),
    ...stamp('Active', state.published),
    ...stamp('Retired', state.retired),
    ...stamp('Removed', state.removed),
    ...known.flatMap(({ name, since }) => stamp(`${name}Change`, since)),
    ...known.map(({ name, state: each }) => `${name}State: ${each}`),
    ...(state.goal === undefined ? [] : [`GoalState: ${state.goal}`]),
    '',
  ].join('\n')
}

/** `Wed Nov 25 16:32:09 2026`, which BIND writes for people and does not read. */
function told(unixSeconds: number): string {
  const [day, date, month, year, time] = new Date(unixSeconds * 1000).toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${date!.replace(/^0/, ' ')} ${time} ${year}`
}

function readYes(file: string, lines: LabelledLines, name: 'KSK' | 'ZSK'): boolean {
  const value = lines.get(name)
  if (value === undefined) return fail(file, { found: `no "${name}"`, expected: '"yes" or "no" for KSK and for ZSK' })
  if (/^(yes|true|no|false)$/i.test(value.text)) return /^[yt]/i.test(value.text)
  return fail(file, { line: value.line, found: `${quote(value.text)} behind ${name}`, expected: 'yes or no' })
}

function readState(file: string, lines: LabelledLines, name: string): RecordState | undefined {
  const value = lines.get(name)
  if (value === undefined || value.text === 'na') return undefined
  const state = STATES.find((each) => each === value.text.toLowerCase())
  if (state !== undefined) return state
  return fail(file, { line: value.line, found: `${quote(value.text)} behind ${name}`, expected: STATES.join(', ') })
}

function readGoal(file: string, lines: LabelledLines): StateFile['goal'] {
  const goal = readState(file, lines, 'GoalState')
  if (goal === undefined || goal === 'hidden' || goal === 'omnipresent') return goal
  return fail(file, {
    line: lines.get('GoalState')!.line,
    found: `the goal ${goal}`,
    expected: 'hidden or omnipresent',
  })
}

/** BIND says in the first line, or in the name of the file, which key it is about. */
function tagInComment(file: KeyFile): number | undefined {
  const said = /^; This is the state of key (\d{1,5})[, ]/.exec(linesOf(file)[0]!.text)?.[1]
  const named = /\+\d{3}\+(\d{5})\.state$/.exec(file.file)?.[1]
  const text = said ?? named
  return text === undefined || Number(text) > 0xffff ? undefined : Number(text)
}
