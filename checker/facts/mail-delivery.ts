import { cite, type Evidence, type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { exists } from './paths.ts'
import { postfix } from './postfix.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** Where mail to an address of this host ends. */
export interface Delivery {
  readonly kind: 'person' | 'local-mailbox' | 'nowhere'
  readonly address: string
  readonly evidence: readonly Evidence[]
}

interface Alias {
  readonly targets: readonly string[]
  readonly at: Place
}

const MOST_ALIASES = 20

/** aliases(5), by local part in lower case. */
export const aliases = fact('aliases', ({ root }): ReadonlyMap<string, Alias> => {
  const file = readIfThere(root, '/etc/aliases')
  if (file === undefined) return new Map()
  return new Map(
    linesOf(file).flatMap(({ text, number }) => {
      const [, name, targets] = /^"?([^:"\s]+)"?\s*:\s*(.+)$/.exec(text) ?? []
      if (name === undefined) return []
      const words = targets!
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean)
      return [[name.toLowerCase(), { targets: words, at: placeIn(file, number) }] as const]
    }),
  )
})

/** Whether there is a program that takes mail at all: sendmail(8), by whatever mail server. */
const hasMailServer = fact('mail server', ({ root }) => exists(root, '/usr/sbin/sendmail'))

/**
 * Where mail to `address` goes: followed through aliases to another host (somebody reads it), to a mailbox here (somebody may),
 * or to nothing.
 */
export function deliveryOf(host: Host, address: string): Delivery {
  const evidence: Evidence[] = []
  if (!host.get(hasMailServer)) {
    const none: Evidence = { source: 'status', path: '/usr/sbin/sendmail', excerpt: 'not there: nothing sends mail' }
    return { kind: 'nowhere', address, evidence: [none] }
  }
  const own = ownDomains(host)
  let current = address.trim()
  const seen = new Set<string>()
  for (let steps = 0; steps < MOST_ALIASES; steps++) {
    const [local = '', domain] = current.split('@')
    if (domain !== undefined && !own.has(domain.toLowerCase())) return { kind: 'person', address: current, evidence }
    if (seen.has(local.toLowerCase())) break
    seen.add(local.toLowerCase())
    const alias = host.get(aliases).get(local.toLowerCase())
    if (alias === undefined) return { kind: 'local-mailbox', address: current, evidence }
    evidence.push(cite(alias.at))
    const away = alias.targets.find((target) => target.includes('@') && !own.has(target.split('@')[1]!.toLowerCase()))
    if (away !== undefined) return { kind: 'person', address: away, evidence }
    current = alias.targets[0]!
    if (current === '/dev/null' || current === ':blackhole:') return { kind: 'nowhere', address: current, evidence }
    if (current.startsWith('|') || current.startsWith('/') || current.startsWith(':'))
      return { kind: 'local-mailbox', address: current, evidence }
  }
  return { kind: 'nowhere', address: current, evidence }
}

/** Domains whose mail stays here. */
function ownDomains(host: Host): ReadonlySet<string> {
  const name = readIfThere(host.root, '/etc/hostname')?.text.trim()
  const mailname = readIfThere(host.root, '/etc/mailname')?.text.trim()
  const listed =
    host
      .get(postfix)
      ?.parameters.get('mydestination')
      ?.value.split(/[\s,]+/) ?? []
  const domains = [
    'localhost',
    'localhost.localdomain',
    name,
    mailname,
    ...listed.filter((each) => !each.includes('$') && !each.includes('/')),
  ]
  return new Set(domains.flatMap((each) => (each === undefined || each === '' ? [] : [each.toLowerCase()])))
}
