import { type Column, count, duration, fold, type Paper, printable, table } from '../../console/paper.ts'
import type { ParentKey, ParentReport, ParentServer, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import { awayFrom, second } from './times.ts'
import { isMisfitAt } from './wait-text.ts'

const COLUMNS: readonly Column[] = [
  { title: 'SERVER' },
  { title: 'ADDRESS' },
  { title: 'DS OF OURS' },
  { title: 'OTHERS', align: 'right' },
  { title: 'TTL', align: 'right' },
  { title: '' },
]

/** What is known of the parent, as seen at `now`. */
export function parentLines(paper: Paper, report: RolloverReport, now: number): string[] {
  const { parent, zone } = report
  const name = printable(shortName(zone))
  const title = paper.bold(
    `The parent of ${name}${parent.parent === undefined ? '' : `, ${printable(shortName(parent.parent))}`}`,
  )
  if (parent.mode === 'off') {
    return [
      title,
      ...fold(
        paper,
        `Nobody looks at it: ${printable(parent.problem ?? 'nobody has begun to')}. What it has is what \`dnsctl key ds ${name} --submitted TAG\` and \`--withdrawn TAG\` say.`,
      ),
    ]
  }
  const problem =
    parent.problem === undefined ? [] : fold(paper, `${capital(printable(parent.problem))}.`).map(paper.bad)
  return [
    title,
    ...(parent.servers.length === 0
      ? []
      : table(
          paper,
          COLUMNS,
          parent.servers.map((server) => row(paper, server)),
        )),
    ...problem,
    ...verdictLines(paper, report),
    ...misfitLines(paper, report),
    ...outcomeLines(paper, report),
    looks(report, now),
    ...toldLines(paper, report, now),
    ...foreignLines(paper, report),
  ]
}

function looks({ parent: { checkedAt, nextCheckAt } }: RolloverReport, now: number): string {
  const last =
    checkedAt === undefined
      ? 'Nobody has looked yet'
      : `Looked at ${second(checkedAt)} (${awayFrom(now, Math.min(now, checkedAt))})`
  return nextCheckAt === undefined ? `${last}.` : `${last}; the next look is ${awayFrom(now, nextCheckAt)}.`
}

/** What the addresses together say of each key. */
function verdictLines(paper: Paper, { parent: { keys = [], servers } }: RolloverReport): string[] {
  if (servers.length === 0) return []
  return keys.flatMap(({ keyTag, verdict }) => {
    const isFlawed = verdict === 'partly' && servers.some((server) => isMisfitAt(server, keyTag))
    return fold(
      paper,
      isFlawed ? `Of ${keyTag} there is a DS with a wrong digest: what waits waits on.` : VERDICTS[verdict](keyTag),
    )
  })
}

/** What somebody has to remove at once, word for word. */
function misfitLines(paper: Paper, { parent: { servers }, zone }: RolloverReport): string[] {
  const wrong = [...new Set(servers.flatMap(({ misfits = [] }) => misfits))]
  if (wrong.length === 0) return []
  return [
    ...fold(
      paper,
      'The digest is not that of the key, and validators that go by it reject the zone, even where another DS is right. Have the registrar remove exactly this:',
    ).map(paper.bad),
    ...wrong.map((rdata) => `  ${printable(zone)} IN DS ${printable(rdata)}`),
  ]
}

/** What it comes to where no DS leads to a key, and what to do. */
function outcomeLines(paper: Paper, { parent: { keys = [], servers }, goal, zone }: RolloverReport): string[] {
  const isLost = servers.length > 0 && keys.length > 0 && keys.every(({ verdict }) => verdict === 'nowhere')
  if (!isLost || goal === 'insecure') return []
  const next = `\`dnsctl key ds ${printable(shortName(zone))}\` shows what the registrar is to have.`
  return servers.some(({ foreign }) => foreign > 0)
    ? fold(paper, `Validators find no key of the zone by what the parent has, and reject it: ${next}`).map(paper.bad)
    : fold(paper, `Nobody validates the zone, for the parent has no DS of it: ${next}`)
}

const VERDICTS: Readonly<Record<ParentKey['verdict'], (keyTag: number) => string>> = {
  everywhere: (keyTag) => `The DS of ${keyTag} is everywhere.`,
  nowhere: (keyTag) => `The DS of ${keyTag} is nowhere.`,
  partly: (keyTag) => `The DS of ${keyTag} is at some of them: what waits for it waits on.`,
  unknown: (keyTag) => `Of the DS of ${keyTag} nothing can be said before every address has answered.`,
}

/** What became of telling the parent that there are new CDS records. */
function toldLines(paper: Paper, { parent: { notified } }: RolloverReport, now: number): string[] {
  if (notified === undefined || notified.target === 'none') return []
  const target = printable(notified.target)
  const when = `${second(notified.at)} (${awayFrom(now, notified.at)})`
  return fold(paper, `${NOTIFIED[notified.outcome](target)}, ${when}.`)
}

const NOTIFIED: Readonly<Record<NonNullable<ParentReport['notified']>['outcome'], (target: string) => string>> = {
  acknowledged: (target) => `The parent was told of new CDS records at ${target}, and has answered`,
  silent: (target) => `The parent was told of new CDS records at ${target}, and has not answered`,
  refused: (target) => `The parent was told of new CDS records at ${target}, and has declined`,
  none: (reason) => `Where the parent wants to hear of new CDS records could not be found out: ${reason}`,
}

function row(paper: Paper, server: ParentServer): string[] {
  const { name, address, port, listing, outcome, reason, keyTags, foreign, ttl, outdated } = server
  const old = outdated === undefined ? '' : `of ${outdated.join(', ')} it says what is out of date`
  const listed = [old, listing === undefined ? '' : LISTINGS[listing]].filter(Boolean).join('; ')
  const answered = outcome === 'answered'
  return [
    printable(name),
    printable(port === undefined ? address : `${address}@${port}`),
    answered ? keyTags.join(' ') || paper.dim('none') : '',
    answered ? String(foreign) : '',
    ttl === undefined ? '' : duration(ttl),
    answered
      ? paper.dim(listed)
      : paper.bad(
          [printable(reason === undefined ? outcome : `${outcome}: ${reason}`), listed].filter(Boolean).join('; '),
        ),
  ]
}

const LISTINGS: Readonly<Record<NonNullable<ParentServer['listing']>, string>> = {
  apex: 'the delegation does not name it',
  delegation: 'only the delegation names it',
  glue: 'an address that only the delegation has',
}

function foreignLines(paper: Paper, { parent, zone }: RolloverReport): string[] {
  const foreign = Math.max(0, ...parent.servers.map((server) => server.foreign - (server.misfits?.length ?? 0)))
  if (foreign === 0) return []
  const records = count(foreign, 'DS record')
  return fold(
    paper,
    `The parent has ${records} of no key that Veil knows. Beside one of ours most validators do not mind; alone it makes the zone bogus. \`dig ${printable(zone)} DS\` shows ${foreign === 1 ? 'it' : 'them'}; if no other signer needs ${foreign === 1 ? 'it' : 'them'}, have the registrar remove ${foreign === 1 ? 'it' : 'them'}.`,
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
