/** The style of the HTML report: light and dark, from 360 pixels up, and for paper. It refers to nothing outside the page. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --sheet: #ffffff; --ink: #17212b; --soft: #55626f; --line: #dde2e8; --code: #f0f3f6;
  --fail: #b3261e; --warn: #8a5a00; --unknown: #5b4bb0; --manual: #0b6a8f; --pass: #1b7340; --none: #6b7680;
  --fail-fill: #d6453c; --warn-fill: #e0a324; --unknown-fill: #8a7be0; --manual-fill: #3f9cc4; --pass-fill: #3fa46a; --none-fill: #c3cad1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11161b; --sheet: #1a2128; --ink: #e6ebf0; --soft: #9fadba; --line: #2e3842; --code: #232c35;
    --fail: #ff8f87; --warn: #f1c15c; --unknown: #b9aefc; --manual: #7cc8ea; --pass: #7ad6a0; --none: #93a0ab;
    --none-fill: #4a5661;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .35rem; }
p { margin: .4rem 0; max-width: 46rem; }
a { color: inherit; }
.kicker { font-weight: 600; letter-spacing: .04em; color: var(--soft); margin: 0 0 .75rem; }
.meta, .soft { color: var(--soft); }
.verdict { font-size: 1.25rem; line-height: 1.4; margin: 1.25rem 0 1rem; max-width: 46rem; }
.tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: .6rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .75rem; line-height: 1.3; font-size: .9rem; }
.tiles b { display: block; font-size: 1.7rem; line-height: 1.15; font-variant-numeric: tabular-nums; }
.bar { display: block; width: 100%; height: .8rem; border-radius: .4rem; overflow: hidden; background: var(--line); }
.bar.small { height: .55rem; min-width: 5rem; }
.bar rect.fail { fill: var(--fail-fill); } .bar rect.warn { fill: var(--warn-fill); } .bar rect.unknown { fill: var(--unknown-fill); }
.bar rect.manual { fill: var(--manual-fill); } .bar rect.pass { fill: var(--pass-fill); } .bar rect.not-applicable { fill: var(--none-fill); }
.fail > b, .badge.fail { color: var(--fail); } .warn > b, .badge.warn { color: var(--warn); }
.unknown > b, .badge.unknown { color: var(--unknown); } .manual > b, .badge.manual { color: var(--manual); }
.pass > b, .badge.pass { color: var(--pass); } .not-applicable > b, .badge.not-applicable { color: var(--none); }
.badge { font-weight: 650; font-size: .85rem; white-space: nowrap; }
.badge::before { content: attr(data-mark); display: inline-block; width: 1.1em; text-align: center; margin-right: .15rem; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.1rem; }
.first { margin: 0; padding-left: 1.4rem; } .first li { margin: .45rem 0; } .first a { font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; } th { color: var(--soft); font-weight: 600; font-size: .85rem; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.id { white-space: nowrap; } td.wide { width: 34%; vertical-align: middle; }
.hidden { position: absolute; opacity: 0; pointer-events: none; }
.filters { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1rem; align-items: center; }
.filters label { border: 1px solid var(--line); background: var(--sheet); border-radius: 2rem; padding: .25rem .85rem; font-size: .9rem; cursor: pointer; opacity: .6; }
.filters label .badge::before { content: "☐"; }
details.control { background: var(--sheet); border: 1px solid var(--line); border-left: .3rem solid var(--none-fill); border-radius: .5rem; margin: .6rem 0; }
details.control.is-fail { border-left-color: var(--fail-fill); } details.control.is-warn { border-left-color: var(--warn-fill); }
details.control.is-unknown { border-left-color: var(--unknown-fill); } details.control.is-manual { border-left-color: var(--manual-fill); }
details.control.is-pass { border-left-color: var(--pass-fill); }
summary { cursor: pointer; padding: .65rem .9rem; display: grid; grid-template-columns: 8.2rem minmax(0, 1fr) auto; gap: .2rem .8rem; align-items: baseline; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary:focus-visible, label:focus-visible, a:focus-visible { outline: 2px solid var(--manual-fill); outline-offset: 2px; }
summary .id::after { content: " ▸"; } details[open] > summary .id::after { content: " ▾"; }
summary .title { font-weight: 600; overflow-wrap: anywhere; }
summary .id { color: var(--soft); font-size: .85rem; white-space: nowrap; }
.body { padding: 0 1rem 1rem; border-top: 1px solid var(--line); }
blockquote { margin: .8rem 0; padding: .1rem 0 .1rem .9rem; border-left: 3px solid var(--line); color: var(--soft); }
blockquote cite { display: block; font-size: .85rem; font-style: normal; }
.finding { padding: .55rem 0; border-top: 1px dashed var(--line); } .finding:first-of-type { border-top: 0; }
.finding > p { margin: .15rem 0; overflow-wrap: anywhere; }
.evidence { list-style: none; margin: .3rem 0; padding: 0; font-size: .85rem; }
.evidence li { margin: .25rem 0; overflow-wrap: anywhere; } .evidence .place { color: var(--soft); }
code, pre { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .85rem; }
code { background: var(--code); border-radius: .25rem; padding: .05rem .3rem; overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: .4rem; padding: .75rem .9rem; overflow-x: auto; margin: .4rem 0; white-space: pre; tab-size: 4; }
.tags { font-size: .85rem; color: var(--soft); }
.waived { font-style: italic; }
footer { padding: 2rem 1rem 3rem; color: var(--soft); font-size: .9rem; }
@media (max-width: 46rem) {
  .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  summary { grid-template-columns: minmax(0, 1fr) auto; } summary .title { grid-column: 1 / -1; grid-row: 2; }
  .optional { display: none; } h1 { font-size: 1.5rem; } .verdict { font-size: 1.1rem; }
}
@media (max-width: 26rem) { .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); } .body { padding: 0 .75rem .75rem; } }
@media print {
  :root {
    color-scheme: light; --page: #fff; --sheet: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #f4f4f4;
    --fail: #9c1c15; --warn: #6e4800; --unknown: #46389a; --manual: #07506d; --pass: #14592f; --none: #555;
  }
  body { font-size: 10.5pt; } header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .filters, summary .id::after { display: none; } pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .bar, .bar rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .tiles li, .finding, summary, tr { break-inside: avoid; } h2, h3, summary { break-after: avoid; }
  a { text-decoration: none; }
}
`
