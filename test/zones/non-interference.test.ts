/**
 * What a view may not see changes nothing of what it gets: its image is, octet for octet, that of a server which never
 * had the hidden records. Then leaks are planted, to see that the comparison would find them.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { typeFromText } from '../../dns/rr/registry.ts'
import type { HideRule } from '../../zones/hide.ts'
import type { Projection } from '../../zones/projection.ts'
import { withNodesOfTheWhole } from '../helpers/leaky-projection.ts'
import { APEX_RECORDS, RECORDS, ZONE } from '../helpers/random-zone.ts'
import { compileProjection, wireName, zoneOctets, zoneProjection } from '../helpers/zone.ts'
import { MODEL_APEX, type ModelRecord, modelName, modelText, modelTypesAt, sameLabels } from '../helpers/zone-model.ts'

/** Without NS at the apex: a zone that lost it would be refused. */
const EXPENDABLE = RECORDS.map((records) => records.filter(({ owner, type }) => owner.length > 0 || type !== 'NS'))

/** A zone and the RRsets of it that are hidden: some types of an owner, or all. */
const PARTLY_HIDDEN = EXPENDABLE.chain((records) => {
  const places = [...new Set(records.map(({ owner, type }) => `${modelName(owner)} ${type}`))]
  return fc.record({ records: fc.constant(records), hidden: fc.subarray(places) })
})

function isHidden(records: readonly ModelRecord[], hidden: readonly string[], { owner, type }: ModelRecord): boolean {
  if (hidden.includes(`${modelName(owner)} ${type}`)) return true
  // What a hidden delegation or DNAME kept out of sight goes with it.
  return records.some((other) => {
    if (!hidden.includes(`${modelName(other.owner)} ${other.type}`)) return false
    const depth = owner.length - other.owner.length
    const isWithin = depth >= 0 && sameLabels(owner.slice(depth), other.owner)
    if (other.type === 'NS') return isWithin && other.owner.length > 0
    return other.type === 'DNAME' && isWithin && depth > 0
  })
}

function hideRules(records: readonly ModelRecord[], hidden: readonly string[]): HideRule[] {
  return hidden.map((place) => {
    const [name, type] = place.split(' ') as [string, string]
    const owner = records.find((record) => modelName(record.owner) === name)!.owner
    // Where all of an owner is hidden, say so by its name alone.
    const isWhole = owner.length > 0 && [...modelTypesAt(records, owner)].every((t) => hidden.includes(`${name} ${t}`))
    return { name: wireName(name), subtree: false, types: isWhole ? undefined : [typeFromText(type)!] }
  })
}

function octetsOf(projection: Projection, serial?: number): Uint8Array {
  const { memory, length } = compileProjection(projection, serial === undefined ? {} : { serial })
  return new Uint8Array(memory, 0, length)
}

describe('the image of a view', () => {
  test('is that of a server which never had the records hidden from it', () => {
    fc.assert(
      fc.property(PARTLY_HIDDEN, ({ records, hidden }) => {
        const whole = modelText([...APEX_RECORDS, ...records])
        const visible = modelText([...APEX_RECORDS, ...records.filter((record) => !isHidden(records, hidden, record))])
        const image = zoneOctets(MODEL_APEX, whole, { hide: hideRules(records, hidden) })
        expect(Buffer.compare(image, zoneOctets(MODEL_APEX, visible))).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  test('shows nothing that a hidden delegation had occluded', () => {
    const base = modelText(APEX_RECORDS)
    const cut = `corp.${MODEL_APEX} 60 NS ns.corp.${MODEL_APEX}\nns.corp.${MODEL_APEX} 60 A 10.0.0.1\ncorp.${MODEL_APEX} 60 TXT "old"\n`
    const hide = [{ name: wireName(`corp.${MODEL_APEX}`), subtree: false, types: [typeFromText('NS')!] }]
    expect(Buffer.compare(zoneOctets(MODEL_APEX, base + cut, { hide }), zoneOctets(MODEL_APEX, base))).toBe(0)
  })

  test('is the same with the visible part in an overlay', () => {
    fc.assert(
      fc.property(EXPENDABLE, (records) => {
        const image = zoneOctets(MODEL_APEX, modelText(APEX_RECORDS), { overlay: modelText(records) })
        expect(Buffer.compare(image, zoneOctets(MODEL_APEX, modelText([...APEX_RECORDS, ...records])))).toBe(0)
      }),
      { numRuns: 150 },
    )
  })
})

describe('a planted leak shows in the image', () => {
  test('an empty non-terminal kept alive by a hidden name, in every zone with one', () => {
    fc.assert(
      fc.property(ZONE, (records) => {
        const text = modelText(records)
        const hiddenText = `secret.staging.${MODEL_APEX} 60 A 10.0.0.1\n`
        const whole = zoneProjection(MODEL_APEX, text + hiddenText)
        const last = (rrset: number) => whole.octets[whole.owners[rrset]!] === 'secret'.length
        const leaky = octetsOf(withNodesOfTheWhole(whole, last))
        expect(Buffer.compare(leaky, zoneOctets(MODEL_APEX, text))).not.toBe(0)
        // The control: with nothing hidden the same construction changes nothing.
        expect(Buffer.compare(octetsOf(withNodesOfTheWhole(whole, () => false)), octetsOf(whole))).toBe(0)
      }),
      { numRuns: 100 },
    )
  })

  test('glue from the whole zone', () => {
    const base = modelText(APEX_RECORDS)
    const cut = `sub.${MODEL_APEX} 60 NS ns.sub.${MODEL_APEX}\n`
    const glue = `ns.sub.${MODEL_APEX} 60 A 10.0.0.1\n`
    const hide = [{ name: wireName(`ns.sub.${MODEL_APEX}`), subtree: false, types: undefined }]
    const hidden = zoneOctets(MODEL_APEX, base + cut + glue, { hide })
    expect(Buffer.compare(hidden, zoneOctets(MODEL_APEX, base + cut))).toBe(0)
    expect(Buffer.compare(zoneOctets(MODEL_APEX, base + cut + glue), zoneOctets(MODEL_APEX, base + cut))).not.toBe(0)
  })

  test('a hole that a hidden name leaves in a wildcard', () => {
    const base = modelText(APEX_RECORDS)
    const wildcard = `*.${MODEL_APEX} 60 A 192.0.2.1\n`
    const whole = zoneProjection(MODEL_APEX, `${base + wildcard}db.staging.${MODEL_APEX} 60 A 10.0.0.1\n`)
    const leaky = withNodesOfTheWhole(whole, (rrset) => whole.octets[whole.owners[rrset]!] === 'db'.length)
    expect(Buffer.compare(octetsOf(leaky), zoneOctets(MODEL_APEX, base + wildcard))).not.toBe(0)
  })

  test('a serial shared between views', () => {
    const projection = zoneProjection(MODEL_APEX, modelText(APEX_RECORDS))
    expect(Buffer.compare(octetsOf(projection, 8), octetsOf(projection, 7))).not.toBe(0)
  })
})
