import type { ZoneKeys } from '../../server/control/protocol.ts'
import type { KeyListing } from '../../server/keys/key-listing.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { type Column, type Paper, printable, table } from '../paper.ts'
import { findZoneKeys, listZoneKeys } from '../zone-keys.ts'

export const keyListCommand = command({
  name: 'key list',
  summary: 'list the keys that zones are signed with',
  description: [
    'Each zone that is signed has two keys of each of its algorithms: the key signing key (ksk), which the parent’s DS record names, and the zone signing key (zsk), which signs everything else. Private keys are never shown.',
    'Asks the running server; where none runs, reads the store in its state folder.',
  ],
  arguments: { ZONE: { summary: 'only this zone; all when left out', optional: true, completes: 'zone' } },
  options: {},
  examples: [
    { line: 'key list', summary: 'all keys' },
    { line: 'key list example.com --json', summary: 'one zone, with DNSKEY and DS records, for a script' },
  ],
  async run(context, input) {
    const told = await listZoneKeys(context)
    const zones = input.ZONE === undefined ? told.zones : [findZoneKeys(told, input.ZONE)]
    return {
      exitCode: ExitCode.Done,
      data: { source: told.source, zones },
      print: (paper) => [
        ...(told.source === 'store' ? [paper.dim('No server runs; from the store:')] : []),
        ...describe(paper, zones),
      ],
    }
  },
})

const COLUMNS: readonly Column[] = [
  { title: 'ZONE' },
  { title: 'ROLE' },
  { title: 'KEY TAG', align: 'right' },
  { title: 'ALGORITHM' },
  { title: 'MADE' },
  { title: '' },
]

function describe(paper: Paper, zones: readonly ZoneKeys[]): string[] {
  if (zones.length === 0) return ['No keys: veild makes them when it first serves a zone that is to be signed.']
  return table(
    paper,
    COLUMNS,
    zones.flatMap((zone) => zone.keys.map((key, index) => row(paper, zone, key, index === 0))),
  )
}

function row(paper: Paper, { zone, signed, presigned }: ZoneKeys, key: KeyListing, isFirst: boolean): string[] {
  const why = presigned ? 'the zone is presigned' : 'the zone is not signed here'
  return [
    isFirst ? printable(zone) : '',
    key.role,
    String(key.keyTag),
    `${key.algorithm} ${printable(key.mnemonic)}`,
    new Date(key.created * 1000).toISOString().slice(0, 10),
    signed === false && isFirst ? paper.warn(`not in use: ${why}`) : '',
  ]
}
