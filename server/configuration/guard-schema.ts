import { z } from 'zod'
import { banEntries } from './ban-schema.ts'

/** The entry `guard` of the whole file. */
export const guard = z
  .strictObject({ ...banEntries })
  .partial()
  .meta({
    description: 'Bans, and who is told of alarms',
    expected: 'a map',
    examples: [{ 'never-ban': ['192.0.2.0/28'] }],
  })
