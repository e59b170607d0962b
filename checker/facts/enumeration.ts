import { cite, type Evidence } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import type { MailDomain } from './mail-domains.ts'
import { citeParameter, type Postfix, parameterOf } from './postfix.ts'
import { lookUp, type Table, type TableEntry, tablesOf } from './postfix-tables.ts'

/** What the tables of Postfix make of a name at a domain that nobody has. */
export interface UnknownRecipient {
  readonly outcome: 'accepted' | 'refused' | 'opaque'
  /** Where it goes, if a table says so. */
  readonly target: string | undefined
  readonly evidence: readonly Evidence[]
}

/** No operator gives this name to anybody. */
const NOBODY = 'no-such-user-7q4x2m'

/** Parameters whose tables say which recipients of a class exist; empty, all do. */
const RECIPIENTS: Readonly<Record<MailDomain['kind'], string>> = {
  local: 'local_recipient_maps',
  'virtual-alias': 'virtual_alias_maps',
  'virtual-mailbox': 'virtual_mailbox_maps',
  relay: 'relay_recipient_maps',
}

/**
 * Whether smtpd(8) takes a recipient that nobody has: a virtual alias of any domain counts, then the tables of the domain's
 * class (ADDRESS_CLASS_README); smtpd_reject_unlisted_recipient = no takes all.
 */
export function unknownRecipientOf(host: Host, found: Postfix, domain: MailDomain): UnknownRecipient {
  const address = `${NOBODY}@${domain.name}`
  const aliases = tablesOf(host, found, 'virtual_alias_maps')
  const alias = lookUp(aliases, address)
  if (alias !== undefined) return accepted(alias)
  const name = RECIPIENTS[domain.kind]
  const setting = parameterOf(found, name)
  const evidence = [...(domain.at === undefined ? [] : [cite(domain.at)]), citeParameter(name, setting)]
  if (setting.value === '' && domain.kind !== 'virtual-alias') {
    const luser = parameterOf(found, 'luser_relay')
    const target = domain.kind === 'local' && luser.value !== '' ? luser.value : undefined
    return {
      outcome: 'accepted',
      target,
      evidence: target === undefined ? evidence : [...evidence, citeParameter('luser_relay', luser)],
    }
  }
  const own = domain.kind === 'virtual-alias' ? [] : tablesOf(host, found, name)
  const entry = domain.kind === 'local' ? undefined : lookUp(own, address)
  if (entry !== undefined) return accepted(entry)
  const unlisted = parameterOf(found, 'smtpd_reject_unlisted_recipient')
  if (unlisted.value === 'no') {
    const kept = [...evidence, citeParameter('smtpd_reject_unlisted_recipient', unlisted)]
    return { outcome: 'accepted', target: undefined, evidence: kept }
  }
  if ([...aliases, ...own].some(isUntold)) return { outcome: 'opaque', target: undefined, evidence }
  return { outcome: 'refused', target: undefined, evidence }
}

/** Users of the system and aliases are tables of names only: nobody's is not among them. */
function isUntold({ kind, name }: Table): boolean {
  return kind === 'opaque' && !/^unix:passwd\.byname/.test(name)
}

function accepted(entry: TableEntry): UnknownRecipient {
  return { outcome: 'accepted', target: entry.value, evidence: entry.at === undefined ? [] : [cite(entry.at)] }
}
