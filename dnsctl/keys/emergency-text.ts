import { duration, fold, labelled, type Paper, printable } from '../../console/paper.ts'
import { STATE_WORDS } from '../../keys/rollover/state-words.ts'
import type { RolloverCommands } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import { keyName } from './words.ts'

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
      ['bogus', bogusText(paper, foreseen)],
      ['forgeries', forgeryText(foreseen)],
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

function bogusText(paper: Paper, { bogusSeconds, needsParent }: Foreseen): string {
  if (bogusSeconds === 0) return paper.good('nothing, at no time')
  const since = needsParent ? 'from now until the parent has changed the DS, and ' : ''
  return paper.bold(
    `validators with old caches reject answers, all of them in the worst case: ${since}for up to ${duration(bogusSeconds)}`,
  )
}

function forgeryText({ forgeableSeconds, needsParent }: Foreseen): string {
  if (forgeableSeconds === 0) return 'not with this key: no validator trusts it'
  const end = `for up to ${duration(forgeableSeconds)}`
  return needsParent ? `stay possible until the parent has changed the DS, and ${end} then` : `stay possible ${end}`
}

function parentText(keyTag: number, name: string): string {
  return `have the registrar replace the DS of ${keyTag} now: \`dnsctl key ds ${name}\` shows what by`
}
