import { type Image, openImage } from '../zones/image/image.ts'
import { buildApexIndex } from './apex-index.ts'
import type { Generation, GenerationDescriptor, ImageLocation } from './generation.ts'

/**
 * Opens a generation for answering: typed arrays over the arenas, and each view's tree of apexes. What it has in common
 * with `previous`, from which the caller has answered until now, is taken over: nobody is answered meanwhile, and
 * thousands of zones would take a while. An arena that both name was read all the time, so it holds the same image.
 */
export function openGeneration(
  descriptor: GenerationDescriptor,
  arena: (id: number) => SharedArrayBuffer,
  previous?: Generation,
): Generation {
  const images = new Map<number, Image>()
  const open = ({ arena: id, length }: ImageLocation): Image => {
    const image = images.get(id) ?? previous?.images.get(id) ?? openImage(arena(id), length)
    images.set(id, image)
    return image
  }
  return {
    epoch: descriptor.epoch,
    labelSeed: descriptor.labelSeed,
    views: descriptor.views.map((view) => {
      const own = view.images.map(open)
      const before = previous?.views.find(({ name }) => name === view.name)
      const isSame = before !== undefined && haveSameApexes(before.images, own)
      return {
        name: view.name,
        images: own,
        apexes: isSame ? before.apexes : buildApexIndex(own, descriptor.labelSeed),
      }
    }),
    images,
    selection: descriptor.selection,
    identity: descriptor.identity,
  }
}

function haveSameApexes(a: readonly Image[], b: readonly Image[]): boolean {
  return a.length === b.length && a.every((image, index) => image === b[index] || hasSameApex(image, b[index]!))
}

function hasSameApex(a: Image, b: Image): boolean {
  if (a.apexLength !== b.apexLength) return false
  for (let at = 0; at < a.apexLength; at++) if (a.octets[a.apex + at] !== b.octets[b.apex + at]) return false
  return true
}
