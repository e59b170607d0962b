import { z } from 'zod'
import { STATES } from '../../checker/judging/judgement.ts'
import { stepSchema } from '../../checker/remedy/step-schema.ts'
import { ALLOWED_COMMANDS, type AllowedCommand } from '../../checker/root/root.ts'

const path = z.string().startsWith('/')
/** `2026-11-20T08:00:00Z`, or how long before the time of the stock tree: `36h`, `20d`. */
const time = z.union([z.iso.datetime(), z.string().regex(/^\d+[smhd]$/)])
const commandName = z.enum(Object.keys(ALLOWED_COMMANDS) as [AllowedCommand, ...AllowedCommand[]])

/** What makes a host of the stock tree, beside a remedy. */
const situation = {
  /** Unix seconds, where it is not the time of the stock tree. */
  now: z.number().int().optional(),
  with: z.array(stepSchema).optional(),
  /** Fields of Declarations (checker/declarations) that differ from "nothing declared, a large operation". */
  declared: z.record(z.string(), z.unknown()).optional(),
  /** What probes found; `at` is the time of the stock tree where it is left out. */
  observations: z
    .array(
      z.strictObject({
        probe: z.string(),
        target: z.string(),
        at: time.optional(),
        from: z.string().optional(),
        found: z.unknown(),
      }),
    )
    .optional(),
  /** What commands of the live host print. */
  commands: z
    .partialRecord(
      commandName,
      z.strictObject({ exitCode: z.number().optional(), stdout: z.string(), stderr: z.string().optional() }),
    )
    .optional(),
  /** Files that are no text, in base64, by path. */
  octets: z.record(path, z.base64()).optional(),
  /** When a file was last written, by path. */
  modified: z.record(path, time).optional(),
  /** Names of one file, each list of them. */
  hardLinks: z.array(z.array(path).min(2)).optional(),
  /** Paths that cannot be read. */
  unreadable: z.array(path).optional(),
}

const expectation = {
  /** The worst state of the control's judgements: fail, warn, unknown, manual, pass, not-applicable; of `subject` alone where it is given. */
  state: z.enum(STATES),
  subject: z.string().optional(),
}

/** A control's file of cases: cases/ID.yaml. */
export const casesSchema = z.strictObject({
  /** The stock tree and its own situation. */
  red: z.strictObject({ ...situation, ...expectation }),
  /** Red, with the remedy of each of its judgements, and its own situation; `values` stand for what a person fills in. */
  green: z.strictObject({ ...situation, ...expectation, values: z.record(z.string(), z.string()).optional() }),
  traps: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        on: z.enum(['stock', 'red', 'green']),
        ...situation,
        ...expectation,
        state: expectation.state.optional(),
        /** Instead of a state: nothing is said of `subject` at all. */
        absent: z.literal(true).optional(),
      }),
    )
    .min(1),
})

export type Cases = z.infer<typeof casesSchema>
export type Situation = Omit<z.infer<typeof casesSchema.shape.red>, 'state' | 'subject'>
