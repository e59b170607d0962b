import { z } from 'zod'
import type { Reading } from '../reading.ts'
import { parseDuration, parseSize } from './quantities.ts'

/**
 * What each entry says about itself, once: `description` for editors, `expected` and the first example for error
 * messages. `expected` completes the sentence "found …; expected …".
 */
export interface Explanation {
  readonly [key: string]: unknown
  readonly description: string
  readonly expected: string
  readonly examples?: readonly unknown[]
  /** What to say instead of the example to who wrote one of these values. */
  readonly remedies?: Readonly<Record<string, string>>
}

/** Kinds of entries that the schema is made of. */
export const text = (meaning: Explanation) => z.string().min(1).meta(meaning)
export const flag = (meaning: Explanation) => z.boolean().meta(meaning)
/** Text that a reader of its own must understand; the reader's reason becomes the `found` of the message. */
export const readable = (read: (value: string) => Reading<unknown>, meaning: Explanation) =>
  z
    .string()
    .superRefine((value, context) => {
      const reading = read(value)
      if (reading.outcome === 'unreadable') context.addIssue({ code: 'custom', params: { reason: reading.reason } })
    })
    .meta(meaning)

export const checked = (isValid: (value: string) => boolean, meaning: Explanation) =>
  z.string().refine(isValid).meta(meaning)

export const integer = (least: number, most: number, description: string, example: number) =>
  z
    .number()
    .int()
    .min(least)
    .max(most)
    .meta({
      description,
      expected: `a whole number from ${least} to ${most}`,
      examples: [example],
    })

interface Quantity {
  readonly parse: (value: string | number) => number | undefined
  readonly least: number
  readonly most?: number
}

/** A quantity that `parse` must understand, within bounds. */
export const quantity = ({ parse, least, most = Number.POSITIVE_INFINITY }: Quantity, meaning: Explanation) =>
  z
    .union([z.string(), z.number()])
    .refine((value) => {
      const parsed = parse(value)
      return parsed !== undefined && parsed >= least && parsed <= most
    })
    .meta(meaning)

/** A time; `within` says what is allowed, at least a second otherwise. */
export const duration = (
  description: string,
  example: string,
  within: { readonly least: number; readonly most: number; readonly expected: string } | undefined = undefined,
) =>
  quantity(
    { parse: parseDuration, least: 1, ...within },
    { description, expected: within?.expected ?? 'a time of at least one second', examples: [example] },
  )

export const size = (least: number, description: string, example: string) =>
  quantity(
    { parse: parseSize, least },
    { description, expected: `a size of at least ${least} octets`, examples: [example] },
  )

/** The keys of a table, as `z.enum` wants them. */
export function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): [Key, ...Key[]] {
  return Object.keys(table) as [Key, ...Key[]]
}
