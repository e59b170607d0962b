import { missingPeerPackage } from '../../helpers/peers.ts'
import { missingCommandPackage, missingResolverPackage, RESOLVER_NAMES } from '../../helpers/resolvers.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import { missingOneShotPackage } from './one-shot.ts'
import { mayRelay } from './relay.ts'

/** What keeps the tests with real validators from running, for people; none: they can run. */
export async function obstacles(): Promise<string[]> {
  const packages = [
    ...RESOLVER_NAMES.map(missingResolverPackage),
    ...(['delv', 'drill'] as const).map(missingOneShotPackage),
    missingPeerPackage('Knot'),
    missingCommandPackage('kzonesign', 'knot-dnssecutils'),
  ].filter((name) => name !== undefined)
  return [
    ...(packages.length > 0 ? [`install ${[...new Set(packages)].join(', ')}`] : []),
    ...((await mayRelay()) ? [] : ['run as root, or with net.ipv4.ip_unprivileged_port_start=53']),
    ...(isVeildBuilt() ? [] : ['npm run build']),
  ]
}

/** Obstacles, said aloud where tests are left out because of them. */
export async function obstaclesAloud(tests: string): Promise<string[]> {
  const found = await obstacles()
  if (found.length > 0) console.warn(`${tests} are left out: ${found.join('; ')}.`)
  return found
}
