import { createCookieJar } from '../guard/cookies.ts'
import { createNameSet } from '../guard/name-set.ts'
import { Reaction } from '../guard/reaction.ts'
import type { KeyMaterial } from '../keys/key-set.ts'
import { signatureCost } from '../keys/signing-budget.ts'
import type { SigningKey } from '../keys/signing-key.ts'
import type { Nsec3Hash } from '../zones/denial/deny.ts'
import { type Image, openImage } from '../zones/image/image.ts'
import { Header, PresignedDenial } from '../zones/image/layout.ts'
import { openMadeNames } from './answer/made-names.ts'
import { buildApexIndex } from './apex-index.ts'
import type { Generation, GenerationDescriptor, ImageLocation, OpenZone, ZoneSigner } from './generation.ts'

/** What a generation is opened with. */
export interface OpenOptions {
  /** The memory of an arena. */
  readonly arena: (id: number) => SharedArrayBuffer
  readonly openKey: (material: KeyMaterial) => SigningKey
  readonly nsec3Hash: Nsec3Hash
  /**
   * The generation that the caller has answered from until now. What both have in common is taken over: nobody is answered
   * meanwhile, and thousands of zones would take a while. An arena that both name was read all the time, so it holds
   * the same image.
   */
  readonly previous?: Generation | undefined
}

/** Opens a generation for answering: typed arrays over the arenas, keys ready to sign, each view's tree of apexes. */
export function openGeneration(descriptor: GenerationDescriptor, options: OpenOptions): Generation {
  const { previous } = options
  const images = new Map<number, Image>()
  const open = ({ arena: id, length }: ImageLocation): Image => {
    const image = images.get(id) ?? previous?.images.get(id) ?? openImage(options.arena(id), length)
    images.set(id, image)
    return image
  }
  const keySets = openKeySets(descriptor, options)
  return {
    epoch: descriptor.epoch,
    labelSeed: descriptor.labelSeed,
    views: descriptor.views.map((view) => {
      const zones = view.images.map((location) => {
        const image = open(location)
        const made = openMadeNames(location, image, descriptor.labelSeed)
        const signer = openSigner(location, image, keySets, options.nsec3Hash)
        const { reaction = Reaction.None, sparesProved = false, honey: names } = location
        const honey = names && createNameSet(names, descriptor.labelSeed)
        const answersAnyName = made !== undefined || image.words[Header.WildcardCount]! > 0
        return { image, signer, reaction, sparesProved, honey, answersAnyName, made }
      })
      const before = previous?.views.find(({ name }) => name === view.name)
      const isSame = before !== undefined && haveSameApexes(before.zones, zones)
      const apexes = isSame ? before.apexes : buildApexes(zones, descriptor.labelSeed)
      const cookies = view.cookieSecret && createCookieJar(view.cookieSecret)
      return { name: view.name, zones, apexes, cookies, starved: view.starved }
    }),
    images,
    keySets,
    selection: descriptor.selection,
    identity: descriptor.identity,
    bans: descriptor.bans,
    isLocked: descriptor.isLocked,
  }
}

/** A key set that was open before keeps its keys; its apex RRsets are signed anew from time to time. */
function openKeySets({ keySets }: GenerationDescriptor, { openKey, previous }: OpenOptions): Generation['keySets'] {
  return keySets.map((set) => {
    const before = previous?.keySets.find(({ zone, epoch }) => zone === set.zone && epoch === set.epoch)
    return { ...set, keys: before?.keys ?? set.signers.map(openKey) }
  })
}

function openSigner(
  { signing, decoys, generated }: ImageLocation,
  image: Image,
  keySets: Generation['keySets'],
  hash: Nsec3Hash,
): ZoneSigner | undefined {
  if (image.presigned !== PresignedDenial.None) return { kind: 'presigned', nsec3Hash: hash }
  if (signing === undefined) return undefined
  const { policy, keys, apexRRsets } = keySets[signing.keySet]!
  const { stamp, denial: mode, wildcards, cellSeed, phaseSeed } = signing
  return {
    kind: 'online',
    stamp,
    policy,
    phaseSeed,
    keys,
    signatureOctets: keys.reduce((sum, key) => sum + key.signatureOctets, 0),
    signingCost: keys.reduce((sum, key) => sum + signatureCost(key.algorithm), 0),
    denial: {
      image,
      mode,
      wildcards,
      apexTypes: apexRRsets.map(({ type }) => type),
      hash,
      cellSeed,
      makesNames: decoys?.active === true || generated !== undefined,
    },
    apexRRsets,
  }
}

function buildApexes(zones: readonly OpenZone[], seed: number) {
  return buildApexIndex(
    zones.map(({ image }) => image),
    seed,
  )
}

function haveSameApexes(a: readonly OpenZone[], b: readonly OpenZone[]): boolean {
  return a.length === b.length && a.every(({ image }, index) => isOfSameZone(image, b[index]!.image))
}

function isOfSameZone(a: Image, b: Image): boolean {
  if (a === b) return true
  if (a.apexLength !== b.apexLength) return false
  for (let at = 0; at < a.apexLength; at++) if (a.octets[a.apex + at] !== b.octets[b.apex + at]) return false
  return true
}
