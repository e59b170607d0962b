import { inWords } from './lint.ts'
import { LEAK_RULES } from './rules.ts'

/** docs/leaks.md, made from the table of rules; a test holds the file to it. */
export function leakReference(): string {
  return `${[INTRODUCTION, ...LEAK_RULES.map(section)].join('\n\n')}\n`
}

function section({ id, title, level, rationale, remedy, alone, detector }: (typeof LEAK_RULES)[number]): string {
  const alsoAlone = alone ? ' Also on servers with one view.' : ''
  // Findings about views are told of the insiders' view, all others of the one that strangers get.
  const [view, other] = detector.by === 'views' ? ['internal', 'public'] : ['public', 'internal']
  return `### \`${id}\`: ${level}

**${title}.** ${rationale}${alsoAlone}

*Mend it:* ${inWords(remedy, view, other)}`
}

const INTRODUCTION = `# Leaks

What strangers get is compiled without what is hidden from them: [hiding-names.md](hiding-names.md). But a name that is
absent from a view and spelled out in one of its records is a secret published by its owner. The leak lint looks for
that, in \`dnsctl zone check\`, at each load and reload, and by itself:

\`\`\`sh
dnsctl leak                    # all zones, by rule, with what is waived
dnsctl leak example.com        # one of them
dnsctl leak --json             # for programs
\`\`\`

\`dnsctl leak\` exits with 1 where it finds an error.

## Errors and warnings

An **error** keeps the zone from being published: at a reload it stays as it was, at a start it is not served, and the
log and \`dnsctl status\` say why. A **warning** is logged. The levels below are for views that *strangers get*: those
without \`clients\`, or with a prefix as wide as \`0.0.0.0/0\`, on a server that answers at an address which is not
private, unique local, link-local or loopback. Where a view or a server is for insiders only, errors are warnings; so
they are on a server with a single view, which hides nothing from anybody. An address at which the server itself
answers is never reported.

\`\`\`yaml
leaks:
  internal-looking-name: off         # we like our names
  orchestrator-text: error           # a level that is set here holds for every view
\`\`\`

## Waivers

What is meant to be public is waived at the record, with the reason, by a comment behind it or in a line of its own in
front of it:

\`\`\`dns
nas   A  192.168.1.4    ; veil: allow private-address "insiders use the public name, too"
; veil: allow hidden-name "the VPN's name is on our web page anyway"
help  CNAME vpn
\`\`\`

A waiver is for one record (with \`$GENERATE\`, for all that it makes) and one rule. One that waives nothing, names no
rule or gives no reason is a warning. \`hiding-fails-open\` and \`uneven-families\` stand at no record: set their level.

## What it does not see

Names written in ways of their own, \`db at example dot com\`; names that records of *other* servers tell; what you
consider private although it looks like any other address; and what was public yesterday. Whether answers themselves
differ is not its business: \`dnsctl prove-hidden\` asks the server about that. At most 20 findings of a rule are shown
for each zone.

## Rules`
