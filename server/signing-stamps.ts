import type { KeySetDescriptor } from '../keys/key-set.ts'
import type { SigningConfiguration } from './configuration/types.ts'
import type { LoadedView } from './loading/load-zones.ts'

/** Gives each combination of content and keys a number of its own: `ImageSigning.stamp`. */
export interface SigningStamps {
  /** The stamp of what a view sees of a zone, signed with this key set in this way. */
  stampOf(seen: SignedContent, keySet: KeySetDescriptor, how: SigningConfiguration): number
  /** Forgets all combinations that nobody asked for since the last call: what comes back gets a new stamp. */
  forgetUnused(): void
}

/** What a view has of a zone, and by what settings more names are made. */
export interface SignedContent extends Pick<LoadedView, 'digest' | 'serial'> {
  readonly made?: unknown
}

/** Stamps count up from 1. A stamp is never given to another combination, not even after the first is forgotten. */
export function createSigningStamps(): SigningStamps {
  let known = new Map<string, number>()
  let used = new Map<string, number>()
  let last = 0
  return {
    stampOf: ({ digest, serial, made }, { zone, epoch, policy, apexRRsets }, { denial, wildcards }) => {
      const types = apexRRsets.map(({ type }) => type)
      const subject = JSON.stringify([zone, digest, serial, epoch, policy, denial, wildcards, types, made])
      const stamp = used.get(subject) ?? known.get(subject) ?? ++last
      used.set(subject, stamp)
      return stamp
    },
    forgetUnused: () => {
      known = used
      used = new Map()
    },
  }
}
