import type { ReferenceWords } from '../../console/reference.ts'

/** What docs/hostcheck-commands.md says besides the command table. */
export const HOSTCHECK_WORDS: ReferenceWords = {
  introduction: `What of a secure hosting really works: [hostcheck.md](hostcheck.md) begins at the beginning. hostcheck reads the system that it
checks and never writes to it, runs nothing of it, and needs no root to start: what it may not read is told as unknown.

This page is made from the command table in \`checker/commands/\`; \`hostcheck COMMAND --help\` says the same.`,
  json: `## JSON

With \`--json\` standard output holds exactly one JSON document, whatever happens, and standard error stays empty. It
always has \`ok\` and \`exitCode\`, then what the command found: of \`hostcheck run\` the report, whose form is
[hostcheck-report.schema.json](hostcheck-report.schema.json). When the command could not do its work it has \`error\` with
\`what\`, and where there is more to say \`why\` and \`next\`.

\`\`\`json
{
  "ok": false,
  "exitCode": 64,
  "error": { "what": "There is no control MAIL-VRFY", "why": "Did you mean MAIL-VRFY-01?", "next": "…" }
}
\`\`\``,
}
