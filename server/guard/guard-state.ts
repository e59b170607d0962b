import { Reaction } from '../../guard/reaction.ts'
import { DenialMode } from '../../zones/denial/denial.ts'
import type { ImageLocation } from '../generation.ts'

/** What the guard has decided; it goes into each generation, and so outlives reloads. */
export interface GuardState {
  /** Who is banned: words of a trie of address prefixes (guard/prefix-trie.ts), at word 0; undefined: nobody. */
  bans: Int32Array | undefined
  /** Who is starved, by view: the same. */
  starved: ReadonlyMap<string, Int32Array>
  /** By `responseKey`; who is not there has `NO_RESPONSE`. */
  readonly responses: Map<string, ZoneResponse>
  /** The publication that is to take up what has changed; undefined: none is due. */
  publication: Promise<void> | undefined
}

/** What is done about enumeration in a zone, as one view has it. */
export interface ZoneResponse {
  readonly reaction: Reaction
  /** The reaction makes no budget smaller of who has proved its address. */
  readonly sparesProved: boolean
  /** Absent names are denied by cells (`denial: cells`), so that a flood of them costs few signatures. */
  readonly cells: boolean
  /** The decoys that the zone has for the case of an incident are on. */
  readonly decoys: boolean
  /** Honey names, on the wire, lower-cased. */
  readonly honey: readonly Uint8Array[]
}

export const NO_RESPONSE: ZoneResponse = {
  reaction: Reaction.None,
  sparesProved: false,
  cells: false,
  decoys: false,
  honey: [],
}

/** These are banned, null: nobody is; and nothing else is done. */
export function createGuardState(bans: Int32Array | null = null): GuardState {
  return { bans: bans ?? undefined, starved: new Map(), responses: new Map(), publication: undefined }
}

/** What is done for this zone, by its canonical name, in this view. */
export function responseOf({ responses }: Pick<GuardState, 'responses'>, view: string, zone: string): ZoneResponse {
  return responses.get(responseKey(view, zone)) ?? NO_RESPONSE
}

/** The response, with the honey names of the configuration besides its own. */
export function withHoney(response: ZoneResponse, honey: readonly Uint8Array[]): ZoneResponse {
  return honey.length === 0 ? response : { ...response, honey: [...response.honey, ...honey] }
}

/** Names of zones hold no space. */
export function responseKey(view: string, zone: string): string {
  return `${zone} ${view}`
}

/** The response's part of an image's location. */
export function describeResponse(response: ZoneResponse): Pick<ImageLocation, 'reaction' | 'sparesProved' | 'honey'> {
  const { reaction, sparesProved, honey } = response
  return {
    ...(reaction === Reaction.None ? {} : { reaction, ...(sparesProved ? { sparesProved } : {}) }),
    ...(honey.length === 0 ? {} : { honey }),
  }
}

/**
 * How absent names are denied meanwhile. Not by cells where names are made, which would lie in them; nor where NSEC3 does
 * it: a zone's denials are all of one kind, for what validators and DNSKEY's neighbours, such as NSEC3PARAM, say of it
 * must agree.
 */
export function denialDuring({ cells }: ZoneResponse, configured: DenialMode, makesNames = false): DenialMode {
  return cells && !makesNames && configured !== DenialMode.Nsec3WhiteLies ? DenialMode.Cells : configured
}
