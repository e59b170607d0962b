import type { Target } from '../targets/targets.ts'
import { type Runner, type RunnerMeans, singleAddresses } from './runner.ts'

/** Names that are looked at in one run. */
const MOST_NAMES = 1_000
const NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/

/** Why a target has no inner names to ask for; undefined: it has. */
export function lacksInnerNames(target: Target): string | undefined {
  if (target.innerNames === undefined) return 'it names no file of `inner-names`'
  return singleAddresses(target).length === 0 ? 'it names no single address' : undefined
}

/** The names of the target's file: lower case, each with its dot at the end. */
export function innerNames({ gate, readText }: RunnerMeans): readonly string[] {
  const lines = readText(gate.target.innerNames!).split('\n')
  const names = lines.map((line) => line.trim().toLowerCase()).map((name) => (name.endsWith('.') ? name : `${name}.`))
  return [...new Set(names)].filter((name) => name.length < 254 && NAME.test(name)).slice(0, MOST_NAMES)
}

/** What a plan says of it. */
export const planOf =
  (what: string): Runner['plan'] =>
  (target) =>
    singleAddresses(target).map((to) => ({ what: `${what}, for each name of ${target.innerNames}`, to, times: 1 }))

/** The name with another first label of the same length, which nobody has. */
export function nobodyBeside(name: string, random: () => string): string {
  const dot = name.indexOf('.')
  const letters = [...`${random()}${random()}`].map((digit) => 'ghijklmnopqrstuv'[Number.parseInt(digit, 16)] ?? 'x')
  return `${letters.join('').slice(0, dot).padEnd(dot, 'x')}${name.slice(dot)}`
}
