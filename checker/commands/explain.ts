import { fold, labelled, type Paper } from '../../console/paper.ts'
import { areaOf } from '../catalogue/areas.ts'
import { type Control, documentTitle } from '../catalogue/control.ts'
import { loadSeedSentences, type SeedSentence, sentencesOf } from '../catalogue/seed-sentences.ts'
import { PROFILES } from '../declarations/declarations.ts'
import { shellOf } from '../remedy/shell.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { WORST_FIRST } from '../reports/state-words.ts'
import { findControl } from './choose-controls.ts'
import { command } from './command.ts'

export const explainCommand = command({
  name: 'explain',
  summary: 'say what a control looks at, why, and how to mend it',
  description: [
    'Quotes the sentences that ask for it, then tells why it matters, what is read, the rule, what each state means, what may deceive, what speaks against it, the commands that mend it, and the controls of CIS and NIST that it belongs to.',
  ],
  arguments: { ID: { summary: 'the control, as `hostcheck list` has it', completes: 'control' } },
  options: {},
  examples: [
    { line: 'explain MAIL-VRFY-01', summary: 'all about it' },
    { line: 'explain MAIL-VRFY-01 --json', summary: 'the same, for a program' },
  ],
  async run(context, input) {
    const control = findControl(context, input.ID)
    const asked = sentencesOf(loadSeedSentences(), control)
    return {
      exitCode: ExitCode.Clean,
      data: { control: { ...control, area: areaOf(control.id) }, asked },
      print: (paper) => describe(paper, control, asked),
    }
  },
})

function describe(paper: Paper, control: Control, asked: readonly SeedSentence[]): string[] {
  const { id, title, severity, applies, rationale, rule, traps, tension, maps, states } = control
  const profiles = applies.profiles.length === PROFILES.length ? 'every profile' : applies.profiles.join(' and ')
  return [
    `${paper.bold(id)}  ${title}`,
    ...fold(paper, `${areaOf(id)}. Severity ${severity}. For ${profiles}, ${whereOf(applies.when)}.`),
    ...quotes(paper, asked),
    ...part(paper, 'Why', fold(paper, rationale, 2)),
    ...part(paper, 'What is read', readLines(paper, control)),
    ...part(paper, 'Rule', fold(paper, rule, 2)),
    ...part(
      paper,
      'States',
      labelled(
        paper,
        WORST_FIRST.flatMap((state) => (states[state] === undefined ? [] : [[state, states[state]] as const])),
      ),
    ),
    ...part(
      paper,
      'What may deceive',
      traps.flatMap((trap) => bullet(paper, trap)),
    ),
    ...(tension === undefined ? [] : part(paper, 'What speaks against it', fold(paper, tension, 2))),
    ...remedyLines(paper, control),
    ...part(
      paper,
      'Belongs to',
      labelled(paper, [
        ['CIS v8', maps.cis.join(', ') || 'none'],
        ['NIST 800-53', maps.nist.join(', ') || 'none'],
      ]),
    ),
  ]
}

/** `always` stands by itself; all else is a condition. */
function whereOf(when: string): string {
  return when === 'always' ? when : `where ${when}`
}

function part(paper: Paper, title: string, lines: readonly string[]): string[] {
  return ['', paper.bold(title), ...lines.map((line) => (line === '' ? '' : `  ${line}`))]
}

function quotes(paper: Paper, asked: readonly SeedSentence[]): string[] {
  return part(
    paper,
    'What asks for it',
    asked.flatMap(({ document, section, says }) => [
      ...fold(paper, `“${says}”`, 2),
      ...fold(paper, `${documentTitle(document)}, “${section}”`, 6).map((line) => `    ${paper.dim(line)}`),
    ]),
  )
}

function readLines(paper: Paper, { facts, probes }: Control): string[] {
  const sources = new Map<string, string[]>()
  for (const { source, name } of facts) sources.set(source, [...(sources.get(source) ?? []), name])
  return labelled(paper, [
    ...[...sources].map(([source, names]) => [source, names.join(', ')] as const),
    ...(probes.length === 0 ? [] : [['probes', probes.join(', ')] as const]),
  ])
}

function bullet(paper: Paper, text: string): string[] {
  return fold(paper, text, 4).map((line, index) => `${index === 0 ? '-' : ' '} ${line}`)
}

function remedyLines(paper: Paper, { remedy }: Control): string[] {
  const shell = (steps: Control['remedy']['debian']) =>
    shellOf(steps)
      .flatMap((step) => step.split('\n'))
      .map((line) => paper.bold(line))
  const { debian, ubuntu, first, leaves } = remedy
  const about = [
    ...(first === undefined
      ? []
      : fold(paper, `Where they fail, too, what mends ${first.join(' and ')} goes before it.`)),
    ...(leaves === undefined ? [] : fold(paper, `It leaves ${leaves}.`)),
  ]
  if (ubuntu === undefined) return part(paper, 'What mends it, in a root shell', [...shell(debian), ...about])
  return [
    ...part(paper, 'What mends it on Debian, in a root shell', shell(debian)),
    ...part(paper, 'What mends it on Ubuntu, in a root shell', [...shell(ubuntu), ...about]),
  ]
}
