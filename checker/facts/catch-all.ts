import { type Place, placeIn } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import { postfix } from './postfix.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface CatchAll {
  readonly domain: string
  readonly target: string
  readonly at: Place
}

/** Domains of which every address is accepted: `@domain` in a table of Postfix (virtual(5)). */
export function catchAllDomains(host: Host): readonly CatchAll[] {
  const parameters = host.get(postfix)?.parameters
  if (parameters === undefined) return []
  const tables = ['virtual_alias_maps', 'virtual_mailbox_maps'].flatMap((name) =>
    tablesOf(parameters.get(name)?.value ?? ''),
  )
  const entries = tables.flatMap((path) => {
    const file = readIfThere(host.root, path)
    return file === undefined
      ? []
      : linesOf(file).flatMap(({ text, number }) => {
          const [, domain, target] = /^@(\S+)\s+(\S.*)$/.exec(text.trim()) ?? []
          return domain === undefined ? [] : [{ domain, target: target!, at: placeIn(file, number) }]
        })
  })
  const luser = parameters.get('luser_relay')
  const local = parameters.get('local_recipient_maps')
  const ownMail =
    luser !== undefined && luser.value !== '' && local?.value === ''
      ? [{ domain: '$mydestination', target: luser.value, at: luser.at }]
      : []
  return [...entries, ...ownMail]
}

/** Source files of tables whose text can be read: `hash:/etc/postfix/virtual`. */
function tablesOf(value: string): readonly string[] {
  return [...value.matchAll(/(?:hash|texthash|btree|lmdb|cdb|dbm):(?:\$\{?config_directory\}?)?(\/[^\s,]+)/g)].map(
    (match) => (match[0].includes('config_directory') ? `/etc/postfix${match[1]}` : match[1]!),
  )
}
