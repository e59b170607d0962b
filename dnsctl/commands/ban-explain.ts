import { duration, labelled, moment, type Paper, printable } from '../../console/paper.ts'
import { KIND_WORDS } from '../../guard/incident.ts'
import type { BanExplanation, BanReport } from '../../server/guard/ban-reports.ts'
import { author, timeUntil } from '../ban-text.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { askServer } from '../running-server.ts'

export const banExplainCommand = command({
  name: 'ban explain',
  summary: 'show whether an address is answered, and why',
  description: [
    'Is it banned or starved, by what, since when and until when; what led to it; what protects it from automatic bans; and what a question of it gets now.',
  ],
  arguments: { ADDRESS: { summary: 'address of the client' } },
  options: {},
  examples: [
    { line: 'ban explain 192.0.2.7', summary: 'somebody says that your names do not resolve' },
    { line: 'ban explain 2001:db8::7 --json | jq .status', summary: 'banned, starved or free, for a script' },
  ],
  async run(context, input) {
    const explanation = await askServer(context, 'ban-explain', { address: input.ADDRESS })
    return {
      exitCode: ExitCode.Done,
      data: { ...explanation },
      print: (paper) => describe(paper, explanation),
    }
  },
})

const STATUS = {
  banned: (paper: Paper) => paper.bad('banned'),
  starved: (paper: Paper) => paper.warn('starved'),
  free: (paper: Paper) => paper.good('neither banned nor starved'),
} as const

const FATE = {
  banned: 'gets no answer, over UDP or TCP, whatever it asks',
  starved: 'about names that exist is answered as anybody’s; about others, from a budget of a tenth',
  free: 'is answered as anybody’s',
} as const

function describe(paper: Paper, explanation: BanExplanation): string[] {
  const { address, status, view, bans, starved, incidents, protections, spared } = explanation
  const incident = incidents[0]?.id ?? bans.find((ban) => ban.incident !== undefined)?.incident
  return [
    `${paper.bold(printable(address))} is ${STATUS[status](paper)}.`,
    '',
    ...labelled(paper, [
      ['a question', `${FATE[status]}${view === undefined ? '' : ` (view ${printable(view)})`}`],
      ...bans.map((ban) => ['ban', banLines(ban)] as const),
      ...(starved === undefined ? [] : [['starved', starvedLines(starved)] as const]),
      ...incidents.map((each) => ['incident', incidentLines(each)] as const),
      ...protections.map((text) => ['protected', `from automatic bans: ${printable(text)}`] as const),
      ...(spared === undefined ? [] : [['spared', sparedText(spared)] as const]),
    ]),
    ...next(bans, incident),
  ]
}

function starvedLines({ prefix, isProved }: NonNullable<BanExplanation['starved']>): string[] {
  const lead = `as one of ${printable(prefix)}, while an incident goes on`
  return isProved
    ? [lead]
    : [lead, 'over TCP, or with a cookie, it is answered as anybody: nobody proved that it asked']
}

function banLines(ban: BanReport): string[] {
  const since = `since ${moment(Date.parse(ban.since))} (UTC; ${duration((Date.now() - Date.parse(ban.since)) / 1000)})`
  const end =
    ban.expires === undefined
      ? 'until it is lifted'
      : `until ${moment(Date.parse(ban.expires))} (in ${timeUntil(ban.expires)})`
  const proof = ban.by === 'operator' ? [] : ['the address was proved, over TCP or by a cookie']
  return [`${printable(ban.prefix)}, by ${author(ban)}: ${printable(ban.reason)}`, `${since}, ${end}`, ...proof]
}

function incidentLines({ id, kind, zone, start, isOpen, measures }: BanExplanation['incidents'][number]): string[] {
  const lead = `${id}: ${KIND_WORDS[kind]} of ${zone}, since ${moment(Date.parse(start))} (UTC)${isOpen ? ', going on' : ', over'}`
  return [lead, ...measures].map(printable)
}

function sparedText({ at, text, reason }: NonNullable<BanExplanation['spared']>): string {
  return printable(`at ${moment(Date.parse(at))} (UTC), when it came to a ban (${reason}): ${text}`)
}

function next(bans: readonly BanReport[], incident: string | undefined): string[] {
  const lines = [
    ...(incident === undefined ? [] : [`The story of the incident: dnsctl incident show ${printable(incident)}`]),
    ...bans.slice(0, 1).map(({ prefix }) => `To lift the ban: dnsctl ban rm ${printable(prefix)}`),
  ]
  return lines.length === 0 ? [] : ['', ...lines]
}
