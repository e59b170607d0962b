import { randomBytes } from 'node:crypto'
import type { KeyRole } from '../../keys/key-role.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { type Generate, makeKey } from '../../keys/make-key.ts'
import { assumedRecords } from '../../keys/rollover/assumed-records.ts'
import { type Sealing, wipe } from '../../keys/sealing.ts'

/** What a zone is to have keys for. */
export interface KeyNeed {
  /** Canonical text. */
  readonly zone: string
  readonly algorithms: readonly number[]
  /** Its keys so far. */
  readonly existing: StoredKeySet | undefined
}

/** What makes keys. */
export interface KeyMaking {
  readonly sealing: Sealing
  readonly nowSeconds: number
  readonly generate: Generate
}

const KEY_ID_OCTETS = 8
const ROLES: readonly KeyRole[] = ['ksk', 'zsk']

/** Whether the zone lacks a KSK or a ZSK of one of its algorithms. */
export function lacksKeys(need: KeyNeed): boolean {
  return missingKeys(need).length > 0
}

/**
 * The zone's key set with a KSK and a ZSK of each algorithm: the keys there are, and new ones, sealed but not stored
 * yet.
 */
export async function completeKeySet(need: KeyNeed, making: KeyMaking): Promise<StoredKeySet> {
  const keys = [...(need.existing?.keys ?? [])]
  for (const { role, algorithm } of missingKeys(need)) {
    const dnskeys = keys.map(({ dnskey }) => dnskey)
    const { dnskey, keyTag, privateKey } = await makeKey(role, algorithm, dnskeys, making.generate)
    const id = randomBytes(KEY_ID_OCTETS).toString('hex')
    const secret = privateKey.export({ format: 'der', type: 'pkcs8' })
    const sealed = making.sealing.seal(secret, need.zone, id)
    wipe(secret)
    const created = making.nowSeconds
    const states = { duty: 'active', dutySince: created, records: assumedRecords(role, created) } as const
    keys.push({ id, role, algorithm, keyTag, created, ...states, dnskey, sealed })
  }
  const { epoch, ...rest } = need.existing ?? { epoch: 0, goal: 'secure', isPaused: false }
  return { ...rest, zone: need.zone, epoch: epoch + 1, keys }
}

/** Whether a key of the one role does what the other is for. */
function does(role: KeyRole, wanted: KeyRole): boolean {
  return role === wanted || role === 'csk'
}

function missingKeys({ algorithms, existing }: KeyNeed): Pick<StoredKey, 'role' | 'algorithm'>[] {
  return algorithms
    .flatMap((algorithm) => ROLES.map((role) => ({ role, algorithm })))
    .filter(({ role, algorithm }) => !existing?.keys.some((key) => key.algorithm === algorithm && does(key.role, role)))
}
