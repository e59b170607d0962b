import { Failure } from '../../console/failure.ts'
import { fold, type Paper, printable } from '../../console/paper.ts'
import { parseDuration } from '../../server/configuration/quantities.ts'
import type { BanAddReport } from '../../server/guard/ban-reports.ts'
import { author, timeUntil } from '../ban-text.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { askServer } from '../running-server.ts'

/** An automatic ban may wait for the DNS to tell whether its source is a crawler. */
const PATIENCE_MS = 30_000

export const banAddCommand = command({
  name: 'ban add',
  summary: 'give an address or a network no answers',
  description: [
    'From now on nothing that comes from there is answered, over UDP or TCP, whatever it asks. The ban is on disk when the command ends, holds through reloads and restarts, and ends by itself after the time of `--for`.',
    'It refuses prefixes wider than /8 (IPv6: /32), and addresses of this server, of `guard.never-ban` and of `rate-limit.exempt`, unless `--force` is given; of public resolvers it warns. The source of a UDP packet can be forged: whoever is banned for what came over UDP may be the victim.',
    '`--automatic` is for programs such as fail2ban, which are to find out for themselves that the address was proved: the rules of automatic bans hold then, of which neither public resolvers nor verified crawlers fall foul, and the ban makes room for others where the list is full.',
  ],
  arguments: { PREFIX: { summary: 'an address or a prefix: 192.0.2.7, 2001:db8::/48' } },
  options: {
    for: { value: 'TIME', summary: 'how long: 30, 10m, 2h, 1d; for good when left out' },
    reason: { value: 'TEXT', summary: 'why, for whoever looks at the list later' },
    force: { summary: 'also where it hurts' },
    automatic: { summary: 'by the rules of automatic bans, for programs' },
  },
  examples: [
    { line: 'ban add 192.0.2.7 --for 1h --reason "walks our zone"', summary: 'one address, for an hour' },
    { line: 'ban add 2001:db8:bad::/48', summary: 'a network, until it is lifted' },
    { line: 'ban add 192.0.2.7 --automatic --for 10m --reason fail2ban', summary: 'as deploy/fail2ban does' },
  ],
  async run(context, input) {
    const seconds = input.for === undefined ? undefined : secondsOf(input.for)
    const { PREFIX: prefix, force, automatic } = input
    const text = { prefix, reason: input.reason ?? 'no reason was given', force, automatic }
    const args = { ...text, ...(seconds === undefined ? {} : { seconds }) }
    const report = await askServer(context, 'ban-add', args, PATIENCE_MS)
    return {
      exitCode: report.outcome === 'spared' ? ExitCode.Refused : ExitCode.Done,
      data: { ...report },
      print: (paper) => describe(paper, report, prefix),
    }
  },
})

function secondsOf(text: string): number {
  const seconds = parseDuration(text)
  if (seconds !== undefined && seconds > 0) return seconds
  const what = `"${text}" is no time of at least a second`
  throw new Failure({
    exitCode: ExitCode.Usage,
    what,
    why: 'Write 30, 10m, 2h or 1d.',
    next: '`dnsctl ban add --help`',
  })
}

function describe(paper: Paper, report: BanAddReport, prefix: string): string[] {
  if (report.outcome === 'spared') {
    return [
      ...fold(paper, `${paper.warn('Not banned:')} ${printable(report.text)}.`),
      `Without --automatic it is for you to decide: dnsctl ban add ${printable(prefix)}`,
    ]
  }
  const { ban, displaced } = report
  const end = ban.expires === undefined ? 'until it is lifted' : `for ${timeUntil(ban.expires)}`
  const lead =
    report.outcome === 'held'
      ? `${paper.good('Banned already:')} ${printable(ban.prefix)}, ${end}, by ${author(ban)}.`
      : `${paper.good('Banned:')} ${printable(ban.prefix)}, ${end}.`
  return [
    lead,
    ...report.warnings.flatMap((warning) => fold(paper, printable(warning)).map(paper.warn)),
    ...(displaced === undefined
      ? []
      : [`The list is full: ${printable(displaced.prefix)}, banned by ${author(displaced)}, made room.`]),
    `To lift it: dnsctl ban rm ${printable(ban.prefix)}`,
  ]
}
