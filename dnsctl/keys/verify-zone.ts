import type { KeyListing } from '../../server/keys/key-listing.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import type { Place } from '../../server/parent/exchange.ts'
import { expectedAnswers, ownEntrances, parentEntrances } from './expected-keys.ts'
import { nowSeconds } from './times.ts'
import type { Verification } from './verification-text.ts'
import { verifyPlace } from './verify-answers.ts'

/** Verifies a zone at these places, the first of which is also asked by way of each DS. */
export async function verifyZone(
  report: RolloverReport,
  listed: readonly KeyListing[],
  places: readonly Place[],
  byParent: boolean,
): Promise<Verification> {
  const bare = expectedAnswers(report, listed)
  const entrances = [...ownEntrances(report, listed), ...(byParent ? parentEntrances(report) : [])]
  const keys = bare.dnskeys.length
  const about = { zone: report.zone, keys, entrances: entrances.map(({ name }) => name) }
  if (keys === 0) return { ...about, isUnsigned: true, answers: [], faults: [] }
  const answers = (await Promise.all(places.map((place) => verifyPlace(place, bare, nowSeconds)))).flat()
  const faults = answers.flatMap(({ place, via, question, fault }) =>
    fault === undefined ? [] : [`${question} at ${place.address}@${place.port} over ${via}: ${fault}`],
  )
  if (faults.length > 0) return { ...about, isUnsigned: false, answers, faults }
  for (const { name, ds } of entrances) {
    const [first] = await verifyPlace(places[0]!, { ...bare, ds }, nowSeconds)
    if (first?.fault !== undefined) faults.push(`by ${name}: ${first.fault}`)
  }
  return { ...about, isUnsigned: false, answers, faults }
}
