import { createHash } from 'node:crypto'
import { count, moment } from '../../../console/paper.ts'
import { type AreaResult, byArea, type ControlResult, mostUrgent } from '../by-control.ts'
import type { Drift, HostReport } from '../host-report.ts'
import { STATE_WORDS, WORST_FIRST } from '../state-words.ts'
import { stateBar } from './bar.ts'
import { controlSection, stateBadge } from './control.ts'
import { boxOf, FILTER_STYLE, SHOWN_AT_FIRST } from './filters.ts'
import { html, type Markup } from './markup.ts'
import { STYLE } from './style.ts'

const MOST_URGENT = 6

/**
 * The report as one HTML file: it asks nobody for anything, needs no script, and says so in its own policy, which lets
 * through exactly the style that it carries.
 */
export function htmlReport(report: HostReport): string {
  const style = `${STYLE}${FILTER_STYLE}\n`
  const digest = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`
  const areas = byArea(report)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>hostcheck: ${report.host.label}</title>
<style>${{ markup: style }}</style>
</head>
<body>
${headerPart(report, areas)}
<main>
${firstPart(report)}
${driftPart(report.drift)}
${areaPart(areas)}
${leftOutPart(report)}
${entriesPart(report)}
${controlsPart(areas)}
</main>
<footer><p>Made by hostcheck ${report.hostcheck}, which read this system and changed nothing on it. States: what could not be read is unknown, never a pass. Evidence names the file and the line it stands in; the digest of each file shows under its name.</p><p>For those alone who may know it: this page says where the system is weak, and may name what its DNS hides.</p></footer>
</body>
</html>
`
  return page.markup
}

function headerPart(report: HostReport, areas: readonly AreaResult[]): Markup {
  const results = areas.flatMap(({ results }) => results)
  const states = results.map(({ state }) => state)
  const tiles = WORST_FIRST.map((state) => {
    const number = states.filter((each) => each === state).length
    return html`<li class="${state}"><b>${number}</b>${STATE_WORDS[state].count}</li>`
  })
  const told = WORST_FIRST.map(
    (state) => `${states.filter((each) => each === state).length} ${STATE_WORDS[state].count}`,
  )
  return html`<header>
<p class="kicker">hostcheck</p>
<h1>${report.host.label}</h1>
<p class="meta">${moment(report.at * 1000)} UTC · profile ${report.profile}${report.declarations === undefined ? '' : `, declared in ${report.declarations}`} · ${count(results.length, 'control')}, ${count(report.findings.length, 'finding')}</p>
<p class="verdict">${verdictOf(results)}</p>
${stateBar(states, `Controls: ${told.join(', ')}`)}
<ul class="tiles">${tiles}</ul>
</header>`
}

/** One sentence for who reads nothing else. */
function verdictOf(results: readonly ControlResult[]): string {
  const failing = results.filter(({ state }) => state === 'fail')
  const severe = failing.filter(({ control: { severity } }) => severity === 'critical' || severity === 'high').length
  const open = results.filter(({ state }) => state === 'unknown').length
  const unknown = open === 0 ? '' : ` ${count(open, 'control')} could not be known from what was read.`
  if (failing.length === 0) return `Nothing that was checked fails.${unknown}`
  const which =
    severe === 0 ? 'none of them severe' : severe === failing.length ? 'all of them severe' : `${severe} of them severe`
  return `${count(failing.length, 'control')} of ${results.length} ${failing.length === 1 ? 'does' : 'do'} not hold, ${which}.${unknown}`
}

function firstPart(report: HostReport): Markup {
  const urgent = mostUrgent(report)
  if (urgent.length === 0) return html``
  const items = urgent.slice(0, MOST_URGENT).map(({ control, findings, state }) => {
    const first = findings.find((finding) => finding.state === state && finding.waived === undefined)
    return html`<li><a href="#${control.id}">${control.title}</a> <span class="soft">${control.severity}</span><br>${first?.reason}</li>`
  })
  const left = urgent.length - items.length
  return html`<h2>First of all</h2>
<div class="sheet"><ol class="first">${items}</ol>${left === 0 ? undefined : html`<p class="soft">And ${left} more below.</p>`}</div>`
}

function driftPart(drift: Drift | undefined): Markup {
  if (drift === undefined) return html``
  const { appeared, gone, changed } = drift
  const since = `${moment(drift.since * 1000)} UTC`
  if (appeared.length + gone.length + changed.length === 0)
    return html`<h2>Since ${since}</h2><p>Nothing has changed.</p>`
  const rows = [
    ...changed.map(({ control, subject, before, after }) =>
      row('changed', control, subject, html`${stateBadge(before.state)} → ${stateBadge(after.state)} ${after.reason}`),
    ),
    ...appeared.map(({ control, subject, state, reason }) =>
      row('new', control, subject, html`${stateBadge(state)} ${reason}`),
    ),
    ...gone.map(({ control, subject, state, reason }) =>
      row('gone', control, subject, html`${stateBadge(state)} ${reason}`),
    ),
  ]
  return html`<h2>Since ${since}</h2>
<div class="sheet"><table><thead><tr><th>What</th><th>Control</th><th class="optional">Subject</th><th>Now</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

function row(what: string, control: string, subject: string, now: Markup): Markup {
  return html`<tr><td>${what}</td><td class="id"><a href="#${control}">${control}</a></td><td class="optional">${subject}</td><td>${now}</td></tr>`
}

function areaPart(areas: readonly AreaResult[]): Markup {
  const rows = areas.map(({ area, results }) => {
    const states = results.map(({ state }) => state)
    const number = (state: string) => states.filter((each) => each === state).length
    return html`<tr><td><a href="#${anchorOf(area)}">${area}</a></td><td class="wide">${stateBar(states, `${number('fail')} of ${states.length} fail`, 'small')}</td><td class="number">${number('fail')}</td><td class="number">${number('warn')}</td><td class="number optional">${number('unknown')}</td><td class="number optional">${number('pass')}</td></tr>`
  })
  return html`<h2>By area</h2>
<div class="sheet"><table><thead><tr><th>Area</th><th></th><th class="number">Fail</th><th class="number">Warn</th><th class="number optional">Unknown</th><th class="number optional">Pass</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

function leftOutPart(report: HostReport): Markup {
  const left = report.controls.filter(({ leftOut }) => leftOut)
  if (left.length === 0) return html``
  return html`<h2>Left out by the profile “${report.profile}”</h2>
<div class="sheet"><p>Asked of larger operations only, and so not judged here:</p><ul>${left.map(({ id, title }) => html`<li>${title} <span class="soft">${id}</span></li>`)}</ul></div>`
}

/** What was accepted or vouched for, and which of it needs care. */
function entriesPart(report: HostReport): Markup {
  const accepted = report.findings.flatMap(({ control, subject, waived, attested }) => {
    if (waived !== undefined) return [entryRow(control, subject, 'waived', waived.owner, waived.expires, waived.reason)]
    if (attested === undefined) return []
    return [entryRow(control, subject, 'attested', attested.by, attested.expires, attested.statement)]
  })
  const notices = report.notices.map(({ file, line, text }) => html`<li><code>${file}:${line}</code> ${text}</li>`)
  if (accepted.length + notices.length === 0) return html``
  const table = html`<table><thead><tr><th>Control</th><th class="optional">Subject</th><th>How</th><th>Who</th><th>Until</th><th>Why</th></tr></thead><tbody>${accepted}</tbody></table>`
  return html`<h2>Waived and attested</h2>
<div class="sheet">${accepted.length === 0 ? undefined : table}${notices.length === 0 ? undefined : html`<ul>${notices}</ul>`}</div>`
}

function entryRow(...[control, subject, ...rest]: readonly string[]): Markup {
  return html`<tr><td class="id"><a href="#${control}">${control}</a></td><td class="optional">${subject}</td>${rest.map((each) => html`<td>${each}</td>`)}</tr>`
}

function controlsPart(areas: readonly AreaResult[]): Markup {
  const results = areas.flatMap(({ results }) => results)
  const states = WORST_FIRST.filter((state) => results.some((result) => result.state === state))
  const boxes = states.map(
    (state) =>
      html`<input class="hidden" type="checkbox" id="${boxOf(state)}"${SHOWN_AT_FIRST.includes(state) ? html` checked` : undefined}>`,
  )
  const labels = states.map((state) => {
    const number = results.filter((result) => result.state === state).length
    return html`<label for="${boxOf(state)}"><span class="badge ${state}">${number} ${STATE_WORDS[state].count}</span></label>`
  })
  return html`<h2>Every control</h2>
${boxes}
<div class="filters"><span class="soft">Show</span>${labels}</div>
${areas.map(
  ({ area, results }) => html`<section id="${anchorOf(area)}" class="${classesOf(results)}">
<h3>${area}</h3>
${results.map(controlSection)}</section>
`,
)}`
}

function classesOf(results: readonly ControlResult[]): string {
  return [...new Set(results.map(({ state }) => `has-${state}`))].join(' ')
}

function anchorOf(area: string): string {
  return area.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}
