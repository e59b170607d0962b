import { openImage } from '../zones/image/image.ts'
import { buildApexIndex } from './apex-index.ts'
import type { Generation, GenerationDescriptor } from './generation.ts'

/** Opens a generation for answering: typed arrays over the arenas, and each view's tree of apexes. `seed` is secret. */
export function openGeneration(
  descriptor: GenerationDescriptor,
  arena: (id: number) => SharedArrayBuffer,
  seed: number,
): Generation {
  return {
    epoch: descriptor.epoch,
    views: descriptor.views.map((view) => {
      const images = view.images.map(({ arena: id, length }) => openImage(arena(id), length))
      return { name: view.name, images, apexes: buildApexIndex(images, seed) }
    }),
    selection: descriptor.selection,
    identity: descriptor.identity,
  }
}
