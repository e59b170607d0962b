/*
 * Reads a zod schema as the tree of entries that it is.
 */
import type { z } from 'zod'
import type { Explanation } from './entry.ts'

export type Schema = z.core.$ZodType
export type Shape = Readonly<Record<string, Schema>>

interface Definition {
  readonly type: string
  readonly innerType?: Schema
  readonly shape?: Shape
  readonly element?: Schema
  readonly keyType?: Schema
  readonly valueType?: Schema
  readonly options?: readonly Schema[]
}

/** Definition of a schema without the wrapping of `optional()`. */
export function definition(schema: Schema | undefined): Partial<Definition> {
  const own = schema?._zod.def as Definition | undefined
  return own?.innerType === undefined ? (own ?? {}) : definition(own.innerType)
}

/** Entries of a map, or of the one alternative of a union that is a map; undefined for what is neither. */
export function shapeOf(schema: Schema | undefined): Shape | undefined {
  const { shape, options } = definition(schema)
  return shape ?? options?.map((option) => definition(option).shape).find((each) => each !== undefined)
}

/** The explanation nearest to the entry: its own, or that of what `optional()` wraps. */
export function explain(schema: Schema | undefined): Explanation | undefined {
  if (schema === undefined) return undefined
  const own = (schema as z.ZodType).meta() as Explanation | undefined
  return own?.expected === undefined ? explain((schema._zod.def as Partial<Definition>).innerType) : own
}

/** Whether the entry may be left out. */
export function isOptional(schema: Schema): boolean {
  return (schema._zod.def as Definition).type === 'optional'
}
