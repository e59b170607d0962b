import type { RolloverCommands } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import { duration, fold, labelled, type Paper, printable } from '../paper.ts'
import { keyName, STATE_WORDS } from './words.ts'

type Foreseen = RolloverCommands['key-emergency']['result']
type Asked = Pick<RolloverCommands['key-emergency']['arguments'], 'zone' | 'keyTag' | 'manner'>

/** What an emergency roll means before it is done: who takes over, what becomes bogus, what can still be forged. */
export function emergencyStakes(paper: Paper, foreseen: Foreseen, { zone, keyTag, manner }: Asked): string[] {
  const bad = foreseen.keys.find((key) => key.keyTag === keyTag)
  const name = printable(shortName(zone))
  const what = bad === undefined ? `the key ${keyTag}` : keyName(bad)
  return [
    paper.bold(`Emergency: ${what} of ${name} is to go, --${manner}.`),
    '',
    ...labelled(paper, [
      ['takes over', successorText(foreseen, keyTag)],
      ['bogus', bogusText(paper, foreseen.bogusSeconds)],
      ['forgeries', forgeryText(foreseen, keyTag, manner)],
      ...(bad === undefined || bad.role === 'zsk' ? [] : [['the parent', parentText(keyTag, name)] as const]),
    ]),
    ...(manner === 'security' && foreseen.bogusSeconds > 0
      ? [
          '',
          ...fold(paper, `Nothing becomes bogus with \`dnsctl key emergency ${name} --key ${keyTag} --continuity\`.`),
        ]
      : []),
  ]
}

function successorText({ keys }: Foreseen, keyTag: number): string {
  const bad = keys.find((key) => key.keyTag === keyTag)
  const young = keys.find(({ replaces }) => bad !== undefined && replaces === bad.id)
  if (young === undefined) return 'a new key, which every cache has to know first'
  const state = young.records.dnskey?.state ?? 'hidden'
  return state === 'omnipresent'
    ? `${keyName(young)}, which is everywhere already`
    : `${keyName(young)}, whose DNSKEY is ${STATE_WORDS[state]} yet: caches have to know it first`
}

function bogusText(paper: Paper, seconds: number): string {
  return seconds === 0
    ? paper.good('nothing, at no time')
    : paper.bad(
        `for up to ${duration(seconds)} validators with old caches reject answers, all of them in the worst case`,
      )
}

function forgeryText({ keys, times }: Foreseen, keyTag: number, manner: Asked['manner']): string {
  const bad = keys.find((key) => key.keyTag === keyTag)
  if (bad !== undefined && bad.role !== 'zsk') {
    return 'stay possible for as long as the parent has the DS of the bad key, and its TTL longer'
  }
  return manner === 'security'
    ? `stay possible where the old key set is cached: for up to ${duration(times.keyTtl)}`
    : `stay possible until the old key is out of every cache: about ${duration(times.maxTtl + times.keyTtl)}`
}

function parentText(keyTag: number, name: string): string {
  return `have the registrar replace the DS of ${keyTag} now: \`dnsctl key ds ${name}\` shows what by`
}
