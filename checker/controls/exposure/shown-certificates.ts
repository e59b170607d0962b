import { excerptOf, type HostCertificate } from '../../facts/certificates.ts'
import type { Host } from '../../facts/host.ts'
import { tls } from '../../probes/tls.ts'

/** A certificate that a service showed to whoever asked. */
export interface ShownCertificate extends HostCertificate {
  /** The name, or bare address, that it was asked by, and the port. */
  readonly place: string
  /** Unix seconds. */
  readonly at: number
}

/** What services showed at each place when somebody last looked. */
export function shownCertificates(host: Host): readonly ShownCertificate[] {
  const newest = new Map(
    host
      .observed(tls)
      .toReversed()
      .map((seen) => [seen.target, seen]),
  )
  return [...newest.values()].flatMap(({ found, target, at }) =>
    found.chain.slice(0, 1).map((shown) => {
      const { names, isLogged, sha256, keySha256 } = shown
      const evidence = { source: 'probe' as const, path: target, excerpt: excerptOf(shown), at }
      return { names, isLogged, sha256, keySha256, place: target, at, evidence }
    }),
  )
}
