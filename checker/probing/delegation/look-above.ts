import { Type } from '../../../dns/constants.ts'
import { nameFromText, nameToText } from '../../../dns/name.ts'
import { rdataToText } from '../../../dns/rr/rdata.ts'
import { askServer } from '../../../server/parent/ask.ts'
import { readReferral } from '../../../server/parent/find-delegation.ts'
import { lookAtParent } from '../../../server/parent/look.ts'
import type { ServerLook } from '../../../server/parent/parent-look.ts'
import type { LookParts } from './look-parts.ts'

const NAME_THEM = '`parent-servers` of the target names them where they cannot be looked for'

/** A server that the zone above names. */
export interface NamedServer {
  /** Canonical wire, and text. */
  readonly name: Uint8Array
  readonly text: string
  readonly glue: readonly string[]
}

export interface Above {
  readonly servers: readonly NamedServer[]
  /** Lower-case text; `partly`: those that not all servers have. */
  readonly ds: readonly string[]
  readonly partly: readonly string[]
}

/** What every server of the zone above says; throws where one that can be reached does not: it may say something else. */
export async function lookAbove(parts: LookParts, apex: Uint8Array): Promise<Above> {
  const look = await lookAtParent(apex, parts.settings, parts)
  const answered = look.servers.filter(({ outcome }) => outcome === 'answered')
  const missing = look.servers.find(({ outcome, isUnreachable }) => outcome !== 'answered' && !isUnreachable)
  const problem =
    look.problem ??
    (missing && `${missing.address} of the zone above: ${missing.reason ?? missing.outcome}`) ??
    (answered.length === 0 ? 'no server of the zone above can be reached from here' : undefined)
  if (problem !== undefined) throw new Error(`${nameToText(apex)}: ${problem}; ${NAME_THEM}`)
  const sets = answered.map(({ ds }) => new Set(ds.map((rdata) => rdataToText(Type.DS, rdata).toLowerCase())))
  const ds = [...new Set(sets.flatMap((set) => [...set]))].sort()
  const parent = nameFromText(look.parent ?? '.')
  return {
    ds,
    partly: ds.filter((each) => !sets.every((set) => set.has(each))),
    servers: await serversNamed(parts, { apex, parent }, answered),
  }
}

async function serversNamed(
  { network, settings }: LookParts,
  { apex, parent }: { readonly apex: Uint8Array; readonly parent: Uint8Array },
  places: readonly ServerLook[],
): Promise<readonly NamedServer[]> {
  const named = new Map<string, NamedServer>()
  for (const place of places) {
    const answer = await askServer(network, place, { name: apex, type: Type.NS })
    const options = { zone: apex, above: parent, families: settings.families }
    const read = answer.kind === 'message' ? readReferral(answer.message, options) : undefined
    if (read === undefined)
      throw new Error(`${nameToText(apex)}: ${place.address} of the zone above says not who serves it`)
    for (const { name, glue } of read) {
      const text = nameToText(name)
      named.set(text, { name, text, glue: [...new Set([...(named.get(text)?.glue ?? []), ...glue])] })
    }
  }
  return [...named.values()]
}
