import { z } from 'zod'
import { readable, text } from '../../server/configuration/entry.ts'
import { readDay } from './day.ts'

/** The id of a control; whether there is such a one is seen when the file is read. */
export const control = z
  .string()
  .regex(/^[A-Z0-9]+(?:-[A-Z0-9]+)+$/)
  .meta({
    description: 'The control: `hostcheck list` has their ids',
    expected: 'the id of a control',
    examples: ['LOG-01'],
  })

const day = (description: string, example: string) =>
  readable(readDay, { description, expected: 'a day as year-month-day', examples: [example] })

const subject = text({
  description:
    'Which subjects of the control it is for, as the report names them; `*` stands for any text, `?` for one character. All of them when left out',
  expected: 'a subject, or a pattern of subjects',
  examples: ['jail sshd', 'vhost *.example.com'],
})

/** An entry of `waivers`. */
export const waiverSchema = z
  .strictObject({
    control,
    subject: subject.optional(),
    reason: text({
      description: 'Why this is accepted, for whoever reads it in a year',
      expected: 'a reason',
      examples: ['the scanner of the auditor needs it until the move'],
    }),
    owner: text({ description: 'Who answers for it', expected: 'a person or a team', examples: ['ops@example.com'] }),
    expires: day('Its last day, at most a year ahead: after it the control fails again', '2027-06-30'),
  })
  .meta({ description: 'A waiver', expected: 'a map' })

/** An entry of `attestations`. */
export const attestationSchema = z
  .strictObject({
    control,
    subject: subject.optional(),
    statement: text({
      description: 'What was seen or decided',
      expected: 'a sentence',
      examples: ['the provider filters volumetric attacks, contract 4711'],
    }),
    by: text({ description: 'Who says so', expected: 'a person', examples: ['Ada Lovelace'] }),
    on: day('The day on which it was said', '2026-11-25'),
    expires: day('Its last day, at most a year after `on`: after it the control warns', '2027-05-25'),
  })
  .meta({ description: 'An attestation', expected: 'a map' })
