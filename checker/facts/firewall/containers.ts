import { cite, type Evidence } from '../../judging/judgement.ts'
import { fact } from '../fact.ts'
import { systemd } from '../systemd.ts'
import { type FilterChain, isOutside } from './filter.ts'
import { firewalls } from './firewalls.ts'

/** What comes in to containers, and what leaves them: both pass the forward chain, and none for input or output. */
export interface Containers {
  /** What runs them, or shows that they run. */
  readonly evidence: Evidence
  /** What is in force is known; else nobody can tell. */
  readonly isKnown: boolean
  /** The chain by which ports are let in; undefined where none is published, or where nobody knows. */
  readonly published: FilterChain | undefined
  /** The chain that denies what comes in from outside, or what leaves, before Docker's own rules let it. */
  readonly guardsIn: FilterChain | undefined
  readonly guardsOut: FilterChain | undefined
}

const PUBLISH = /^(DOCKER|NETAVARK-HOSTPORT-DNAT|CNI-HOSTPORT-DNAT)$/
const UNITS = ['docker', 'podman']

/** Containers of Docker or Podman; undefined where nothing shows any. */
export const containers = fact('containers', (host): Containers | undefined => {
  const { live } = host.get(firewalls)
  const units = host.get(systemd)
  const unit = UNITS.flatMap((name) => (units.isEnabled(name) ? [units.unit(name)!] : []))[0]
  const own = live?.find(({ name }) => PUBLISH.test(name))
  if (unit === undefined && own === undefined) return undefined
  const started = unit?.last('Service', 'ExecStart')
  const evidence: Evidence =
    own?.at ?? (started === undefined ? { source: 'status', path: unit!.path, excerpt: 'started' } : cite(started.at))
  const guard = (way: 'in' | 'out') => live?.find((chain) => chain.name === 'DOCKER-USER' && denies(chain, way))
  return {
    evidence,
    isKnown: live !== undefined,
    published: live?.find(
      ({ name, rules }) => PUBLISH.test(name) && rules.some((rule) => rule.verdict?.kind === 'redirect'),
    ),
    guardsIn: guard('in'),
    guardsOut: guard('out'),
  }
})

/** A rule that denies each new connection that passes an interface of the world in this way, but for addresses that it spares. */
function denies({ rules }: FilterChain, way: 'in' | 'out'): boolean {
  return rules.some(({ verdict, matches }) => {
    if (verdict?.kind !== 'deny') return false
    return matches.every((match) => {
      if (match.on === 'interface') return match.way === way && match.names.some(isOutside) !== match.negated
      if (match.on === 'state') return match.states.includes('new') !== match.negated
      return match.on === 'address' && match.negated
    })
  })
}
