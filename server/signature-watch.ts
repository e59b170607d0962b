import { nameToText } from '../dns/name.ts'
import { isSignatureValid } from '../keys/second-opinion.ts'
import { openSampleCell, type SignatureSample, signerOf, takeSample } from '../keys/signature-sample.ts'
import { renew } from './keys/key-timer.ts'
import type { RunningServer } from './running-server.ts'

/** How often each worker's latest signature is verified: hardly more than a thousandth of a processor's time. */
const ROUND_MS = 5_000

/** A published key that made a signature that does not hold. */
interface SignatureFault {
  /** Canonical text. */
  readonly zone: string
  readonly keyTag: number
  readonly algorithm: number
}

/**
 * Has another implementation verify a sample of what workers sign, until the process ends. A key that makes signatures
 * that do not hold is used no more, and that is said aloud: a zone with a good key of another algorithm goes on, one
 * without gives SERVFAIL to whoever asks for DNSSEC, rather than answers that validators take for an attack.
 */
export function watchSignatures(server: RunningServer): void {
  const wait = (): void => {
    setTimeout(round, ROUND_MS).unref()
  }
  const round = async (): Promise<void> => {
    try {
      await verifySamples(server, renew)
    } catch (error) {
      server.log.error({ err: error }, 'a key that signs wrongly could not be put out of use; trying again')
    }
    wait()
  }
  wait()
}

/** Verifies one signature of each worker that has made one, and stops the use of keys that sign wrongly. */
export async function verifySamples<Server extends WatchedServer>(
  server: Server,
  publishAnew: (server: Server) => Promise<void>,
): Promise<void> {
  for (const memory of server.pool.samples()) {
    const sample = takeSample(openSampleCell(memory))
    const fault = sample && faultOf(sample, server.descriptor.keySets)
    if (fault === undefined) continue
    const { zone, keyTag, algorithm } = fault
    const what = `key ${keyTag} of ${zone} made a signature that does not hold, and is used no more`
    const remedy = 'memory or a processor may be faulty: check this machine, then restart veild'
    server.log.fatal({ zone, keyTag, algorithm }, `${what}; ${remedy}`)
    await server.inTurn(async () => {
      await server.keyRing.distrust(zone, keyTag, Math.floor(Date.now() / 1000))
      await publishAnew(server)
    })
  }
}

/** What of a server is watched. */
export type WatchedServer = Pick<RunningServer, 'descriptor' | 'keyRing' | 'inTurn'> & {
  readonly pool: Pick<RunningServer['pool'], 'samples'>
  readonly log: Pick<RunningServer['log'], 'fatal'>
}

/** Undefined: the signature holds, or is of a key that is published no more. */
function faultOf(sample: SignatureSample, keySets: WatchedServer['descriptor']['keySets']): SignatureFault | undefined {
  const { keyTag, algorithm, data, signature } = sample
  const zone = nameToText(signerOf(sample))
  const key = keySets
    .find((set) => set.zone === zone)
    ?.signers.find((signer) => signer.keyTag === keyTag && signer.algorithm === algorithm)
  if (key === undefined || isSignatureValid(key.dnskey, data, signature)) return undefined
  return { zone, keyTag, algorithm }
}
