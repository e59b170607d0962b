/**
 * Signed zones keep what is hidden as unsigned ones do: every octet that a stranger receives, signatures and proofs too, is
 * what a server would send that never had it, whatever insiders asked before.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { readMessage } from '../../dns/message.ts'
import { openSignatureTable, signatureTableOctets } from '../../keys/signature-table.ts'
import type { AnswerContext } from '../../server/answer/context.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { answerTo, INSIDER, STRANGER } from '../helpers/answering.ts'
import { type DecoyText, decoysOf } from '../helpers/decoys.ts'
import { LONG } from '../helpers/long.ts'
import { APEX_RECORDS, RECORDS } from '../helpers/random-zone.ts'
import type { SignedZoneText, Signing } from '../helpers/signed-answering.ts'
import { type AskOptions, signedQuery, signedWorld } from '../helpers/signed-world.ts'
import { readRrsig } from '../helpers/validator-signatures.ts'
import { MODEL_APEX, type ModelRecord, modelName, modelText } from '../helpers/zone-model.ts'

const RUNS = LONG ? 100 : 5
const TYPES = ['A', 'NS', 'CNAME', 'SOA', 'TXT', 'DS', 'RRSIG', 'NSEC', 'DNSKEY', 'ANY', 'TYPE65400']

const WWW: ModelRecord = { owner: ['www'], type: 'A', ttl: 60, rdata: '192.0.2.80' }
const DECOYS: readonly DecoyText[] = [
  { of: [`www.${MODEL_APEX}`] },
  { addresses: ['198.51.100.0/24', '2001:db8:1::/64'] },
  { addresses: ['198.51.100.0/24'], isSelective: true },
]

const ZONE_WITH_SECRETS = fc.record({
  visible: RECORDS,
  hidden: RECORDS.map((records) => records.filter(({ owner }) => owner.length > 0)),
})

describe.each(Object.entries(DenialMode))('what strangers receive, denied by %s', (_, denial) => {
  it.each(Object.entries(WildcardStyle))('tells nothing, wildcards %s', { timeout: 600_000 }, (_style, wildcards) => {
    fc.assert(
      fc.property(ZONE_WITH_SECRETS, ({ visible, hidden }) => {
        const contexts = openPair(visible, hidden, { denial, wildcards })
        fc.pre(contexts !== undefined)
        expectSame(contexts!, [...visible, ...hidden], (octets) => octets)
      }),
      { numRuns: RUNS },
    )
  })

  it.skipIf(denial === DenialMode.Cells)('tells nothing with decoys', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(ZONE_WITH_SECRETS, fc.constantFrom(...DECOYS), ({ visible, hidden }, decoys) => {
        const contexts = openPair(visible, hidden, { denial }, decoys)
        fc.pre(contexts !== undefined)
        expectSame(contexts!, [...visible, ...hidden], (octets) => octets)
      }),
      { numRuns: RUNS },
    )
  })

  it('tells nothing where signatures are random, but for these', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(ZONE_WITH_SECRETS, ({ visible, hidden }) => {
        const contexts = openPair(visible, hidden, { denial, algorithms: [13] })
        fc.pre(contexts !== undefined)
        expectSame(contexts!, [...visible, ...hidden], withoutSignatures)
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    )
  })
})

it('shows insiders what strangers do not see, so that the comparison could fail', () => {
  const hidden: ModelRecord[] = [{ owner: ['db', 'staging'], type: 'A', ttl: 60, rdata: '10.0.0.1' }]
  const { keeping, innocent } = openPair([], hidden, {})!
  for (const label of ['db.staging', 'staging']) {
    const question = signedQuery(`${label}.${MODEL_APEX}`, 'TXT')
    expect(answerTo(keeping, question, { from: INSIDER })).not.toEqual(answerTo(innocent, question, { from: INSIDER }))
    expect(answerTo(keeping, question)).toEqual(answerTo(innocent, question))
  }
})

interface Pair {
  readonly keeping: AnswerContext
  readonly innocent: AnswerContext
}

/** undefined: the records are not to be loaded together. */
function openPair(
  visible: readonly ModelRecord[],
  hidden: readonly ModelRecord[],
  signing: Signing,
  decoys?: DecoyText,
): Pair | undefined {
  const base = modelText([...APEX_RECORDS, ...visible, WWW])
  const open = (zone: SignedZoneText) =>
    signedWorld(
      { [MODEL_APEX]: { ...zone, signing, ...(decoys && { decoys: { public: decoysOf(decoys) } }) } },
      { openSignatureTable: () => openSignatureTable(new SharedArrayBuffer(signatureTableOctets(64)), 7) },
    ).context
  try {
    return { keeping: open({ base, overlays: { internal: modelText(hidden) } }), innocent: open({ base }) }
  } catch {
    return undefined
  }
}

function expectSame(
  { keeping, innocent }: Pair,
  records: readonly ModelRecord[],
  shown: (octets: Uint8Array) => Uint8Array,
): void {
  for (const [at, name] of namesAround(records).entries()) {
    for (const [index, type] of TYPES.entries()) {
      const dnssec = (['do', 'do+co', 'do', 'edns', 'off'] as const)[(at + index) % 5]!
      const question = signedQuery(name, type, { dnssec, udpSize: [512, 1232][index % 2]! } satisfies AskOptions)
      const transport = at % 3 === 0 ? Transport.Stream : Transport.Udp
      if (index % 2 === 0) answerTo(keeping, question, { from: INSIDER, transport })
      const [kept, clean] = [keeping, innocent].map((context) =>
        shown(answerTo(context, question, { from: STRANGER, transport })!),
      ) as [Uint8Array, Uint8Array]
      if (Buffer.compare(kept, clean) === 0) continue
      expect(Buffer.from(kept).toString('hex'), `${name} ${type}`).toBe(Buffer.from(clean).toString('hex'))
    }
  }
}

/** The answer with zeros for the octets of each signature. */
function withoutSignatures(octets: Uint8Array): Uint8Array {
  const blank = octets.slice()
  const message = readMessage(octets)!
  for (const record of [...message.answer, ...message.authority]) {
    if (record.type !== Type.RRSIG) continue
    const { signature } = readRrsig(record)
    const at = Buffer.from(blank).indexOf(signature)
    if (at >= 0) blank.fill(0, at, at + signature.length)
  }
  return blank
}

function namesAround(records: readonly ModelRecord[]): string[] {
  const names = new Set<string>([modelName(['unrelated'])])
  for (const { owner } of records) {
    for (let above = 0; above <= owner.length; above++) names.add(modelName(owner.slice(above)))
    for (const labels of [
      ['x', ...owner],
      ['zz', ...owner.slice(1)],
      ['*', ...owner],
    ])
      names.add(modelName(labels))
  }
  return [...names]
}
