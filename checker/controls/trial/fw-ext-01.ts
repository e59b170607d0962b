import { ownAddresses } from '../../facts/addresses.ts'
import type { Host } from '../../facts/host.ts'
import { isPublicAddress, prefixHolds } from '../../facts/prefixes.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { sayOf, unknown } from '../../judging/say.ts'
import { type OpenPortsResult, openPorts } from '../../probes/open-ports.ts'
import type { Observation } from '../../probes/probe.ts'

const FRESH_SECONDS = 30 * 86_400
const ALL_TCP = 65_535

/** From outside only those ports answer that are meant to. */
export function fwExt01(host: Host): readonly Judgement[] {
  const addresses = [...new Set([...host.declared.publicAddresses, ...host.get(ownAddresses)])].filter(isPublicAddress)
  if (addresses.length === 0) {
    if (host.observed(openPorts).length === 0)
      return [
        unknown(
          'no-scan',
          'Nobody has scanned this host from outside, and which addresses are public is not declared.',
        ),
      ]
    return host
      .observed(openPorts)
      .slice(0, 1)
      .map((scan) => judgeScan(host, scan.target, scan))
  }
  return addresses.map((address) =>
    judgeScan(
      host,
      address,
      host.observed(openPorts).find((scan) => scan.target === address),
    ),
  )
}

function judgeScan(host: Host, address: string, scan: Observation<OpenPortsResult> | undefined): Judgement {
  const subject = address
  if (scan === undefined)
    return {
      subject,
      state: 'unknown',
      cause: 'no-scan',
      reason: 'Nobody has scanned this address from outside.',
      evidence: [],
    }
  const { open, tried, controlSeen } = scan.found
  const evidence: readonly Evidence[] = [
    {
      source: 'probe',
      path: scan.target,
      excerpt: `from ${scan.from ?? 'unknown'}: ${open.join(', ') || 'nothing open'}`,
      at: scan.at,
    },
  ]
  const say = sayOf(subject, evidence)
  const unexpected = open.filter((port) => !host.declared.publicPorts.includes(port))
  if (unexpected.length > 0)
    return say(
      'fail',
      'unexpected',
      `${unexpected.join(', ')} answers from outside, and is not declared to (public-ports).`,
    )
  const isInside =
    scan.from !== undefined && host.declared.ownPrefixes.some((prefix) => prefixHolds(prefix, scan.from!))
  if (scan.from === undefined || isInside)
    return say('warn', 'inside', 'The scan did not come from outside, so it does not show what the world sees.')
  if (!controlSeen)
    return say(
      'unknown',
      'no-control',
      'Nothing answered, not even a port that is known to be open: the scanner may have been banned.',
    )
  if (host.now - scan.at > FRESH_SECONDS)
    return say('warn', 'stale', 'Only ports that are declared answered, but the scan is older than 30 days.')
  if (tried.udp === 0) return say('warn', 'no-udp', 'Only ports that are declared answered, but none of UDP was tried.')
  if (tried.tcp < ALL_TCP)
    return say('warn', 'partial', `Only ports that are declared answered, of ${tried.tcp} that were tried.`)
  return say('pass', 'as-declared', 'From outside only those ports answer that are declared.')
}
