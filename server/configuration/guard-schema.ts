import { z } from 'zod'
import { banEntries } from './ban-schema.ts'
import { RESPONSES } from './detection-types.ts'
import { flag, readable } from './entry.ts'
import { readName } from './names.ts'

const response = (description: string) =>
  z.enum(RESPONSES).meta({
    description,
    expected: `one of ${RESPONSES.map((each) => `\`${each}\``).join(', ')}`,
    remedies: {
      false: 'Write `response: none`.',
      truncate: 'Write `response: tc`.',
      ban: 'Bans are `guard.ban`; a response is about absent names alone.',
    },
  })

/** The entry `guard` of the whole file. */
export const guard = z
  .strictObject({
    detection: flag({ description: 'Look for enumeration', expected: 'true or false' }),
    response: response('What is done about it, on absent names alone, where a zone does not say so itself'),
    ...banEntries,
  })
  .partial()
  .meta({
    description: 'Who enumerates and what is done about it, bans, and who is told of alarms',
    expected: 'a map',
    examples: [{ response: 'tc', 'never-ban': ['192.0.2.0/28'] }],
  })

const zoneGuard = z
  .strictObject({
    response: response('What is done in this view about who enumerates the zone; as `guard.response` when left out'),
    honey: z
      .array(
        readable((value) => readName(value), {
          description: 'A name that nobody has reason to ask for, relative to the zone',
          expected: 'a name',
          examples: ['backup-old'],
        }),
      )
      .meta({
        description:
          'Names that nobody has reason to ask for, there or not: a question for one, or for what is below it, is an alert at once',
        expected: 'a list of names',
        examples: [['backup-old', 'vpn2-admin']],
      }),
  })
  .partial()
  .meta({ description: 'What is done in one view', expected: 'a map with `response` or `honey`' })

/** The entry `guard` of a zone. */
export const guardOfZone = z.record(z.string(), zoneGuard).meta({
  description: 'By view: what is done about who enumerates the zone',
  expected: 'a map from view to what is done there',
  examples: [{ public: { response: 'tc', honey: ['backup-old'] } }],
})
