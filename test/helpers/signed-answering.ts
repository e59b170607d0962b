/*
 * Signed zones in this process: keys, key sets and a generation, without store, threads or sockets.
 */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { keyTagOf } from '../../dns/key-tag.ts'
import { algorithmOf } from '../../keys/algorithms.ts'
import { apexRRsets, preparedApexRRset, signApexRRset } from '../../keys/apex-rrsets.ts'
import { dnskeyRdata } from '../../keys/dnskey.ts'
import type { KeyRole } from '../../keys/key-role.ts'
import type { KeyMaterial, KeySetDescriptor } from '../../keys/key-set.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { quantumAt, type SignaturePolicy, signaturePolicy } from '../../keys/signature-policy.ts'
import type { ViewConfiguration } from '../../server/configuration/types.ts'
import type { ImageDecoys } from '../../server/decoys.ts'
import type { GeneratedRange } from '../../server/generated-names.ts'
import type { Generation, GenerationDescriptor, ImageSigning } from '../../server/generation.ts'
import { cookieSecret } from '../../server/guard/cookie-secret.ts'
import { openGeneration } from '../../server/open-generation.ts'
import { compileViewSelection } from '../../server/view-selection.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import { labelSeed } from '../../zones/image/seeds.ts'
import { TWO_VIEWS, type ZoneText } from './answering.ts'
import type { TrustedZone } from './validator.ts'
import { compileProjection, TEST_SECRET, wireName, zoneProjection } from './zone.ts'

/** A zone as tests write it, and how it is signed; without `signing` it is not. */
export interface SignedZoneText extends ZoneText {
  readonly signing?: Signing | undefined
  /** By view. */
  readonly decoys?: Readonly<Record<string, ImageDecoys>>
  /** In all views. */
  readonly generated?: readonly GeneratedRange[]
}

/** What may differ from the defaults: algorithm 15, compact denial, flat wildcards. */
export interface Signing {
  /** None: a zone without keys. */
  readonly algorithms?: readonly number[]
  readonly denial?: DenialMode
  readonly wildcards?: WildcardStyle
  readonly cds?: 'publish' | 'delete' | 'off'
}

/** Unix seconds at which tests ask, unless they say otherwise. */
export const NOW = 1_800_000_000
export const POLICY: SignaturePolicy = signaturePolicy(14 * 86_400, 86_400)

/** A generation with these zones in all of `views`, signed for `NOW`. */
export function signedGenerationOf(
  zones: Readonly<Record<string, SignedZoneText>>,
  views: readonly ViewConfiguration[] = TWO_VIEWS,
): Generation {
  const arenas: SharedArrayBuffer[] = []
  const entries = Object.entries(zones)
  const signed = entries.filter(([, { signing }]) => signing !== undefined)
  const locate = (
    view: string,
    [name, zone]: [string, SignedZoneText],
  ): GenerationDescriptor['views'][0]['images'][0] => {
    const overlay = zone.overlays?.[view]
    const projection = zoneProjection(name, zone.base, {
      ...(overlay === undefined ? {} : { overlay }),
      hide: zone.hide?.[view] ?? [],
    })
    const { memory, length } = compileProjection(projection)
    const arena = arenas.push(memory) - 1
    const keySet = signed.findIndex(([other]) => other === name)
    const decoys = zone.decoys?.[view]
    return {
      ...{ arena, length },
      ...(zone.signing && { signing: imageSigning(zone.signing, keySet, arena) }),
      ...(decoys && { decoys }),
      ...(zone.generated && { generated: zone.generated }),
    }
  }
  const descriptor: GenerationDescriptor = {
    epoch: 1,
    labelSeed: labelSeed(TEST_SECRET),
    views: views.map(({ name }) => ({
      name,
      cookieSecret: cookieSecret(TEST_SECRET, name),
      images: entries.map((entry) => locate(name, entry)),
    })),
    selection: compileViewSelection(views, 1),
    keySets: signed.map(([name, { signing }]) => keySetOf(name, signing!)),
    identity: {},
  }
  return openGeneration(descriptor, { arena: (id) => arenas[id]!, openKey: openSigningKey, nsec3Hash })
}

function imageSigning({ denial, wildcards }: Signing, keySet: number, arena: number): ImageSigning {
  return {
    keySet,
    stamp: arena + 1,
    denial: denial ?? DenialMode.Compact,
    wildcards: wildcards ?? WildcardStyle.Flat,
    cellSeed: 12345,
    phaseSeed: 54321,
  }
}

/** The keys that tests sign a zone with. */
export function keySetOf(zone: string, { algorithms = [15], denial, cds = 'publish' }: Signing): KeySetDescriptor {
  const ofRole = (role: KeyRole) => algorithms.map((algorithm) => testKey(role, algorithm))
  const [keySigning, zoneSigning] = [ofRole('ksk'), ofRole('zsk')]
  const plan = {
    apex: wireName(zone),
    ttl: 3600,
    dnskeys: [...keySigning, ...zoneSigning].map(({ dnskey }) => dnskey),
    keySigning: keySigning.map(({ dnskey }) => dnskey),
    ...{ cds, nsec3: denial === DenialMode.Nsec3WhiteLies },
  }
  const quantum = quantumAt(POLICY, PHASE, NOW)
  return {
    zone,
    epoch: 1,
    policy: POLICY,
    signers: zoneSigning,
    apexRRsets: apexRRsets(plan).map((rrset) => {
      const keys = (rrset.type === 51 ? zoneSigning : keySigning).map((material) => ({
        key: openSigningKey(material),
        dnskey: material.dnskey,
      }))
      const sign = (at: number) => signApexRRset(rrset, keys, { policy: POLICY, phase: PHASE, quantum: at })
      return preparedApexRRset(rrset, [sign(quantum), sign(quantum + 1)])
    }),
  }
}

const PHASE = 4711

/** The same key for the same role and algorithm: made once, or for Ed25519 derived, so that its signatures never change. */
function testKey(role: KeyRole, algorithm: number): KeyMaterial {
  const known = KEYS.get(`${role} ${algorithm}`)
  if (known !== undefined) return known
  const privateKey = algorithm === 15 ? ed25519Key(role) : randomKey(algorithm)
  const dnskey = dnskeyRdata(role, algorithm, privateKey)
  const key = { algorithm, keyTag: keyTagOf(dnskey), dnskey, privateKey }
  KEYS.set(`${role} ${algorithm}`, key)
  return key
}

const KEYS = new Map<string, KeyMaterial>()

function ed25519Key(seed: string): KeyObject {
  const pkcs8 = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    createHash('sha256').update(seed).digest(),
  ])
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}

function randomKey(algorithm: number): KeyObject {
  if (algorithmOf(algorithm).kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return generateKeyPairSync('ec', { namedCurve: algorithm === 13 ? 'P-256' : 'P-384' }).privateKey
}

/** The zones of a generation that sign, as a validator trusts them. */
export function trustedZonesOf(zones: Readonly<Record<string, SignedZoneText>>): TrustedZone[] {
  return Object.entries(zones).flatMap(([name, { signing }]) => {
    if (signing === undefined) return []
    const { algorithms = [15] } = signing
    const dnskeys = algorithms.flatMap((algorithm) => [
      testKey('ksk', algorithm).dnskey,
      testKey('zsk', algorithm).dnskey,
    ])
    return [{ apex: wireName(name), dnskeys }]
  })
}
