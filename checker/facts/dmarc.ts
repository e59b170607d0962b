import { txtOf, type ZoneKnowledge } from './spf.ts'
import type { ZoneRecord } from './veil-zones.ts'

/** What receivers are asked to do with mail in a domain's name that is not signed in it (RFC 7489 §6.3). */
export interface DmarcReading {
  readonly records: readonly ZoneRecord[]
  /** Undefined where there is none, where there are several, and where none that there is is named. */
  readonly policy: { readonly action: 'none' | 'quarantine' | 'reject'; readonly share: number } | undefined
  /** It is that of a name above, so its `sp` counts before its `p`. */
  readonly isOfSubdomains: boolean
}

const ACTIONS = ['none', 'quarantine', 'reject'] as const

/** The policy of the domain, or of the nearest name above it that has one, down to two labels (§6.6.3). */
export function dmarcOf({ records }: ZoneKnowledge, domain: string): DmarcReading {
  const labels = domain.split('.')
  for (let index = 0; index < labels.length - 1; index++) {
    const owner = `_dmarc.${labels.slice(index).join('.')}.`
    const found = records.filter(
      (record) => record.type === 'TXT' && record.owner === owner && /^v=DMARC1\b/.test(txtOf(record)),
    )
    if (found.length > 0) return { records: found, policy: policyIn(found, index > 0), isOfSubdomains: index > 0 }
  }
  return { records: [], policy: undefined, isOfSubdomains: false }
}

function policyIn(found: readonly ZoneRecord[], isOfSubdomains: boolean): DmarcReading['policy'] {
  const [record, ...more] = found
  if (record === undefined || more.length > 0) return undefined
  const tags = new Map(
    txtOf(record)
      .split(';')
      .map((tag) => [
        tag.split('=', 1)[0]!.trim().toLowerCase(),
        tag
          .slice(tag.indexOf('=') + 1)
          .trim()
          .toLowerCase(),
      ]),
  )
  const word = (isOfSubdomains ? tags.get('sp') : undefined) ?? tags.get('p')
  const action = ACTIONS.find((each) => each === word)
  if (action === undefined) return undefined
  const share = /^\d{1,3}$/.test(tags.get('pct') ?? '') ? Number(tags.get('pct')) : 100
  return { action, share }
}
