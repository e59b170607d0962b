import type { Place } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import { parameterOf, postfix } from './postfix.ts'
import { tablesOf } from './postfix-tables.ts'

export interface CatchAll {
  readonly domain: string
  readonly target: string
  readonly at: Place
}

/** Domains of which every address is accepted: `@domain` in a table of Postfix (virtual(5)), or luser_relay for its own. */
export function catchAllDomains(host: Host): readonly CatchAll[] {
  const found = host.get(postfix)
  if (found === undefined) return []
  const entries = ['virtual_alias_maps', 'virtual_mailbox_maps']
    .flatMap((name) => tablesOf(host, found, name))
    .flatMap(({ entries }) => entries)
    .flatMap(({ key, value, at }) =>
      key.startsWith('@') && at !== undefined ? [{ domain: key.slice(1), target: value, at }] : [],
    )
  const luser = parameterOf(found, 'luser_relay')
  const isUnchecked = parameterOf(found, 'local_recipient_maps').value === ''
  const ownMail =
    luser.value !== '' && luser.at !== undefined && isUnchecked
      ? [{ domain: '$mydestination', target: luser.value, at: luser.at }]
      : []
  return [...entries, ...ownMail]
}
