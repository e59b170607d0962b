import { entryTable, type ReferenceRules, schemaEntries } from '../../server/configuration/schema-reference.ts'
import { isOptional, type Schema } from '../../server/configuration/schema-tree.ts'
import { declarationsSchema } from './declarations-schema.ts'

/** docs/hostcheck-declarations.md, made from the schema; a test holds the file to it. */
export function declarationsReference(): string {
  return `${[INTRODUCTION, '', ...entryTable(schemaEntries(declarationsSchema, RULES), 0), '', CLOSING].join('\n')}\n`
}

const RULES: ReferenceRules = { stepOf: () => '.NAME', absence }

function absence(path: string, schema: Schema): string {
  if (!isOptional(schema)) return 'required'
  if (path === 'profile') return '`small`'
  return ''
}

const INTRODUCTION = `# What you declare: hostcheck.yaml

No file of a host tells which of its names are for insiders, how large the operation is, or that somebody has looked at the
contract with the provider. \`hostcheck.yaml\` says so. It is read from \`--declarations FILE\`, else from this folder, else from
\`/etc/hostcheck/hostcheck.yaml\`; without one nothing is declared, and hostcheck judges by what the host shows. One in this
folder that belongs to neither you nor root, or that everybody may write, is refused until \`--declarations\` names it. Every
problem of the file is told with its line, what was found, what was expected and how to mend it, and nothing is checked
until it is mended.

\`\`\`yaml
profile: medium
public-addresses: ["192.0.2.10", "2001:db8::10"]
own-prefixes: [10.0.0.0/8]
public-ports: [80/tcp, 443/tcp, 25/tcp, 53/udp, 53/tcp]
sites:
  www.example.com: { proxied: true }
  jenkins.example.com: { internal: true }
waivers:
  - control: EXP-04
    subject: "*staging*"
    reason: the auditor needs it until the move
    owner: ops@example.com
    expires: 2027-03-31
attestations:
  - control: DDS-01
    statement: the provider filters volumetric attacks, contract 4711
    by: Ada Lovelace
    on: 2026-11-25
    expires: 2027-05-25
\`\`\``

const CLOSING = `## Profiles

| Profile | What is asked |
| - | - |
| \`small\` | what is asked of everyone |
| \`medium\`, \`large\` | that, and what is asked of medium and large enterprises only: log server and intrusion detection |

What a profile leaves out is never silent: the summary of each report lists it. \`opt-in\` has single controls judged all the
same.

## Waivers

A waiver accepts what a control finds for a time: the finding stays in every report, marked as waived, and does not count. It
needs a reason, an owner and a last day at most a year ahead. After that day the control counts again. A waiver that fits
nothing is an error (exit code 64), for one day it might hide what it was never meant for.

## Attestations

Some controls are for a person to say: whether the provider filters floods, whether a rack is locked. \`hostcheck attest
ID\` writes who says so, since when and until when; the control then passes, with the attestation as its evidence. After
its last day the control warns. An attestation never overrules what a host shows.

The table is made from the schema that checks the file (\`checker/declarations/declarations-schema.ts\`).`
