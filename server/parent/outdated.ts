/*
 * Answers that are no news. Whoever is on the way to the parent's servers can repeat what these have signed, for as long as the
 * signatures hold, and a server that takes the parent's zone from another may be behind it. So what an address says of a key's DS,
 * that it is there or that it is not, counts for nothing once the parent was seen to have signed the contrary later.
 *
 * What is remembered is the latest signature of either kind, by key. Two servers that sign on their own, each at its time, do not
 * hold each other up by that: both say the same. A parent that gives many signatures the same inception, such as one that goes by
 * weeks, cannot be told from somebody who repeats what it signed in the same week.
 */
import type { SignedAnswers } from '../../keys/key-store.ts'
import { isBefore } from '../../keys/validation/verify-rrset.ts'
import { type LookedForKey, type ParentLook, presenceOf, type ServerLook } from './parent-look.ts'

/** The look, with each address marked that says something outdated of a key, by what is known from looks before. */
export function markOutdated(look: ParentLook, keys: readonly LookedForKey[], known: SignedAnswers = {}): ParentLook {
  const servers = look.servers.map((server): ServerLook => {
    const outdated = keys.filter((key) => isContradicted(key, server, known)).map(({ id }) => id)
    return outdated.length === 0 ? server : { ...server, outdated }
  })
  return { ...look, servers }
}

/** What is known after a look of the signatures about these keys; undefined: nothing of any. */
export function rememberSigned(
  known: SignedAnswers | undefined,
  { servers }: ParentLook,
  keys: readonly LookedForKey[],
): SignedAnswers | undefined {
  const after = keys.flatMap((key) => {
    let signed = known?.[key.id] ?? {}
    for (const { ds, signedAt } of servers) {
      const says = presenceOf(key, ds)
      if (signedAt === undefined || says === 'unclear' || !isLater(signedAt, signed[says])) continue
      signed = { ...signed, [says]: signedAt }
    }
    return signed.present === undefined && signed.absent === undefined ? [] : [[key.id, signed] as const]
  })
  return after.length === 0 ? undefined : Object.fromEntries(after)
}

function isContradicted(key: LookedForKey, { ds, signedAt }: ServerLook, known: SignedAnswers): boolean {
  const says = presenceOf(key, ds)
  if (signedAt === undefined || says === 'unclear') return false
  const contrary = known[key.id]?.[says === 'present' ? 'absent' : 'present']
  return contrary !== undefined && isBefore(signedAt, contrary)
}

function isLater(signedAt: number, known: number | undefined): boolean {
  return known === undefined || isBefore(known, signedAt)
}
