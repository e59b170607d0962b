import type { ReferenceWords } from '../console/reference.ts'

const INTRODUCTION = `The operator's tool. It speaks to a running \`veild\` over the control socket in its state folder, which only the
account that veild runs as, and root, may open; and it works on configuration and zone files without a server where
that makes sense. It finds the server by \`--socket\`, else by \`--state\`, else by the \`state\` of the configuration.

This page is made from the command table in \`dnsctl/\`; \`dnsctl COMMAND --help\` says the same.`

const JSON_SECTION = `## JSON

With \`--json\` standard output holds exactly one JSON document, whatever happens, and standard error stays empty. It
always has \`ok\` and \`exitCode\`, then what the command found; when the command could not do its work it has
\`error\` with \`what\`, and where there is more to say \`why\` and \`next\`.

\`\`\`json
{
  "ok": false,
  "exitCode": 3,
  "error": { "what": "No veild runs with the control socket /var/lib/veil/control.sock", "next": "…" }
}
\`\`\``

/** What docs/dnsctl.md says besides the command table. */
export const DNSCTL_WORDS: ReferenceWords = { introduction: INTRODUCTION, json: JSON_SECTION }
