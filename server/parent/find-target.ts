/*
 * Where the parent wants to hear of new CDS records (RFC 9859 §4.1).
 */
import { MAX_NAME_LENGTH, Type } from '../../dns/constants.ts'
import { canonicalName, nameFromText, nameLength, namesEqual, nameToText } from '../../dns/name.ts'
import { readInteger } from '../../dns/rr/fields/integers.ts'
import type { AskForRRset } from '../../keys/validation/chain-of-trust.ts'
import { findRRset, type ReceivedRRset } from '../../keys/validation/received-rrset.ts'

/** Who is to be told. */
export interface NotifyTarget {
  /** Wire, lower-cased. */
  readonly host: Uint8Array
  readonly port: number
}

/** The target; that there is none; or why that cannot be told, a sentence without its full stop. */
export type FoundTarget =
  | { readonly kind: 'target'; readonly target: NotifyTarget }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly reason: string }

export interface TargetQuestion {
  /** Of the child and of its parent; wire, lower-cased. */
  readonly apex: Uint8Array
  readonly parent: Uint8Array
  readonly ask: AskForRRset
  /** Why the DSYNC RRset is not to be believed; undefined: it is. */
  readonly flawOf: (rrset: ReceivedRRset) => Promise<string | undefined>
}

/** Looks for the child's own target, the parent's wildcard included, then for that of all children. */
export async function findTarget({ apex, parent, ask, flawOf }: TargetQuestion): Promise<FoundTarget> {
  for (const name of targetNames(apex, parent)) {
    const message = await ask(name, Type.DSYNC)
    if (typeof message === 'string') return { kind: 'failed', reason: message }
    const rrset = findRRset(message.answer, name, Type.DSYNC)
    if (rrset === undefined) continue
    const flaw = await flawOf(rrset)
    if (flaw !== undefined) return { kind: 'failed', reason: `the DSYNC of ${nameToText(name)} ${flaw}` }
    const target = rrset.rdatas.flatMap((rdata) => readTarget(rdata) ?? [])[0]
    return target === undefined ? { kind: 'none' } : { kind: 'target', target }
  }
  return { kind: 'none' }
}

/**
 * The names in their order: `_dsync` behind the child's first label, where the parent most often is; in front of the
 * parent's labels, where that is somewhere else; and right below the parent.
 */
export function targetNames(apex: Uint8Array, parent: Uint8Array): Uint8Array[] {
  const names = [
    withLabelAt(apex, 1 + apex[0]!),
    withLabelAt(apex, apex.length - parent.length),
    withLabelAt(parent, 0),
  ]
  return names.filter(
    (name, index) => name.length <= MAX_NAME_LENGTH && names.findIndex((other) => namesEqual(other, name)) === index,
  )
}

const DSYNC_LABEL = nameFromText('_dsync.').subarray(0, -1)

function withLabelAt(name: Uint8Array, at: number): Uint8Array {
  return Uint8Array.of(...name.subarray(0, at), ...DSYNC_LABEL, ...name.subarray(at))
}

const SCHEME_NOTIFY = 1

/** RR type, scheme, port, target (RFC 9859 §2.1); undefined: not for NOTIFY(CDS), or to nowhere. */
function readTarget(rdata: Uint8Array): NotifyTarget | undefined {
  const [type, scheme, port] = [readInteger(rdata, 0, 2), rdata[2], readInteger(rdata, 3, 2)]
  const host = canonicalName(rdata.subarray(5, 5 + nameLength(rdata, 5)))
  if (type !== Type.CDS || scheme !== SCHEME_NOTIFY || port === 0 || host.length === 1) return undefined
  return { host, port }
}
