import type { State } from '../judging/judgement.ts'
import type { Step } from '../remedy/step.ts'
import type { Flip } from './flip.ts'

/** One control as its file declares it: catalogue/controls/ID.yaml. */
export interface Control {
  readonly id: string
  readonly title: string
  readonly seed: { readonly document: SeedDocument; readonly quote: string }
  /** Why it matters, in two or three sentences. */
  readonly rationale: string
  readonly severity: Severity
  readonly applies: Applies
  /** What the control reads. `flip` is a value with which some control must change its state in the green tree. */
  readonly facts: readonly FactRead[]
  readonly probes: readonly string[]
  /** The rule in one sentence. */
  readonly rule: string
  readonly states: Readonly<Partial<Record<State, string>>>
  readonly traps: readonly string[]
  readonly remedy: Remedy
  /** What speaks against the seed's wish, and is documented instead of hidden. */
  readonly tension?: string
  readonly maps: { readonly cis: readonly string[]; readonly nist: readonly string[] }
  /** Debian has no package of the software: files of its test trees are made by hand. */
  readonly synthetic?: true
}

export interface Remedy {
  /** Controls whose remedies have to come before this one where they fail, too: on what those make it builds. */
  readonly first?: readonly string[]
  /** What stays open after the commands, on a host as Debian installs it, and whose turn it is then. */
  readonly leaves?: string
  readonly debian: readonly Step[]
  readonly ubuntu?: readonly Step[]
}

export const SEED_DOCUMENTS = ['infrastructure-security', 'secure-webhosting'] as const
export type SeedDocument = (typeof SEED_DOCUMENTS)[number]

const DOCUMENT_TITLES: Readonly<Record<string, string>> = {
  'infrastructure-security': 'Infrastructure security',
  'secure-webhosting': 'Secure Webhosting Infrastructure',
} satisfies Record<SeedDocument, string>

/** What a document is called, for a person; a report of another version may name one that is not known here. */
export function documentTitle(document: string): string {
  return DOCUMENT_TITLES[document] ?? document
}

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

export interface Applies {
  /** After the seeds' "Applies for". */
  readonly profiles: readonly ('small' | 'medium' | 'large')[]
  /** When it applies, in words; the control's function decides. */
  readonly when: string
}

export interface FactRead {
  /** The software or table: `postfix`, `fail2ban`, `systemd`, `mounts`. */
  readonly source: string
  /** The directive, file or column: `smtpd_client_recipient_rate_limit`. */
  readonly name: string
  /** What must come first to the green tree for the fact to decide something there (flip.ts). */
  readonly given?: readonly Flip[]
  /** Steps after which some control's state must differ in this control's green tree. */
  readonly flip: readonly Flip[]
}
