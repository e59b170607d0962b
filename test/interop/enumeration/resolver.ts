import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Type } from '../../../dns/constants.ts'
import { buildQuery, readMessage } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import { type Daemon, startDaemon } from '../../helpers/daemon.ts'
import { connectUdp } from '../../helpers/udp-client.ts'
import { unboundBasics } from '../../helpers/unbound-settings.ts'
import { REVERSE_ZONE, ZONE } from './names.ts'

/** Where the resolver stands: at port 53, for tools that know no other. */
export const RESOLVER_ADDRESS = '127.0.1.53'

/** An unbound with nothing in its cache that asks the server at that address for the zones under attack. */
export function startUnbound(serverAddress: string): Promise<Daemon> {
  return startDaemon({
    name: 'Unbound',
    command: 'unbound',
    prepare: (_port, folder) => writeFileSync(join(folder, 'unbound.conf'), configuration(folder, serverAddress)),
    arguments: (_port, folder) => ['-d', '-c', join(folder, 'unbound.conf')],
    environment: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
    ready: resolves,
  })
}

function configuration(folder: string, serverAddress: string): string {
  return [
    'server:',
    ...unboundBasics(`${RESOLVER_ADDRESS}@53`, folder),
    '  module-config: "iterator"',
    '  qname-minimisation: yes',
    // It answers these by itself unless told not to (RFC 6303, RFC 6761).
    ...['test.', `${REVERSE_ZONE}.`].map((zone) => `  local-zone: "${zone}" nodefault`),
    'remote-control:',
    '  control-enable: no',
    ...[ZONE, REVERSE_ZONE].flatMap((zone) => [
      'stub-zone:',
      `  name: "${zone}"`,
      `  stub-addr: ${serverAddress}`,
      '  stub-prime: no',
    ]),
  ].join('\n')
}

async function resolves(): Promise<boolean> {
  const client = await connectUdp({ port: 53, address: RESOLVER_ADDRESS, timeoutMs: 1000 })
  try {
    const answer = await client.ask(buildQuery({ id: 1, name: nameFromText(`${ZONE}.`), type: Type.SOA, rd: true }))
    const message = answer && readMessage(answer)
    return message?.rcode === 0 && message.answer.length > 0
  } finally {
    client.close()
  }
}
