import { type AddressPrefix, prefixContains } from '../guard/prefix-trie.ts'
import { formatListen, formatPrefix } from './address.ts'
import type { Configuration } from './configuration/types.ts'
import type { Generation } from './generation.ts'
import { selectView } from './view-selection.ts'

/** Which view a client gets, and the rule that decides it, for an operator. */
export interface ViewRule {
  /** Index of the view; -1: no view is for this client, which is REFUSED. */
  readonly view: number
  readonly name: string | undefined
  /** The prefix of the view's `clients` that holds the client; undefined: the view is for everybody. */
  readonly prefix: string | undefined
  /** The view is bound to the listener asked, so it goes before views without `listen`. */
  readonly bound: boolean
  /** Address of the listener asked. */
  readonly listener: string
}

/** Selects the view as the server does, then names the rule. */
export function explainView(
  configuration: Configuration,
  generation: Generation,
  listener: number,
  client: Uint8Array,
): ViewRule {
  const index = selectView(generation.selection, listener, client, 0)
  const view = configuration.views[index]
  const prefix = view?.clients
    ?.filter((candidate) => prefixContains(candidate, { address: client, length: 128 }))
    .reduce<AddressPrefix | undefined>(
      (longest, each) => (longest && longest.length >= each.length ? longest : each),
      undefined,
    )
  return {
    view: index,
    name: view?.name,
    prefix: prefix && formatPrefix(prefix),
    bound: view?.listen !== undefined,
    listener: formatListen(configuration.listen[listener]!),
  }
}
