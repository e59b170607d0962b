/*
 * Whether NSEC or NSEC3 records deny what was asked (RFC 4035 §5.4, RFC 5155 §8.4 to §8.7, RFC 9824 §3). Their signatures are
 * judged elsewhere.
 */
import { Type } from '../../dns/constants.ts'
import { isAtOrBelow, namesEqual, parentName } from '../../dns/name.ts'
import {
  covers,
  coversHash,
  type Denial,
  hashOf,
  isNsec,
  isNsec3,
  leadsAway,
  MOST_ITERATIONS,
  readDenial,
} from './denial-records.ts'
import type { ReceivedRRset } from './received-rrset.ts'

/** What a question is about: canonical name and type. */
export interface DeniedQuestion {
  readonly name: Uint8Array
  readonly type: number
}

/** How records speak of names: whether one stands at a name, and whether one shows that there is none. */
interface Speaker {
  /** The types at a name; undefined: no record stands there. */
  readonly typesAt: (name: Uint8Array) => ReadonlySet<number> | undefined
  readonly isCovered: (name: Uint8Array) => boolean
  /** The longest ancestor of an absent name that is shown to be there. */
  readonly encloserOf: (name: Uint8Array) => Uint8Array | undefined
}

/**
 * Why the RRsets, NSEC or NSEC3 of the zone `apex`, do not show that there is no such name or type, the end of a sentence;
 * undefined: they do.
 */
export function undeniedBy(
  rrsets: readonly ReceivedRRset[],
  { name, type }: DeniedQuestion,
  apex: Uint8Array,
): string | undefined {
  const speaker = speakerOf(
    rrsets.flatMap((rrset) => readDenial(rrset) ?? []),
    apex,
  )
  if (speaker === undefined) return 'has no proof that can be understood'
  const own = speaker.typesAt(name)
  if (own !== undefined) return has(own, type) ? 'says that there is what it does not give' : undefined
  const encloser = speaker.encloserOf(name)
  if (encloser === undefined) return 'has a proof of something else than the name that was asked for'
  const wildcard = Uint8Array.of(1, 0x2a, ...encloser)
  const expanded = speaker.typesAt(wildcard)
  if (expanded !== undefined) return has(expanded, type) ? 'has a wildcard that it does not give' : undefined
  return speaker.isCovered(wildcard) ? undefined : 'has no proof that no wildcard stands for the name'
}

function has(types: ReadonlySet<number>, type: number): boolean {
  return types.has(type) || types.has(Type.CNAME)
}

function speakerOf(denials: readonly Denial[], apex: Uint8Array): Speaker | undefined {
  const nsecs = denials.filter(isNsec)
  if (nsecs.length > 0) return speakerOfNsec(nsecs, apex)
  const nsec3s = denials.filter(isNsec3)
  return nsec3s.length > 0 && nsec3s[0]!.iterations <= MOST_ITERATIONS ? speakerOfNsec3(nsec3s, apex) : undefined
}

function speakerOfNsec(nsecs: readonly Extract<Denial, { kind: 'nsec' }>[], apex: Uint8Array): Speaker {
  const coverOf = (name: Uint8Array) => nsecs.find((nsec) => covers(nsec, name))
  return {
    typesAt: (name) => nsecs.find(({ owner }) => namesEqual(owner, name))?.types,
    isCovered: (name) => coverOf(name) !== undefined,
    encloserOf: (name) => {
      const cover = coverOf(name)
      if (cover === undefined) return undefined
      // What is above either end of the gap is there, if only as an empty non-terminal.
      return ancestorsOf(name, apex).find((above) => isAtOrBelow(cover.owner, above) || isAtOrBelow(cover.next, above))
    },
  }
}

function speakerOfNsec3(nsec3s: readonly Extract<Denial, { kind: 'nsec3' }>[], apex: Uint8Array): Speaker {
  const [first] = nsec3s
  const typesAt = (name: Uint8Array) => {
    const hash = hashOf(name, first!)
    return nsec3s.find((each) => Buffer.compare(each.hash, hash) === 0)?.types
  }
  const isCovered = (name: Uint8Array) => {
    const hash = hashOf(name, first!)
    return nsec3s.some((each) => coversHash(each, hash))
  }
  return {
    ...{ typesAt, isCovered },
    encloserOf: (name) => {
      let nextCloser = name
      for (const above of ancestorsOf(name, apex)) {
        const types = typesAt(above)
        if (types !== undefined) return leadsAway(types) || !isCovered(nextCloser) ? undefined : above
        nextCloser = above
      }
      return undefined
    },
  }
}

/** From the parent up to the apex. */
function ancestorsOf(name: Uint8Array, apex: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  for (let at = name; !namesEqual(at, apex) && at.length > 1; ) {
    at = parentName(at)
    found.push(at)
  }
  return found
}
