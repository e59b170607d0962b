import { entryTable, type ReferenceRules, schemaEntries } from '../../server/configuration/schema-reference.ts'
import { isOptional, type Schema } from '../../server/configuration/schema-tree.ts'
import { RUNNERS } from '../probing/runners.ts'
import { targetsSchema } from './targets-schema.ts'

/** docs/hostcheck-targets.md, made from the schema; a test holds the file to it. */
export function targetsReference(): string {
  return `${[INTRODUCTION, '', ...entryTable(schemaEntries(targetsSchema, RULES), 0), '', ...probeTable(), '', CLOSING].join('\n')}\n`
}

const RULES: ReferenceRules = { stepOf: () => '.NAME', absence }

function probeTable(): readonly string[] {
  const rows = RUNNERS.map(({ probe }) => `| \`${probe.name}\` | ${probe.sends} |`)
  return ['## Probes', '', '| Probe | What it sends |', '| - | - |', ...rows]
}

function absence(_path: string, schema: Schema): string {
  return isOptional(schema) ? '' : 'required'
}

const INTRODUCTION = `# What probes may be sent to: targets.yaml

Some controls can be proved only by trying: whether a port answers from outside, whether an alert arrives. \`hostcheck probe\`
tries, and only what \`targets.yaml\` allows. It is read from \`--targets FILE\`, else from this folder, else from
\`/etc/hostcheck/targets.yaml\`; without one nothing can be sent. One in this folder that belongs to neither you nor root, or
that everybody may write, is refused until \`--targets\` names it.

\`\`\`yaml
targets:
  web:
    consent: Ada Lovelace, ops@example.com
    expires: 2027-06-30
    names: [www.example.com]
    prefixes: ["192.0.2.10", "2001:db8::10"]
    ports: [22/tcp, 25/tcp, 80/tcp, 443/tcp]
    control-port: 443/tcp
  this-host:
    consent: Ada Lovelace, ops@example.com
    expires: 2027-06-30
    jail: sshd
    commands:
      log-find: [ssh, logs.example.com, grep, -rhF, "{nonce}", /var/log/mirror]
      alert: [/usr/sbin/sendmail, -i, ops@example.com]
\`\`\``

const CLOSING = `## What holds whatever the file says

- Without \`--send\` nothing is sent: \`hostcheck probe KIND\` prints what would be.
- A name is resolved at once before it is connected to, the address must lie in \`prefixes\`, and the connection is held
  against them again once it stands. Redirects are not followed. Link-local, multicast, reserved and mapped addresses are
  never sent to.
- One probe goes further, and only for a target that names \`zones\`: \`delegation\` asks name servers in the Internet what any
  resolver asks them (SOA, NS, DS, DNSKEY, A, AAAA, at port 53), by way of the resolvers of this host and from the zone above
  on. Inside it asks those alone that lie in \`prefixes\` or that \`parent-servers\` names.
- Everything that is sent is written down first, in a log that only its owner reads (\`--log\`,
  \`/var/lib/hostcheck/sent.jsonl\`): time, target, probe, what, where to, octets. What cannot be written down is not sent.
  The count of a day is taken from that log, so it holds over several runs. A log that has grown long is put aside as
  \`sent.jsonl.1\` once the one before it is older than a day; what is older still is gone.
- What was found goes to a file of observations (\`--observations\`, \`/var/lib/hostcheck/observations.jsonl\`), which
  \`hostcheck run\` reads.

The table is made from the schema that checks the file (\`checker/targets/targets-schema.ts\`).`
