import { nameToText } from '../dns/name.ts'
import { isSignatureValid } from '../keys/second-opinion.ts'
import { openSampleCell, type SignatureSample, signerOf, takeSample } from '../keys/signature-sample.ts'
import { type HandOver, handOver } from './keys/hand-over.ts'
import { tellKeyAlarm } from './keys/key-notices.ts'
import { renew } from './keys/key-timer.ts'
import { lookAgain } from './keys/rollover-timer.ts'
import { checkSteps } from './keys/step-checks.ts'
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
 * that do not hold is used no more, and that is said aloud: its standby takes over where one is everywhere. Else a zone with a good
 * key of another algorithm goes on, and one without gives SERVFAIL to whoever asks for DNSSEC, rather than answers that
 * validators take for an attack.
 */
export function watchSignatures(server: RunningServer): void {
  const wait = (): void => {
    setTimeout(round, ROUND_MS).unref()
  }
  const round = async (): Promise<void> => {
    try {
      await verifySamples(server, ACTS)
    } catch (error) {
      server.log.error({ err: error }, 'a key that signs wrongly could not be put out of use; trying again')
    }
    wait()
  }
  wait()
}

/** What follows for a server from a key that signs wrongly. */
export interface FaultActs<Server> {
  /** Publishes the key sets as they are now. In turn. */
  readonly publishAnew: (server: Server) => Promise<void>
  /** Undefined: no key takes its place. In turn. */
  readonly handOver: (server: Server, zone: string, keyTag: number) => Promise<HandOver | undefined>
  /** Has what was handed over checked. Not in turn. */
  readonly check: (server: Server, zone: string, steps: HandOver['steps']) => Promise<void>
  readonly tell: (server: Server, zone: string, what: string) => void
}

const ACTS: FaultActs<RunningServer> = {
  ...{ publishAnew: renew, handOver, tell: tellKeyAlarm },
  check: async (server, zone, steps) => {
    await checkSteps(server, steps)
    lookAgain(server, [zone])
  },
}

/** Verifies one signature of each worker that has made one, and stops the use of keys that sign wrongly. */
export async function verifySamples<Server extends WatchedServer>(
  server: Server,
  acts: FaultActs<Server>,
): Promise<void> {
  for (const memory of server.pool.samples()) {
    const sample = takeSample(openSampleCell(memory))
    const fault = sample && faultOf(sample, server.descriptor.keySets)
    if (fault === undefined) continue
    const { zone, keyTag } = fault
    let handed: HandOver | undefined
    await server.inTurn(async () => {
      await server.keyRing.distrust(zone, keyTag, Math.floor(Date.now() / 1000))
      try {
        handed = await acts.handOver(server, zone, keyTag)
      } finally {
        // Also where nothing could be handed over: the key must sign no more.
        await acts.publishAnew(server)
        tellFault(server, acts, fault, handed)
      }
    })
    if (handed !== undefined) await acts.check(server, zone, handed.steps)
  }
}

function tellFault<Server extends WatchedServer>(
  server: Server,
  { tell }: FaultActs<Server>,
  fault: SignatureFault,
  handed: HandOver | undefined,
): void {
  const { zone, keyTag } = fault
  const what = `key ${keyTag} of ${zone} made a signature that does not hold, and is used no more`
  const instead =
    handed === undefined
      ? `no standby could take its place: \`dnsctl key roll ${zone} --role zsk\` begins to replace it`
      : `${handed.successor} signs in its place`
  const remedy = 'memory or a processor may be faulty: check this machine, then restart veild'
  server.log.fatal({ ...fault }, `${what}; ${instead}; ${remedy}`)
  tell(server, zone, `${what}; ${instead}; ${remedy}`)
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
