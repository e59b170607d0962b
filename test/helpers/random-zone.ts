import fc from 'fast-check'
import { type Labels, MODEL_APEX, type ModelRecord, modelName, sameLabels } from './zone-model.ts'

/** Few labels, so that names collide, nest and cover one another; some that sort around the end of a label. */
const LABEL = fc.constantFrom('a', 'b', '*', 'aa', 'a-', '\u0000', '\u0001', '\u0002', 'a\u0000')

/** A name at or below the apex. */
export const NAME: fc.Arbitrary<Labels> = fc.array(LABEL, { maxLength: 3 })

const TARGET: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: NAME.map(modelName) },
  { weight: 1, arbitrary: fc.constantFrom('a.example.net.', 'b.a.example.net.', 'example.net.', 'com.', '.') },
)

const ADDRESS = fc.integer({ min: 0, max: 3 })

const DATA: fc.Arbitrary<{ type: string; rdata: string }> = fc.oneof(
  { weight: 4, arbitrary: ADDRESS.map((host) => ({ type: 'A', rdata: `192.0.2.${host}` })) },
  { weight: 2, arbitrary: ADDRESS.map((host) => ({ type: 'AAAA', rdata: `2001:db8::${host + 1}` })) },
  { weight: 3, arbitrary: TARGET.map((rdata) => ({ type: 'NS', rdata })) },
  { weight: 1, arbitrary: TARGET.map((rdata) => ({ type: 'CNAME', rdata })) },
  { weight: 1, arbitrary: TARGET.map((rdata) => ({ type: 'DNAME', rdata })) },
  { weight: 2, arbitrary: TARGET.map((rdata) => ({ type: 'MX', rdata: `10 ${rdata}` })) },
  { weight: 1, arbitrary: TARGET.map((rdata) => ({ type: 'SRV', rdata: `0 0 1 ${rdata}` })) },
  { weight: 1, arbitrary: ADDRESS.map((text) => ({ type: 'TXT', rdata: `"${text}"` })) },
)

/** Records that may stand together in a zone file, without the apex's SOA and NS. */
export const RECORDS: fc.Arbitrary<ModelRecord[]> = fc
  .array(
    fc.record({ owner: NAME, ttl: fc.constantFrom(60, 300), data: DATA }).map(({ owner, ttl, data }) => ({
      owner,
      ttl,
      ...data,
    })),
    { maxLength: 14 },
  )
  .map(wellFormed)

/** SOA and NS. */
export const APEX_RECORDS: readonly ModelRecord[] = [
  { owner: [], type: 'SOA', ttl: 3600, rdata: `ns.${MODEL_APEX} hostmaster.${MODEL_APEX} 7 3600 600 86400 300` },
  { owner: [], type: 'NS', ttl: 3600, rdata: `ns.${MODEL_APEX}` },
]

/** A complete zone. */
export const ZONE: fc.Arbitrary<ModelRecord[]> = RECORDS.map((records) => [...APEX_RECORDS, ...records])

/** Without records that no zone may hold beside earlier ones. */
function wellFormed(records: readonly ModelRecord[]): ModelRecord[] {
  const kept: ModelRecord[] = []
  for (const record of records) {
    const { owner, type } = record
    const node = kept.filter((other) => sameLabels(other.owner, owner))
    const beside = node.map((other) => other.type)
    if (node.some((other) => other.type === type && other.rdata === record.rdata)) continue
    if (beside.includes('CNAME') || (type === 'CNAME' && (beside.length > 0 || owner.length === 0))) continue
    if (type === 'DNAME' && (beside.includes('DNAME') || (beside.includes('NS') && owner.length > 0))) continue
    if (type === 'NS' && beside.includes('DNAME') && owner.length > 0) continue
    if (owner[0] === '*' && (type === 'NS' || type === 'DNAME')) continue
    kept.push(record)
  }
  return kept
}
