import { expect, it } from 'vitest'
import { createLabelledName } from '../../dns/labelled-name.ts'
import { nameFromText } from '../../dns/name.ts'
import { createQueryEvent } from '../../guard/query-event.ts'
import { isKnownElsewhere } from '../../server/guard/hidden-names.ts'
import { createZoneScopes } from '../../server/guard/zone-scopes.ts'
import { labelSeed } from '../../zones/image/seeds.ts'
import { compileProjection, TEST_SECRET, zoneProjection } from '../helpers/zone.ts'

const VIEWS = 20
const BASE = '@ 60 SOA ns1 hostmaster 1 7200 3600 1209600 300\n@ 60 NS ns1\nns1 60 A 192.0.2.53\n'

it('a question of many labels costs no more lookups in other views than their zones are deep', () => {
  const memories = Array.from({ length: VIEWS }, (_, view) =>
    compileProjection(zoneProjection('example.com.', view === 7 ? `${BASE}db.staging 60 A 10.0.0.1\n` : BASE)),
  )
  const scopes = createZoneScopes((id) => memories[id]!.memory)
  const views = memories.map(({ length }, id) => ({ name: `view${id}`, images: [{ arena: id, length }] }))
  const selection = { words: new Int32Array(), roots: new Int32Array() }
  scopes.adopt({ epoch: 1, labelSeed: labelSeed(TEST_SECRET), views, selection, keySets: [], identity: {} })
  let lookups = 0
  const counting: typeof scopes = {
    ...scopes,
    zoneAt: (...where) => {
      lookups++
      return scopes.zoneAt(...where)
    },
  }
  const isKnown = (text: string): boolean => {
    const name = nameFromText(text)
    const event = { ...createQueryEvent(), view: 0, nameLength: name.length }
    event.name.set(name)
    return isKnownElsewhere(counting, event, createLabelledName(labelSeed(TEST_SECRET)))
  }
  expect(isKnown(`${'a.'.repeat(118)}example.com.`)).toBe(false)
  expect(lookups).toBeLessThanOrEqual(2 * VIEWS)
  expect([isKnown('db.staging.example.com.'), isKnown('staging.example.com.')]).toEqual([true, false])
})
