import { z } from 'zod'
import { configurationSchema } from './schema.ts'

/** The form of veil.yaml as JSON Schema 2020-12, for editors. What only shows when entries are seen together is not in it. */
export function describeConfiguration(): Record<string, unknown> {
  const schema = z.toJSONSchema(configurationSchema, {
    override: ({ jsonSchema }) => {
      // These complete the sentences of error messages and mean nothing to an editor.
      delete jsonSchema.expected
      delete jsonSchema.remedies
    },
  })
  return { ...schema, title: 'veil.yaml' }
}
