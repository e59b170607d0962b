import { createHash, createPrivateKey } from 'node:crypto'
import { signaturePolicy } from '../../keys/signature-policy.ts'
import type { DnssecConfiguration } from '../../server/configuration/types.ts'
import type { KeyRing } from '../../server/keys/key-ring.ts'
import { openRing } from '../helpers/key-ring.ts'
import { signedZone } from '../helpers/keys.ts'
import { ZONE } from './world.ts'

/** Signatures of a day, so that a run of days sees many quanta. */
const VALIDITY = 86_400
export const MAX_TTL = VALIDITY / 2

/** The simulated operator's zone, signed with algorithm 15: an RRset has one signature only, whoever makes it. */
export const SIGNED_ZONE: DnssecConfiguration = signedZone(ZONE, {
  algorithms: [15],
  policy: signaturePolicy(VALIDITY, MAX_TTL),
}).dnssec

/** A key ring whose keys are the same in every run. */
export function simulatedKeys(): KeyRing {
  let made = 0
  return openRing({ generate: async () => ed25519Key(`simulated key ${made++}`) })
}

/** RFC 8410 §7: what stands before the seed. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

function ed25519Key(seed: string) {
  const pkcs8 = Buffer.concat([PKCS8_HEAD, createHash('sha256').update(seed).digest()])
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}
