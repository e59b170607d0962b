/** Malformed and random messages to the answering road itself: nothing throws, and every answer is well-formed. */
import { expect, it } from 'vitest'
import { Flag } from '../../dns/constants.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { type Exchange, Transport } from '../../server/answer/exchange.ts'
import { respond } from '../../server/answer/respond.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { addressOctets, answerTo, contextOf, generationOf, STRANGER } from '../helpers/answering.ts'
import { LONG } from '../helpers/long.ts'
import { createRandom } from '../helpers/random.ts'
import { NOW, type Signing, signedGenerationOf } from '../helpers/signed-answering.ts'
import { wireName } from '../helpers/zone.ts'
import { createMessageSource, FUZZED_ZONE } from './hostile-messages.ts'

const MESSAGES = LONG ? 1_000_000 : 200_000
const SLOT = 1280

const SIGNED = Object.entries(DenialMode).map(([mode, denial], index) => ({
  zone: `signed, denied by ${mode}`,
  open: () =>
    contextOf(signedGenerationOf({ 'example.com.': { base: FUZZED_ZONE, signing: signingOf(denial, index) } })),
}))
const CASES = [
  { zone: 'unsigned', open: () => contextOf(generationOf({ 'example.com.': { base: FUZZED_ZONE } })) },
  ...SIGNED,
]

it.each(CASES)(
  `survives ${MESSAGES.toLocaleString('en')} hostile messages, and answers well all the while: $zone`,
  {
    timeout: 3_600_000,
  },
  ({ open }) => {
    const context = open()
    context.unixSeconds = NOW
    const source = createMessageSource(createRandom(20261121))
    const octets = new Uint8Array(SLOT)
    const exchange: Exchange = {
      octets,
      start: 0,
      length: 0,
      capacity: SLOT,
      source: addressOctets(STRANGER),
      sourceStart: 0,
      listener: 0,
      transport: Transport.Udp,
    }
    const valid = buildQuery({ id: 7, name: wireName('www.example.com'), type: 1 })
    const expected = answerTo(context, valid)
    let answered = 0
    for (let i = 0; i < MESSAGES; i++) {
      exchange.length = source.write(octets, 0, SLOT)
      const id = [octets[0], octets[1]]
      const length = respond(context, exchange)
      if (length === 0) continue
      answered++
      const answer = octets.subarray(0, length)
      if (!isSound(answer, id)) expect.fail(`message ${i} got ${Buffer.from(answer).toString('hex')}`)
      if (i % 1000 === 0) expect(answerTo(context, valid)).toEqual(expected)
    }
    expect(answered).toBeGreaterThan(MESSAGES / 4)
  },
)

function signingOf(denial: DenialMode, index: number): Signing {
  const styles = Object.values(WildcardStyle)
  return { denial, wildcards: styles[index % styles.length]! }
}

/** The answer can be read, is a response to the same ID, and is within bounds. */
function isSound(answer: Uint8Array, id: readonly (number | undefined)[]): boolean {
  if (answer[0] !== id[0] || answer[1] !== id[1] || answer.length > 1232) return false
  const message = readMessage(answer)
  return message !== undefined && (message.flags & Flag.QR) !== 0
}
