import type { KeyObject } from 'node:crypto'
import { dkimTags, isPublished, rsaBits } from '../../facts/dkim-key.ts'
import type { DkimSigner } from '../../facts/dkim-signers.ts'
import { dmarcOf } from '../../facts/dmarc.ts'
import { isOwn, type ZoneKnowledge } from '../../facts/spf.ts'
import type { ZoneRecord } from '../../facts/veil-zones.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'

/** What is so of a domain's mail, and what that rests on beside what its subject does. */
export type Verdict = Pick<Judgement, 'state' | 'cause' | 'reason'> & { readonly evidence?: readonly Evidence[] }

const SHORT_KEY = 2048
const WEAK_KEY = 1024

/** What a public view of own zones has of the key that signs mail of a domain, and of what becomes of mail that is not signed. */
export function publishedVerdict(
  domain: string,
  known: ZoneKnowledge | undefined,
  signer: DkimSigner,
  key: KeyObject,
): Verdict {
  const owner = `${signer.selector}._domainkey.${signer.domain}.`.toLowerCase()
  if (known === undefined || !isOwn(known, owner)) {
    return {
      state: 'unknown',
      cause: 'no-zone',
      reason: 'Its zone is not served from here, so the key that it publishes cannot be compared.',
    }
  }
  const [record, ...more] = known.records.filter((each) => each.owner === owner && each.type === 'TXT')
  if (record === undefined) {
    const evidence: readonly Evidence[] = [{ source: 'zone', path: owner, excerpt: 'no TXT record' }]
    return {
      state: 'fail',
      cause: 'no-record',
      reason: 'Its mail is signed, but the zone does not serve the key: no receiver can verify it.',
      evidence,
    }
  }
  const evidence = [record, ...more].map((each) => each.evidence)
  if (more.length > 0)
    return {
      state: 'fail',
      cause: 'several-records',
      reason: 'The zone serves more than one key at this selector, and receivers take any of them.',
      evidence,
    }
  const verdict = recordVerdict(domain, known, record, key)
  return { ...verdict, evidence: [...evidence, ...(verdict.evidence ?? [])] }
}

function recordVerdict(domain: string, known: ZoneKnowledge, record: ZoneRecord, key: KeyObject): Verdict {
  const tags = dkimTags(record)
  const published = tags.get('p') ?? ''
  const bits = rsaBits(key)
  if (published === '')
    return {
      state: 'fail',
      cause: 'revoked',
      reason: 'The zone says that the key is revoked (an empty p=), and mail is still signed with it.',
    }
  if (!isPublished(key, published)) {
    return {
      state: 'fail',
      cause: 'mismatch',
      reason: 'The key that the zone serves is not the one that signs: every signature is broken.',
    }
  }
  if (bits !== undefined && bits < WEAK_KEY)
    return { state: 'fail', cause: 'weak-key', reason: 'The key is shorter than 1024 bits: receivers ignore it.' }
  if (bits !== undefined && bits < SHORT_KEY)
    return { state: 'warn', cause: 'short-key', reason: 'The key is shorter than 2048 bits.' }
  if (tags.get('t')?.split(':').includes('y')) {
    return {
      state: 'warn',
      cause: 'testing',
      reason: 'The record says that it is only a test (t=y), so receivers treat signed mail as unsigned.',
    }
  }
  return dmarcVerdict(domain, known) ?? SIGNED
}

const SIGNED: Verdict = {
  state: 'pass',
  cause: 'signed',
  reason: 'Mail is signed with the key whose public half the zone serves, and what is not is refused or set aside.',
}

/** What is missing of the domain's DMARC policy; undefined where it has receivers refuse, or set aside, all mail that is not signed. */
function dmarcVerdict(domain: string, known: ZoneKnowledge): Verdict | undefined {
  const { records, policy, isOfSubdomains } = dmarcOf(known, domain)
  const warn = (cause: string, reason: string): Verdict => ({
    state: 'warn',
    cause,
    reason,
    evidence: records.map(({ evidence }) => evidence),
  })
  if (records.length === 0) {
    return warn('no-dmarc', 'Mail is signed, but no DMARC record tells receivers what to do with mail that is not.')
  }
  if (policy === undefined) {
    return warn('dmarc-void', 'Its DMARC records are several, or name no policy that there is: receivers take none.')
  }
  if (policy.action === 'none') {
    const whose = isOfSubdomains ? 'for names below the domain that has it' : 'by itself'
    return warn('dmarc-none', `Its DMARC policy only watches, ${whose} (none): mail that is not signed is taken in.`)
  }
  if (policy.share < 100) {
    return warn('dmarc-part', 'Its DMARC policy holds for a part of the mail only (pct): the rest is taken in.')
  }
  return undefined
}
