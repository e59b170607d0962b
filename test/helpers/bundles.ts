import type { Bundle, BundleKey, BundleRequest } from '../../keys/bundle/bundle.ts'
import { planBundle } from '../../keys/bundle/bundle-plan.ts'
import { signBundle } from '../../keys/bundle/bundle-signing.ts'
import type { KeyMaterial } from '../../keys/key-set.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { type SignaturePolicy, signaturePolicy } from '../../keys/signature-policy.ts'
import { drawKey } from './keys.ts'

/** The keys of one zone, some of them to come. */
export interface BundleWorld {
  readonly ksk: KeyMaterial
  readonly zsks: readonly KeyMaterial[]
}

export const DAY = 86_400

/** Draws keys with tags of their own. */
export async function drawWorld(zsks = 3, algorithm = 15): Promise<BundleWorld> {
  const drawn = new Map<number, KeyMaterial>()
  while (drawn.size < zsks) {
    const key = await drawKey(algorithm, 'zsk')
    drawn.set(key.keyTag, key)
  }
  let ksk = await drawKey(algorithm, 'ksk')
  while (drawn.has(ksk.keyTag)) ksk = await drawKey(algorithm, 'ksk')
  return { ksk, zsks: [...drawn.values()] }
}

/** The public half, as a bundle has it. */
export function toBundleKey(role: 'ksk' | 'zsk', { keyTag, dnskey }: KeyMaterial): BundleKey {
  return { keyTag, role, dnskey }
}

/** A request for the first ZSK in use, and the others to follow. */
export function requestFor(
  { ksk, zsks }: BundleWorld,
  {
    now = 1_800_000_000,
    days = 28,
    policy = signaturePolicy(14 * DAY, 7 * DAY) as SignaturePolicy,
    zone = 'example.com.',
  } = {},
): BundleRequest {
  const planned = planBundle({
    ...{ zone, now, duration: days * DAY, policy, ttl: 3600 },
    keySigning: [{ keys: [toBundleKey('ksk', ksk)], isOptional: false }],
    zoneSigning: [{ keys: zsks.map((key) => toBundleKey('zsk', key)), isOptional: false }],
    published: [ksk.keyTag, zsks[0]!.keyTag],
    offline: [ksk.keyTag],
    announces: true,
    removes: false,
  })
  if (planned.outcome !== 'planned') throw new Error(`${planned.signatures} signatures`)
  return planned.request
}

/** The request signed by the world's KSK. */
export function signedBy({ ksk }: Pick<BundleWorld, 'ksk'>, request: BundleRequest): Promise<Bundle> {
  return signBundle(request, [{ key: openSigningKey(ksk), dnskey: ksk.dnskey }], request.made + 60)
}
