import { z } from 'zod'
import { LEAK_LEVELS } from '../../zones/leaks/rule.ts'
import { LEAK_RULES } from '../../zones/leaks/rules.ts'

const level = (description: string) =>
  z.enum(LEAK_LEVELS).meta({ description, expected: '`error`, `warning` or `off`' }).optional()

/** `leaks`: one entry for each rule of the leak lint. */
export const leaks = z.strictObject(Object.fromEntries(LEAK_RULES.map(({ id, title }) => [id, level(title)]))).meta({
  description: 'Levels of the rules of the leak lint: an error keeps a zone from being published',
  expected: 'a map from rule to level',
  examples: [{ 'internal-looking-name': 'off' }],
})
