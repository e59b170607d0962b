import type { ArgumentDeclaration, OptionDeclaration } from '../../console/command.ts'
import { Failure } from '../../console/failure.ts'
import { ALGORITHMS, REFUSED_ALGORITHMS } from '../../keys/algorithms.ts'
import type { KeyRole } from '../../keys/key-role.ts'
import { ExitCode } from '../exit-code.ts'

/** Arguments and options that several commands about keys have. */
export const ZONE_ARGUMENT = { summary: 'the zone', completes: 'zone' } as const satisfies ArgumentDeclaration

export const ZONE_OR_ALL_ARGUMENT = {
  summary: 'the zone; all that are signed here when left out',
  optional: true,
  completes: 'zone',
} as const satisfies ArgumentDeclaration

export const DRY_RUN_OPTION = {
  summary: 'say what would be done, and change nothing',
} as const satisfies OptionDeclaration

/** What commands say of themselves that only read. */
export const OFFLINE_PARAGRAPH = 'Asks the running server; where none runs, reads the store in its state folder.'

export const YES_OPTION = { summary: 'do it without asking' } as const satisfies OptionDeclaration

export const ROLES = ['ksk', 'zsk', 'csk'] as const satisfies readonly KeyRole[]
export type RoleWord = (typeof ROLES)[number]

/** The number of an algorithm as typed, or the end of the command. */
export function readAlgorithm(text: string | undefined): number | undefined {
  if (text === undefined || ALGORITHMS.has(Number(text))) return text === undefined ? undefined : Number(text)
  const known = [...ALGORITHMS.values()].map(({ number, mnemonic }) => `${number} (${mnemonic})`).join(', ')
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `"${text}" is no algorithm that Veil signs with`,
    why: `${REFUSED_ALGORITHMS.get(Number(text)) ?? 'Algorithms are given by number'}. It knows ${known}.`,
    next: '`--algorithm 13`, or 15: docs/dnssec.md says more',
  })
}
