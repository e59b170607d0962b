import { z } from 'zod'
import type { Step } from './step.ts'

const text = z.string().min(1)
const path = z.string().regex(/^(\/|\$\{)/)
const mode = z.string().regex(/^[0-7]{4}$/)
const owner = z.string().regex(/^[a-z_][\w-]*(?::[a-z_][\w-]*)?$/)

/** The kinds of steps, as YAML holds them: step.ts says what each does. */
export const stepSchema: z.ZodType<Step> = z.lazy(() =>
  z.union([
    z.strictObject({ file: path, content: z.string(), mode: mode.optional(), owner: owner.optional() }),
    z.strictObject({ append: path, lines: z.array(text).min(1) }),
    z.strictObject({ edit: path, replace: text, with: z.string() }),
    z.strictObject({ postconf: z.record(text, z.string()) }),
    z.strictObject({ link: path, to: text }),
    z.strictObject({ remove: path }),
    z.strictObject({ folder: path, mode: mode.optional(), owner: owner.optional() }),
    z.strictObject({ chmod: path, mode, owner: owner.optional() }),
    z.strictObject({ enable: text }),
    z.strictObject({ disable: text }),
    z.strictObject({ install: z.array(text).min(1), brings: z.array(stepSchema).optional() }),
    z.strictObject({ run: text, leads: z.array(stepSchema).optional() }),
    z.strictObject({ tell: text }),
  ]),
) as z.ZodType<Step>
