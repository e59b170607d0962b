import { isIP } from 'node:net'
import { cite, type Evidence, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { prefixHolds } from './prefixes.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface Route {
  readonly interface: string
  readonly prefix: string
  readonly length: number
  readonly evidence: Evidence
}

/** Routes of both families (proc(5): net/route; net/ipv6_route); none for a system that does not run. */
export const routes = fact('routes', (host): readonly Route[] => [...routesOfIpv4(host), ...routesOfIpv6(host)])

function routesOfIpv4({ root }: Host): readonly Route[] {
  const file = readIfThere(root, '/proc/net/route')
  if (file === undefined) return []
  return linesOf(file).flatMap(({ text, number }) => {
    const [name = '', target = '', , , , , , mask = ''] = text.trim().split(/\s+/)
    if (!/^[0-9A-F]{8}$/i.test(target) || !/^[0-9A-F]{8}$/i.test(mask)) return []
    const octets = (target.match(/../g) ?? []).reverse().map((octet) => Number.parseInt(octet, 16))
    const length = [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === '1').length
    return [{ interface: name, prefix: `${octets.join('.')}/${length}`, length, evidence: cite(placeIn(file, number)) }]
  })
}

/** `destination length source length next-hop metric references use flags interface`; those of `lo` are the host's own addresses. */
function routesOfIpv6({ root }: Host): readonly Route[] {
  const file = readIfThere(root, '/proc/net/ipv6_route')
  if (file === undefined) return []
  return linesOf(file).flatMap(({ text, number }) => {
    const [target = '', bits = '', , , , , , , , name = ''] = text.trim().split(/\s+/)
    if (!/^[0-9a-f]{32}$/i.test(target) || !/^[0-9a-f]{2}$/i.test(bits) || name === 'lo') return []
    const length = Number.parseInt(bits, 16)
    const prefix = `${target.match(/.{4}/g)!.join(':')}/${length}`
    return [{ interface: name, prefix, length, evidence: cite(placeIn(file, number)) }]
  })
}

/** The route that traffic to an address takes: the longest prefix that holds it. */
export function routeTo(all: readonly Route[], address: string): Route | undefined {
  if (isIP(address) === 0) return undefined
  let best: Route | undefined
  for (const route of all) {
    if (prefixHolds(route.prefix, address) && route.length > (best?.length ?? -1)) best = route
  }
  return best
}
