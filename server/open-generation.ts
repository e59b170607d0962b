import { openImage } from '../zones/image/image.ts'
import { buildApexIndex } from './apex-index.ts'
import type { Generation, GenerationDescriptor } from './generation.ts'

/** Opens a generation for answering: typed arrays over the arenas, and each view's tree of apexes. */
export function openGeneration(descriptor: GenerationDescriptor, arena: (id: number) => SharedArrayBuffer): Generation {
  return {
    epoch: descriptor.epoch,
    labelSeed: descriptor.labelSeed,
    views: descriptor.views.map((view) => {
      const images = view.images.map(({ arena: id, length }) => openImage(arena(id), length))
      return { name: view.name, images, apexes: buildApexIndex(images, descriptor.labelSeed) }
    }),
    selection: descriptor.selection,
    identity: descriptor.identity,
  }
}
