import { AREAS, areaOf } from '../catalogue/areas.ts'
import { type Control, documentTitle } from '../catalogue/control.ts'
import type { Step } from '../remedy/step.ts'
import { WORST_FIRST } from './state-words.ts'

/** docs/hostcheck-controls.md, made from the catalogue; a test holds the file to it. */
export function controlsReference(controls: Iterable<Control>): string {
  const all = [...controls]
  const areas = AREAS.map(({ title }) => ({ title, own: all.filter(({ id }) => areaOf(id) === title) }))
  const sections = areas
    .filter(({ own }) => own.length > 0)
    .map(({ title, own }) => `## ${title}\n\n${own.map(section).join('\n\n')}`)
  return `${[introduction(all.length), ...sections].join('\n\n')}\n`
}

function section(control: Control): string {
  const { id, title, severity, seed, rule, states, tension, remedy } = control
  const rows = WORST_FIRST.flatMap((state) =>
    states[state] === undefined ? [] : [`| ${state} | ${cell(states[state])} |`],
  )
  return [
    `### ${id}: ${title}`,
    `> ${seed.quote}\n>\n> (${documentTitle(seed.document)})`,
    `Severity ${severity}. ${sentence(rule)}`,
    `| State | Where |\n| - | - |\n${rows.join('\n')}`,
    `*Mend it:* ${inOrder(remedy)}`,
    ...(remedy.leaves === undefined ? [] : [`*What stays open then:* ${sentence(remedy.leaves)}`]),
    ...(tension === undefined ? [] : [`*What speaks against it:* ${sentence(tension)}`]),
  ].join('\n\n')
}

function inOrder({ first = [], debian }: Control['remedy']): string {
  return first.length === 0 ? inShort(debian) : `where it fails too, ${first.join(' and ')} first; ${inShort(debian)}`
}

/** What a person or a shell does, one phrase for each step; advice only where there is nothing else. */
function inShort(steps: readonly Step[]): string {
  const deeds = [...new Set(steps.flatMap((step) => phraseOf(step) ?? []))]
  const advice = steps.flatMap((step) => ('tell' in step ? [step.tell] : []))
  return deeds.length > 0 ? `${deeds.join('; ')}.` : sentence(advice.join(' '))
}

function phraseOf(step: Step): string | undefined {
  if ('file' in step) return `write ${code(step.file)}`
  if ('append' in step) return `add to ${code(step.append)}`
  if ('edit' in step) return `edit ${code(step.edit)}`
  if ('postconf' in step) return `set ${Object.keys(step.postconf).map(code).join(', ')} of Postfix`
  if ('link' in step) return `link ${code(step.link)}`
  if ('remove' in step) return `remove ${code(step.remove)}`
  if ('folder' in step) return `make ${code(step.folder)}`
  if ('chmod' in step) return `give ${code(step.chmod)} the mode ${step.mode}`
  if ('enable' in step) return `enable ${code(step.enable)}`
  if ('disable' in step) return `disable ${code(step.disable)}`
  if ('install' in step) return `install ${step.install.map(code).join(', ')}`
  return 'run' in step ? `run ${code(step.run.split('\n')[0]!)}` : undefined
}

/** Backquotes within take longer ones around (CommonMark §6.1). */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function sentence(text: string): string {
  const whole = `${text[0]!.toUpperCase()}${text.slice(1)}`
  return /[.!?]$/.test(whole) ? whole : `${whole}.`
}

function introduction(count: number): string {
  return `# The controls of hostcheck

What hostcheck looks at, ${count} controls by area, each with the sentence that asks for it, its rule, what each state means, and what mends
it in short. \`hostcheck explain ID\` tells all of one: why it matters, every directive that is read, what may deceive, and the commands as they
are to be pasted; \`hostcheck fix\` fills in what the host says. Names in \`\${…}\` stand for such values.

This page is made from the catalogue in \`checker/catalogue/controls/\`. How to begin: [hostcheck.md](hostcheck.md).`
}
