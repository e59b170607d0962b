import { Failure } from '../../console/failure.ts'
import { readListen } from '../../server/address.ts'
import type { Place } from '../../server/parent/exchange.ts'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { askRollover, listRollovers } from '../keys/ask-rollover.ts'
import { ZONE_OR_ALL_ARGUMENT } from '../keys/options.ts'
import { type Verification, verificationLines } from '../keys/verification-text.ts'
import { askServer } from '../running-server.ts'
import { findZoneKeys, listZoneKeys } from '../zone-keys.ts'

export const dnssecVerifyCommand = command({
  name: 'dnssec verify',
  summary: 'ask over the network for signed answers, verified by other code',
  description: [
    'Asks the running server at the addresses that it listens at, over UDP and TCP, for DNSKEY, SOA, a type that is not there and a name that is not there, and verifies every signature with code that shares nothing with what signs. The key set has to be the one that the states of the keys ask for, signed by every key that is to sign it, and to be reached from the DS of each key that validators go by. With `--parent` the parent is looked at first, and the DS records of each of its addresses have to lead to the key set, too.',
    'This host is what asks, so it sees the zone as its view has it. `--server` asks elsewhere instead: from outside, or a secondary. Exits with 1 where anything does not hold.',
  ],
  arguments: { ZONE: ZONE_OR_ALL_ARGUMENT },
  options: {
    parent: { summary: 'also by what the servers of the parent have now' },
    server: { value: 'ADDRESS', summary: 'address or address@port to ask instead', repeatable: true },
  },
  examples: [
    { line: 'dnssec verify', summary: 'all zones' },
    { line: 'dnssec verify example.com --parent', summary: 'as validators come to it' },
    { line: 'dnssec verify example.com --server 192.0.2.53', summary: 'at the public address' },
  ],
  async run(context, input) {
    const reports = await listRollovers(context, input.ZONE)
    const told = await listZoneKeys(context)
    const places = input.server.length > 0 ? input.server.map(readPlace) : await ownPlaces(context)
    const zones: Verification[] = []
    // What verifies is loaded now: most commands never need it.
    const { verifyZone } = await import('../keys/verify-zone.ts')
    for (const report of reports) {
      context.progress?.(`verifying ${report.zone}`)
      const { zone } = report
      const seen = input.parent ? await askRollover(context, 'key-check-parent', { zone }) : report
      zones.push(await verifyZone(seen, findZoneKeys(told, zone).keys, places, input.parent))
    }
    context.progress?.('')
    const isSound = zones.every(
      ({ faults, answers, isUnsigned }) => isUnsigned || (faults.length === 0 && answers.length > 0),
    )
    return {
      exitCode: isSound ? ExitCode.Done : ExitCode.Refused,
      data: { zones },
      print: (paper) => verificationLines(paper, zones),
    }
  },
})

/** Where the server listens; any address of this host stands for all. */
async function ownPlaces(context: Context): Promise<Place[]> {
  const { listen } = await askServer(context, 'status', {})
  return listen.map(readPlace).map(({ address, port }) => ({ address: LOOPBACK[address] ?? address, port }))
}

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

function readPlace(text: string): Place {
  const reading = readListen(text)
  if (reading.outcome === 'read') return reading.value
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `"${text}" is no address to ask at`,
    why: 'Write 192.0.2.53, 192.0.2.53@5300 or 2001:db8::53@53.',
    next: '`dnsctl dnssec verify --help`',
  })
}
