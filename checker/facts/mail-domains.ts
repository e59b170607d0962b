import type { Place } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { postfix } from './postfix.ts'
import { type Table, tablesOf } from './postfix-tables.ts'

/** Domains that Postfix takes mail for, after its address classes (ADDRESS_CLASS_README). */
export interface MailDomain {
  /** Lower case, without a dot at the end. */
  readonly name: string
  readonly kind: 'local' | 'virtual-alias' | 'virtual-mailbox' | 'relay'
  readonly at: Place | undefined
}

export interface MailDomains {
  readonly domains: readonly MailDomain[]
  /** Tables of domains that only a running server could tell. */
  readonly opaque: readonly string[]
}

/** The order in which Postfix looks: a domain belongs to the first class that names it. */
const CLASSES = [
  { kind: 'local', parameter: 'mydestination' },
  { kind: 'virtual-alias', parameter: 'virtual_alias_domains' },
  { kind: 'virtual-mailbox', parameter: 'virtual_mailbox_domains' },
  { kind: 'relay', parameter: 'relay_domains' },
] as const

/** All domains that Postfix takes mail for; none where there is no Postfix. */
export const mailDomains = fact('domains of mail', (host): MailDomains => {
  const found = host.get(postfix)
  if (found === undefined) return { domains: [], opaque: [] }
  const domains = new Map<string, MailDomain>()
  const opaque: string[] = []
  for (const { kind, parameter } of CLASSES) {
    for (const table of tablesOf(host, found, parameter)) {
      if (table.kind !== 'keys') opaque.push(table.name)
      for (const { name, at } of namesIn(table)) {
        if (!domains.has(name)) domains.set(name, { name, kind, at })
      }
    }
  }
  return { domains: [...domains.values()], opaque }
})

/** The domains of this host that others may know: with a dot, and none of its names for itself. */
export function worldlyDomains(host: Host): readonly MailDomain[] {
  return host
    .get(mailDomains)
    .domains.filter(({ name }) => name.includes('.') && !/(?:^|\.)(?:localhost|localdomain)$/.test(name))
}

/** Keys that are domains; those with `@` are addresses, and one with a dot in front stands for names below. */
function namesIn(table: Table): readonly { readonly name: string; readonly at: Place | undefined }[] {
  return table.entries
    .filter(({ key }) => !/[@/$]/.test(key))
    .map(({ key, at }) => ({ name: key.replace(/^\./, ''), at }))
}
