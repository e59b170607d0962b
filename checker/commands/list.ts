import { count, type Paper, table } from '../../console/paper.ts'
import { AREAS, areaOf } from '../catalogue/areas.ts'
import type { Control } from '../catalogue/control.ts'
import { PROFILES, type Profile } from '../declarations/declarations.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { command } from './command.ts'

export const listCommand = command({
  name: 'list',
  summary: 'list the controls there are',
  description: [
    'Every control with its severity and the profiles that it is for, by area. `hostcheck explain ID` says what each looks at and why.',
  ],
  arguments: {},
  options: {
    profile: { value: 'SIZE', summary: 'only what is asked of small, medium or large operations', completes: PROFILES },
  },
  examples: [
    { line: 'list', summary: 'all of them' },
    { line: 'list --profile small --json', summary: 'what is asked of a small site, for a program' },
  ],
  async run(context, input) {
    const wanted = input.profile as Profile | undefined
    const controls = [...context.controls.values()].filter(
      ({ applies }) => wanted === undefined || applies.profiles.includes(wanted),
    )
    return {
      exitCode: ExitCode.Clean,
      data: {
        controls: controls.map(({ id, title, severity, applies, seed }) => ({
          ...{ id, title, area: areaOf(id), severity, profiles: applies.profiles, seed },
        })),
      },
      print: (paper) => describe(paper, controls),
    }
  },
})

function describe(paper: Paper, controls: readonly Control[]): string[] {
  const columns = [{ title: 'ID' }, { title: 'SEVERITY' }, { title: 'FOR' }, { title: 'CONTROL' }]
  const areas = AREAS.map(({ title }) => ({ title, own: controls.filter(({ id }) => areaOf(id) === title) }))
  const [head, ...rows] = table(
    paper,
    columns,
    areas.flatMap(({ own }) => own.map(rowOf)),
  )
  let at = 0
  const lines = areas.flatMap(({ title, own }) => {
    if (own.length === 0) return []
    const from = at
    at += own.length
    return [paper.bold(title), ...rows.slice(from, at), '']
  })
  return [head!, ...lines, `${count(controls.length, 'control')}. What one looks at, and why: hostcheck explain ID`]
}

function rowOf({ id, severity, applies, title }: Control): string[] {
  return [id, severity, applies.profiles.length === PROFILES.length ? 'all' : applies.profiles.join(', '), title]
}
