import { documentTitle } from '../../catalogue/control.ts'
import type { Evidence } from '../../judging/judgement.ts'
import type { ControlResult } from '../by-control.ts'
import type { ReportedFinding } from '../host-report.ts'
import { STATE_WORDS } from '../state-words.ts'
import { html, type Markup } from './markup.ts'

/** Words of a state where one control is told. */
const STATE_TITLES = {
  fail: 'fails',
  warn: 'warns',
  unknown: 'unknown',
  manual: 'for a person',
  pass: 'passes',
  'not-applicable': 'does not apply',
} as const

/** A control with all that was found of it; open where there is something to do. */
export function controlSection({ control, state, findings }: ControlResult): Markup {
  const { id, title, severity, seed, rationale, tension, maps } = control
  const open = state === 'fail' || state === 'warn' ? html` open` : html``
  return html`<details class="control is-${state}" id="${id}"${open}>
<summary>${stateBadge(state)}<span class="title">${title}</span><span class="id">${id} · ${severity}</span></summary>
<div class="body">
<blockquote>“${seed.quote}”<cite>${documentTitle(seed.document)}, “${seed.section}”</cite></blockquote>
<p>${rationale}</p>
${tension === undefined ? undefined : html`<p class="soft">${tension}</p>`}
${findings.map((finding) =>
  findingPart(
    finding,
    findings.some((other) => other.state !== finding.state),
  ),
)}
${mendPart(findings)}
<p class="tags">${[...maps.cis.map((each) => `CIS v8 ${each}`), ...maps.nist.map((each) => `NIST 800-53 ${each}`)].join(' · ')}</p>
</div>
</details>
`
}

/** `✗ fails`, in its colour. */
export function stateBadge(state: ReportedFinding['state']): Markup {
  return html`<span class="badge ${state}" data-mark="${STATE_WORDS[state].mark}">${STATE_TITLES[state]}</span>`
}

function findingPart(finding: ReportedFinding, isMixed: boolean): Markup {
  const { subject, state, reason, evidence, waived, attested } = finding
  return html`<div class="finding">
<p>${isMixed ? html`${stateBadge(state)} ` : undefined}${subject === 'host' ? undefined : html`<b>${subject}</b>: `}${reason}</p>
${waived && html`<p class="waived">Waived until ${waived.expires} by ${waived.owner}: ${waived.reason}</p>`}
${attested && html`<p class="waived">Attested on ${attested.on} by ${attested.by}, until ${attested.expires}: ${attested.statement}</p>`}
${evidence.length === 0 ? undefined : html`<ul class="evidence">${evidence.map(evidenceItem)}</ul>`}
</div>
`
}

function evidenceItem({ path, line, excerpt, sha256 }: Evidence): Markup {
  const place = line === undefined ? path : `${path}:${line}`
  const digest = sha256 === undefined ? undefined : html` title="SHA-256 ${sha256}"`
  return html`<li><span class="place"${digest}>${place}</span> <code>${excerpt}</code></li>`
}

/** The commands once for all findings that they mend. */
function mendPart(findings: readonly ReportedFinding[]): Markup {
  const mends = new Set(
    findings.flatMap(({ mend, waived }) => (mend === undefined || waived !== undefined ? [] : [mend.join('\n')])),
  )
  if (mends.size === 0) return html``
  return html`<h3>What mends it, in a root shell</h3>
${[...mends].map((mend) => html`<pre>${mend}</pre>`)}`
}
