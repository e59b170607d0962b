import { denialToText, wildcardsToText } from './configuration/dnssec-words.ts'
import type { SigningConfiguration } from './configuration/types.ts'
import type { SigningReport } from './control/protocol.ts'

/** How a zone is signed, in the configuration's words. */
export function reportSigning(
  { denial, wildcards, algorithms: configured }: SigningConfiguration,
  algorithms: readonly number[] = configured,
): SigningReport {
  return { algorithms, denial: denialToText(denial), wildcards: wildcardsToText(wildcards) }
}
