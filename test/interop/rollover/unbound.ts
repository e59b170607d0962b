import { writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Type } from '../../../dns/constants.ts'
import { buildQuery, readMessage } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import { type Daemon, startDaemon } from '../../helpers/daemon.ts'
import { connectUdp } from '../../helpers/udp-client.ts'
import { UNBOUND_TELLS_WHY, unboundBasics } from '../../helpers/unbound-settings.ts'

/** Where a zone is served, on 127.0.0.1. */
export interface Stub {
  readonly zone: string
  readonly port: number
}

/**
 * An Unbound that trusts these DS records, in presentation format with their owner, and asks for each zone at its place. It
 * keeps what it has for as long as TTLs say, forgets at once that something was bogus, and insists on every algorithm
 * that the DS records speak of.
 */
export function startUnbound(anchors: readonly string[], stubs: readonly Stub[]): Promise<Daemon> {
  return startDaemon({
    name: 'Unbound',
    command: 'unbound',
    environment: { PATH: `${process.env.PATH ?? ''}${delimiter}/usr/sbin` },
    prepare: (port, folder) => writeFileSync(join(folder, 'unbound.conf'), configuration(port, folder, anchors, stubs)),
    arguments: (_port, folder) => ['-d', '-c', join(folder, 'unbound.conf')],
    ready: (port) => isSecure(port, stubs[0]!.zone),
  })
}

function configuration(port: number, folder: string, anchors: readonly string[], stubs: readonly Stub[]): string {
  return [
    'server:',
    ...unboundBasics(`127.0.0.1@${port}`, folder),
    ...UNBOUND_TELLS_WHY,
    '  module-config: "validator iterator"',
    ...anchors.map((anchor) => `  trust-anchor: "${anchor}"`),
    '  harden-algo-downgrade: yes',
    '  aggressive-nsec: yes',
    '  val-bogus-ttl: 0',
    '  prefetch: no',
    '  serve-expired: no',
    '  ede: yes',
    'remote-control:',
    '  control-enable: no',
    ...stubs.flatMap(({ zone, port }) => ['stub-zone:', `  name: "${zone}"`, `  stub-addr: 127.0.0.1@${port}`]),
  ].join('\n')
}

async function isSecure(port: number, zone: string): Promise<boolean> {
  const client = await connectUdp({ port, timeoutMs: 1_000 })
  try {
    const query = buildQuery({ id: 1, name: nameFromText(zone), type: Type.SOA, rd: true, edns: { do: true } })
    const answer = await client.ask(query)
    const message = answer && readMessage(answer)
    return message?.rcode === 0 && message.answer.length > 0
  } finally {
    client.close()
  }
}
