import { obstacleToOwnNetwork } from '../../helpers/own-network.ts'
import { missingCommandPackage } from '../../helpers/resolvers.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import { TOOLS } from './tools.ts'

/**
 * What keeps real tools from being let loose here; where nothing does, this process is in a network of its own from now on.
 * `alsoMissing` are packages that a test lacks besides those of the tools.
 */
export function obstaclesToTools(alsoMissing: readonly (string | undefined)[] = []): string[] {
  const ofTools = TOOLS.map(({ command, package: debian }) => missingCommandPackage(command, debian))
  const missing = [...alsoMissing, ...ofTools].filter((name) => name !== undefined)
  const network = missing.length === 0 && isVeildBuilt() ? obstacleToOwnNetwork() : undefined
  return [
    ...(missing.length > 0 ? [`install ${[...new Set(missing)].join(', ')}`] : []),
    ...(isVeildBuilt() ? [] : ['npm run build']),
    ...(network === undefined ? [] : [network]),
  ]
}
