import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RR_TYPES } from '../../dns/rr/registry.ts'
import type { ChainKind } from '../../zones/export/exported.ts'
import { MADE_HERE } from '../../zones/master-file/record.ts'
import type { Projection } from '../../zones/projection.ts'
import { SAMPLES } from '../dns/samples.ts'
import { LONG } from '../helpers/long.ts'
import { ZONE } from '../helpers/random-zone.ts'
import { zoneProjection } from '../helpers/zone.ts'
import { MODEL_APEX, modelText } from '../helpers/zone-model.ts'
import { hostileWorld } from '../interop/hostile-zones.ts'
import { zoneText } from '../interop/world.ts'
import { makeKeys, signedText } from './signed-export.ts'
import {
  canRead,
  complaintOf,
  complaintOfSigning,
  endsLdnsNever,
  missingVerifier,
  VERIFIERS,
  type Verifier,
} from './verifiers.ts'

const INSTALLED = Object.entries<Verifier>(VERIFIERS).filter(([, verifier]) => missingVerifier(verifier) === undefined)
const CHAINS: readonly ChainKind[] = ['nsec', 'nsec3']
/** Shared: making keys of RSA takes longer than all else. */
const KEYS = new Map(
  [[8], [10], [13], [14], [15], [13, 15]].map((algorithms) => [algorithms.join(' and '), makeKeys(algorithms)]),
)
const FAST_KEYS = KEYS.get('15')!

it.runIf(process.env.CI === 'true')('all verifiers are installed where tests must not be left out', () => {
  expect(Object.values<Verifier>(VERIFIERS).flatMap((verifier) => missingVerifier(verifier) ?? [])).toEqual([])
})
for (const { command, package: name } of Object.values(VERIFIERS)) {
  if (!INSTALLED.some(([, verifier]) => verifier.command === command)) {
    console.warn(`SKIPPED: ${command} is missing; install Debian's package ${name}`)
  }
}

const HEAD = '@ 3600 SOA ns hostmaster 7 3600 600 86400 300\n@ 3600 NS ns\nns 3600 A 192.0.2.1\n'

const ZONES: Readonly<Record<string, string>> = {
  'the demo zone': readFileSync('demo/example.com.zone', 'utf8'),
  'an apex alone': '@ 60 SOA ns.example.net. h.example.net. 1 3600 600 86400 3600\n@ 60 NS ns.example.net.\n',
  'empty non-terminals': `${HEAD}a.b.c.d A 192.0.2.1\nx.c.d A 192.0.2.1\n_25._tcp.mail TLSA 3 1 1 00\n`,
  wildcards: `${HEAD}* A 192.0.2.1\n*.w TXT w\na.*.w TXT below\n* MX 0 .\nw.*.x.y A 192.0.2.7\n`,
  'cuts, with and without DS': `${HEAD}${CUTS()}`,
  'cuts below empty non-terminals': `${HEAD}insecure.deep.er NS ns.insecure.deep.er\nns.insecure.deep.er A 192.0.2.3\n`,
  'a DNAME at a name': `${HEAD}old DNAME new\nnew A 192.0.2.1\nc CNAME old\n`,
  'a DNAME at the apex':
    '@ 3600 SOA ns.example.net. h.example.net. 7 3600 600 86400 300\n@ 3600 NS ns.example.net.\n@ DNAME example.org.\n',
  'data below a DNAME': `${HEAD}old DNAME new\na.old A 192.0.2.1\nb.a.old TXT x\nolder A 192.0.2.2\n`,
  'hostile octets': `${HEAD}\\000 TXT nul\n\\000.\\001 TXT "\\000\\255\\"\\\\"\n\\255\\254 A 192.0.2.1\n\\. A 192.0.2.2\na\\ b TXT " "\n\\$x A 192.0.2.4\n\\(\\;\\) TXT ";("\n`,
  'DS where none belongs': `${HEAD}@ DS 1 13 2 ${'00'.repeat(32)}\nds DS 1 13 2 ${'00'.repeat(32)}\n`,
  'a label @': `${HEAD}a MX 10 \\@\n\\@ A 192.0.2.3\n`,
  'upper case': `${HEAD}WWW MX 10 Mail.EXAMPLE.com.\nmail A 192.0.2.9\nSub NS Ns.SUB\nns.sub A 192.0.2.1\n`,
  'long names': `${HEAD}${`${'l'.repeat(63)}.`.repeat(3)}${'m'.repeat(49)} A 192.0.2.1\n`,
  'a name that is a hash': `${HEAD}${'0'.repeat(32)} A 192.0.2.1\n${'v'.repeat(32)} A 192.0.2.1\n`,
}

function CUTS(): string {
  return [
    'signed NS ns.signed',
    'signed DS 12345 13 2 00000000000000000000000000000000000000000000000000000000000000AA',
    'ns.signed A 192.0.2.2',
    'a.ns.signed TXT "below the glue"',
    'unsigned NS ns.unsigned\nunsigned NS unsigned\nunsigned AAAA 2001:db8::1',
    'ns.unsigned A 192.0.2.3',
    'z A 192.0.2.9\n',
  ].join('\n')
}

describe.each(CHAINS)('an export with a chain of %s', (chain) => {
  describe.each(INSTALLED)('before %s', (_, verifier) => {
    it.each(Object.entries(ZONES))('is right: %s', (_, zone) => {
      const text = signedText(zoneProjection('example.com', `$TTL 3600\n${zone}`), { chain, keys: FAST_KEYS })
      if (canRead(verifier, text)) expect(complaintOf(verifier, 'example.com', text)).toBeUndefined()
    })

    it.each([...KEYS])('is right with algorithm %s', (_, keys) => {
      const projection = zoneProjection('example.com', `$TTL 3600\n${HEAD}${CUTS()}`)
      const text = signedText(projection, { chain, keys, digests: [1, 2] })
      expect(complaintOf(verifier, 'example.com', text)).toBeUndefined()
    })

    it('is right with every type of data', () => {
      const types = [...RR_TYPES.values()].filter(
        ({ mnemonic, code }) => !MADE_HERE.has(code) && !SPECIAL.has(mnemonic),
      )
      const lines = types.flatMap(({ mnemonic, code }) =>
        samplesOf(mnemonic).map((rdata, shape) => `t${code}-${shape} ${mnemonic} ${rdata}`),
      )
      const misread = MISREAD.get(verifier)
      const readable = lines.filter((line) => misread?.test(line) !== true)
      const zone = `$TTL 3600\n${HEAD}${readable.join('\n')}\nunknown TYPE65280 \\# 3 00ff2a\n`
      const text = signedText(zoneProjection('example.com', zone), { chain, keys: FAST_KEYS })
      expect(complaintOf(verifier, 'example.com', text)).toBeUndefined()
    })

    it('is right for random zones of colliding names', () => {
      fc.assert(
        fc.property(ZONE, (records) => {
          const projection = zoneProjection(MODEL_APEX, modelText(records))
          expect(complaintOfSigning(...exported(verifier, chain, projection))).toBeUndefined()
        }),
        { numRuns: LONG ? 150 : 25 },
      )
    })

    it('is right for hostile zones', () => {
      for (let seed = 1; seed <= (LONG ? 300 : 15); seed++) {
        const zone = zoneText(hostileWorld(seed).zones[0]!, 'example.com.')
        const complaint = complaintOfSigning(...exported(verifier, chain, zoneProjection('example.com', zone)))
        expect({ seed, complaint }).toEqual({ seed, complaint: undefined })
      }
    })
  })
})

/** The canonical form keeps the case of NSAP-PTR's name (RFC 4034 §6.2, RFC 3597 §7); BIND and ldns do not. */
function samplesOf(mnemonic: string): string[] {
  return SAMPLES[mnemonic]!.map((sample) => (mnemonic === 'NSAP-PTR' ? sample.toLowerCase() : sample))
}

/** With ZONEMD, but where that would trap ldns. */
function exported(verifier: Verifier, chain: ChainKind, projection: Projection): [Verifier, string, string] {
  const isTrap = verifier === VERIFIERS.ldns && chain === 'nsec3' && endsLdnsNever(projection)
  const text = signedText(projection, { chain, keys: FAST_KEYS, digests: isTrap ? [] : [1] })
  return [isTrap ? WITHOUT_ZONEMD : verifier, 'example.com', text]
}

const WITHOUT_ZONEMD: Verifier = { ...VERIFIERS.ldns, arguments: (_apex, path) => ['-V', '2', path] }

/** RDATA that a verifier takes for something else, in whatever form: for ldns NSAP-PTR is text, BIND 9.18 wants a key. */
const MISREAD = new Map<Verifier, RegExp>([
  [VERIFIERS.ldns, / NSAP-PTR /],
  [VERIFIERS.BIND, / IPSECKEY \d+ \d+ 0 /],
])

/** Types that cannot stand at any name. */
const SPECIAL = new Set(['SOA', 'NS', 'CNAME', 'DNAME', 'DS'])
