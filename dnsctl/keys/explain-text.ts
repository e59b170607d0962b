import { fold, labelled, type Paper, printable } from '../../console/paper.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import { changeText, eventTexts } from './event-text.ts'
import type { Foresight } from './foresee.ts'
import { rolloverTable } from './key-table.ts'
import { isSettled } from './rolls.ts'
import { awayFrom, day, second } from './times.ts'
import { stepText, waitLines, waitTexts } from './wait-text.ts'

/** What a rollover does, what each step waits for, and what comes when, as seen at `now`. */
export function explainLines(paper: Paper, report: RolloverReport, foresight: Foresight, now: number): string[] {
  const waits = waitTexts(report, now)
  return [
    ...rolloverTable(paper, report),
    ...section(
      paper,
      stepsTitle(report, foresight),
      report.transitions.map((step) => stepText(report.keys, step)),
    ),
    ...(waits.length === 0
      ? []
      : ['', paper.bold('Waits for'), ...waits.flatMap((wait) => waitLines(paper, report, wait))]),
    ...foreseenLines(paper, foresight, now),
    ...upcomingLines(paper, report, now),
    '',
    ...labelled(
      paper,
      nextCommands(report, foresight).map((line, index) => [index === 0 ? 'Next' : '', line]),
    ),
  ]
}

function stepsTitle({ policy }: RolloverReport, { source }: Foresight): string {
  if (policy.isManual) return 'Steps that may be taken'
  return source === 'store' ? 'Is done once veild runs' : 'Is being done'
}

function section(paper: Paper, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', paper.bold(title), ...lines.map((line) => `  ${line}`)]
}

function foreseenLines(paper: Paper, { moments, keys, isDone, assumes }: Foresight, now: number): string[] {
  if (moments.length === 0) return []
  const lines = moments.flatMap((moment) => {
    const lead = `  ${second(moment.at)}  `
    const texts = eventTexts(keys, moment).flatMap((text) => fold(paper, printable(text), lead.length))
    return texts.map((text, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + text)
  })
  const end = moments.at(-1)!.at
  return [
    '',
    paper.bold(`Comes then, at the earliest${assumes === undefined ? '' : `, if ${assumes}`}`),
    ...lines,
    ...(isDone ? [`  All is done ${awayFrom(now, end)}.`] : []),
  ]
}

function upcomingLines(paper: Paper, { keys, upcoming }: RolloverReport, now: number): string[] {
  if (upcoming.length === 0) return []
  const lines = upcoming.map(({ at, change }) => `  ${day(at)} (${awayFrom(now, at)})  ${changeText(keys, change)}`)
  return ['', paper.bold('By policy'), ...lines]
}

function nextCommands({ zone, keys, waits, parent, clock }: RolloverReport, { source }: Foresight): string[] {
  const name = printable(shortName(zone))
  const kinds = new Set(waits.map(({ reason }) => reason.kind))
  return [
    ...(source === 'store' ? ['`veild --config FILE` starts the server, without which nothing goes on'] : []),
    ...(kinds.has('paused') ? [`\`dnsctl key resume ${name}\` goes on`] : []),
    ...(clock === undefined ? [] : ['`dnsctl key clock` shows what is wrong with the clock, and what to do']),
    ...(kinds.has('manual') ? [`\`dnsctl key step ${name}\` takes the next step`] : []),
    ...(kinds.has('parent') ? [`\`dnsctl key ds ${name}\` shows what the registrar is to have`] : []),
    ...(kinds.has('parent') && parent.mode === 'check' && source === 'server'
      ? [`\`dnsctl key check-parent ${name}\` looks at once`]
      : []),
    ...(keys.every(isSettled) ? [`\`dnsctl key roll ${name} --role zsk --dry-run\` shows how a roll would begin`] : []),
  ]
}
