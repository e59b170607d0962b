/*
 * Arguments of commands about rollovers, as clients send them.
 */
import { nameToText } from '../../dns/name.ts'
import { readName } from '../configuration/names.ts'
import { CommandError } from '../control/server.ts'
import type { KeySelector } from './rollover-protocol.ts'

export type Arguments = Readonly<Record<string, unknown>>

/** The zone in canonical text. */
export function readZone({ zone }: Arguments): string {
  if (typeof zone !== 'string') throw new CommandError('bad-request', 'the command takes zone, a text')
  const reading = readName(zone)
  if (reading.outcome === 'unreadable') throw new CommandError('bad-request', `zone is no name: ${reading.reason}`)
  return nameToText(reading.value).toLowerCase()
}

export function readDryRun({ isDryRun }: Arguments): boolean {
  if (isDryRun === undefined || typeof isDryRun === 'boolean') return isDryRun === true
  throw new CommandError('bad-request', 'isDryRun is true or false')
}

/** Which keys of the zone are meant. */
export function readSelector(args: Arguments): Omit<KeySelector, 'zone'> {
  const role = args.role === undefined ? undefined : readWord(args, 'role', ['ksk', 'zsk', 'csk'])
  const algorithm = args.algorithm === undefined ? undefined : readNumber(args, 'algorithm', 255)
  const keyTag = args.keyTag === undefined ? undefined : readKeyTag(args)
  return {
    ...(role === undefined ? {} : { role }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(keyTag === undefined ? {} : { keyTag }),
  }
}

/** The key tag, which has to be there. */
export function readKeyTag(args: Arguments): number {
  return readNumber(args, 'keyTag', 0xffff)
}

/** One of these words. */
export function readWord<Word extends string>(args: Arguments, name: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === args[name])
  if (word !== undefined) return word
  throw new CommandError('bad-request', `${name} is one of ${words.join(', ')}`)
}

function readNumber(args: Arguments, name: string, most: number): number {
  const value = args[name]
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new CommandError('bad-request', `${name} is a whole number from 0 to ${most}`)
}
