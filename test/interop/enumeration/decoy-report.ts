import type { Separation } from './separation.ts'

/** What one tool reported of a zone with decoys, and what tells real names from decoys best in its list. */
export interface DecoyRow extends Separation {
  readonly mode: string
  readonly tool: string
  readonly reported: number
  readonly real: number
}

/** No tool at all: every name asked for many types, with signatures. */
export const CLOSER_LOOK = 'a closer look, with DNSSEC'

/** The page docs/decoy-comparison.md. */
export function decoyReport(rows: readonly DecoyRow[]): string {
  const modes = [...new Set(rows.map(({ mode }) => mode))]
  return `# What tools make of decoys

Made on ${new Date().toISOString().slice(0, 10)} by \`VEIL_WRITE_DOCS=1 npm run test:long -- test/interop/enumeration\`; do not edit.

A zone has half of the words of a list as names of hosts, drawn at random, so that no word looks more real than another; with
decoys the other half is answered as well. Of what each tool reports, the table tells how many are real, and
which of all things that the list shows about a name tells real names best from decoys: length and letters of the label,
addresses and who shares them, place in the list. An area under the ROC curve (AUC) of 0.5 is chance, 1 certainty; a list
that is empty has been given up. Limits and the guard are as installed; where they leave few names, chance alone goes farther
from 0.5: by 0.05, one time in three, with 70 names of either kind.

The closer look asks for every name many types with DO set, and compares RCODE, flags, sizes, counts, TTLs and what stands in
signatures. It does not look at time, and limits are off for it: signatures for names made on demand have a budget that
those of real names have not, so whoever asks for signatures faster than that learns from what is cut short.

${modes
  .map((mode) =>
    section(
      mode,
      rows.filter((row) => row.mode === mode),
    ),
  )
  .join('\n')}`
}

function section(mode: string, rows: readonly DecoyRow[]): string {
  const lines = rows.map(({ tool, reported, real, feature, auc }) => {
    const telling = reported === 0 ? 'gives up | ' : `${feature} | ${auc.toFixed(3)}`
    return `| ${tool} | ${reported} | ${real} | ${telling} |`
  })
  return `## \`mode: ${mode}\`

| tool | names reported | of them real | tells best | AUC |
|-|-:|-:|-|-:|
${lines.join('\n')}
`
}
