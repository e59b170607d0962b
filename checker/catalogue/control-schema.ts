import { z } from 'zod'
import { type Declarations, NOTHING_DECLARED } from '../declarations/declarations.ts'
import { STATES } from '../judging/judgement.ts'
import { stepSchema } from '../remedy/step-schema.ts'
import { ALLOWED_COMMANDS, type AllowedCommand } from '../root/root.ts'
import { SEED_DOCUMENTS, SEVERITIES } from './control.ts'

const text = z.string().min(1)
const steps = z.array(stepSchema)
const declaredField = z.enum(Object.keys(NOTHING_DECLARED) as [keyof Declarations, ...(keyof Declarations)[]])
const command = z.enum(Object.keys(ALLOWED_COMMANDS) as [AllowedCommand, ...AllowedCommand[]])

/** The kinds of steps of a flip: flip.ts says what each does. */
const flip = z.array(
  z.union([
    z.strictObject({ declare: z.partialRecord(declaredField, z.unknown()) }),
    z.strictObject({ prints: command, stdout: z.string(), exitCode: z.int().optional() }),
    z.strictObject({ observed: z.array(z.strictObject({ probe: text, target: text, found: z.unknown() })) }),
    z.strictObject({ hardLinks: z.array(z.string().startsWith('/')).min(2) }),
    z.strictObject({ written: z.string().startsWith('/'), ago: z.string().regex(/^\d+[smhd]$/) }),
    stepSchema,
  ]),
)

/** A control's file. `hostcheck` refuses to start with one that does not fit. */
export const controlSchema = z.strictObject({
  id: z.string().regex(/^[A-Z0-9]{2,4}-(?:[A-Z0-9]+-)?[A-Z0-9]+$/),
  title: text,
  seed: z.strictObject({ document: z.enum(SEED_DOCUMENTS), quote: text }),
  rationale: text,
  severity: z.enum(SEVERITIES),
  applies: z.strictObject({ profiles: z.array(z.enum(['small', 'medium', 'large'])).min(1), when: text }),
  facts: z.array(z.strictObject({ source: text, name: text, given: flip.optional(), flip })),
  probes: z.array(text),
  rule: text,
  states: z.partialRecord(z.enum(STATES), text),
  traps: z.array(text).min(1),
  remedy: z.strictObject({
    first: z.array(text).optional(),
    leaves: text.optional(),
    debian: steps.min(1),
    ubuntu: steps.optional(),
  }),
  tension: text.optional(),
  maps: z.strictObject({ cis: z.array(text), nist: z.array(text) }),
  synthetic: z.literal(true).optional(),
})
