import { join } from 'node:path'
import { z } from 'zod'
import { type Control, SEED_DOCUMENTS, type SeedDocument } from './control.ts'
import { readEntry } from './read-entry.ts'

/** A sentence of a seed document, word for word, and what answers it. */
export interface SeedSentence {
  readonly document: SeedDocument
  readonly section: string
  readonly says: string
  /** Ids of the controls that answer it; none where it asks for nothing, or where Veil itself answers it. */
  readonly controls: readonly string[]
  /** What of the DNS server answers it. */
  readonly veil?: string
  /** Why it asks for nothing. */
  readonly background?: string
}

const FILE = join(import.meta.dirname, 'seed-sentences')

const sentence = z.union([
  z.strictObject({
    says: z.string().min(1),
    controls: z.array(z.string()).min(1).optional(),
    veil: z.string().optional(),
  }),
  z.strictObject({ says: z.string().min(1), background: z.string() }),
])
const sections = z.array(z.strictObject({ section: z.string(), sentences: z.array(sentence).min(1) }))
const schema = z.record(z.enum(SEED_DOCUMENTS), sections)

/**
 * Every sentence of the seed documents, in their order.
 *
 * @throws where the file does not fit its schema: it is part of the program
 */
export function loadSeedSentences(): readonly SeedSentence[] {
  const { value, isChecked } = readEntry(FILE)
  const documents = isChecked ? (value as z.infer<typeof schema>) : checkedSentences(value)
  return SEED_DOCUMENTS.flatMap((document) =>
    documents[document].flatMap(({ section, sentences }) =>
      sentences.map((each) => ({
        document,
        section,
        ...each,
        controls: 'controls' in each ? (each.controls ?? []) : [],
      })),
    ),
  ) as readonly SeedSentence[]
}

/** @throws where it does not fit the schema */
export function checkedSentences(value: unknown): z.infer<typeof schema> {
  return schema.parse(value)
}

/** The sentences that a control answers; the one that its file quotes comes first. */
export function sentencesOf(sentences: readonly SeedSentence[], control: Control): readonly SeedSentence[] {
  const own = sentences.filter(({ controls }) => controls.includes(control.id))
  const isQuoted = ({ document, says }: SeedSentence) =>
    document === control.seed.document && says.includes(control.seed.quote)
  return [...own.filter(isQuoted), ...own.filter((each) => !isQuoted(each))]
}
