/**
 * Random zones, signed in every way: each answer validates, proves what is so, and says what the same zone says unsigned.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rcode, Type } from '../../dns/constants.ts'
import { buildQuery, type Message, type MessageRecord, type QueryOptions, readMessage } from '../../dns/message.ts'
import { nameToText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { AnswerContext } from '../../server/answer/context.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { answerTo, contextOf, generationOf } from '../helpers/answering.ts'
import { LONG } from '../helpers/long.ts'
import { APEX_RECORDS, RECORDS } from '../helpers/random-zone.ts'
import { NOW, type Signing, signedGenerationOf, trustedZonesOf } from '../helpers/signed-answering.ts'
import { judge } from '../helpers/validator.ts'
import { wireName } from '../helpers/zone.ts'
import { MODEL_APEX, type ModelRecord, modelName, modelText } from '../helpers/zone-model.ts'

const RUNS = LONG ? 60 : 4
const TYPES = [1, 2, 5, 6, 15, 16, 28, 39, 43, 46, 47, 48, 255, 65400]
const DS = '1 13 2 0000000000000000000000000000000000000000000000000000000000000000'

const RECORDS_WITH_DS = fc
  .tuple(RECORDS, fc.boolean())
  .map(([records, isSecure]) => (isSecure ? [...records, ...delegationsOf(records)] : records))

describe.each(Object.entries(DenialMode))('answers of zones that deny by %s', (_mode, denial) => {
  it.each(Object.entries(WildcardStyle))('validate, wildcards %s', { timeout: 600_000 }, (_style, wildcards) => {
    fc.assert(
      fc.property(RECORDS_WITH_DS, (records) => {
        const base = modelText([...APEX_RECORDS, ...records])
        check(base, { denial, wildcards }, questionNames(records))
      }),
      { numRuns: RUNS },
    )
  })
})

function check(base: string, signing: Signing, names: readonly string[]): void {
  const zones = { [MODEL_APEX]: { base, signing } }
  const signed = contextOf(signedGenerationOf(zones))
  signed.unixSeconds = NOW
  const plain = contextOf(generationOf(zones))
  const trusted = trustedZonesOf(zones)
  for (const name of names) {
    if (signing.wildcards === WildcardStyle.Hidden && name.includes('*')) continue
    for (const type of TYPES) {
      if (signing.wildcards === WildcardStyle.Conventional && OF_EACH_NAME.has(type)) continue
      const what = `${name} ${typeToText(type)}`
      const truth = ask(plain, name, type)
      const answer = ask(signed, name, type, { edns: { do: true } })
      const conclusion = judge(answer, trusted, NOW)
      if (conclusion.kind === 'bogus') expect.fail(`${what}: ${conclusion.reason}\n${textOf(answer)}`)
      if (BY_SIGNING.has(type)) continue
      expect(conclusion.kind, `${what}\n${textOf(answer)}`).toMatch(expectedKind(truth))
      expect(dataOf(answer), what).toEqual(dataOf(truth))
      expect(ask(signed, name, type), what).toEqual(truth)
    }
  }
}

/** Behind a wildcard that shows itself no name has these, and yet the wildcard's NSEC says that it has them. */
const OF_EACH_NAME = new Set<number>([Type.NSEC, Type.RRSIG])
/** Types that names have because their zone is signed. */
const BY_SIGNING = new Set<number>([Type.NSEC, Type.RRSIG, Type.DNSKEY])

function ask(context: AnswerContext, name: string, type: number, options: Partial<QueryOptions> = {}): Message {
  const question = buildQuery({ id: 1, name: wireName(name), type, ...options })
  return readMessage(answerTo(context, question, { transport: Transport.Stream })!)!
}

/** What an answer says, by that of the unsigned zone. */
function expectedKind({ rcode, authority }: Message): RegExp {
  switch (authority[0]?.type) {
    case Type.SOA:
      return rcode === Rcode.NxDomain ? /^nxdomain$/ : /^nodata$/
    case Type.NS:
      return /^(secure|insecure)-referral$/
    default:
      return /^(answer|insecure)$/
  }
}

function dataOf({ answer }: Message): string[] {
  return linesOf(answer.filter(({ type }) => type !== Type.RRSIG))
}

function textOf({ rcode, answer, authority }: Message): string {
  return [`RCODE ${rcode}`, ...linesOf(answer), '', ...linesOf(authority)].join('\n')
}

function linesOf(records: readonly MessageRecord[]): string[] {
  return records.map(
    ({ name, ttl, type, rdata }) => `${nameToText(name)} ${ttl} ${typeToText(type)} ${rdataToText(type, rdata)}`,
  )
}

/** Each owner, everything above it, and names beside and below. */
function questionNames(records: readonly ModelRecord[]): string[] {
  const names = new Set<string>([modelName(['q'])])
  for (const { owner } of records) {
    for (let above = 0; above <= owner.length; above++) {
      const labels = owner.slice(above)
      for (const each of [labels, ['x', ...labels], ['y', 'x', ...labels], ['*', ...labels]]) names.add(modelName(each))
    }
  }
  return [...names]
}

/** DS at every other cut. */
function delegationsOf(records: readonly ModelRecord[]): ModelRecord[] {
  const cuts = new Map(
    records
      .filter(({ owner, type }) => type === 'NS' && owner.length > 0)
      .map(({ owner }) => [modelName(owner), owner]),
  )
  return [...cuts.values()]
    .filter((_, index) => index % 2 === 0)
    .map((owner) => ({ owner, type: 'DS', ttl: 300, rdata: DS }))
}
