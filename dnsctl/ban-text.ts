import { type Column, duration, type Paper, printable, table } from '../console/paper.ts'
import { type BanListing, type BanReport, banFromReport } from '../server/guard/ban-reports.ts'
import { nftablesTransaction, SHIPPED_SETS } from '../server/guard/nftables-text.ts'

const COLUMNS: readonly Column[] = [
  { title: 'PREFIX' },
  { title: 'SINCE' },
  { title: 'ENDS' },
  { title: 'BY' },
  { title: 'REASON' },
]

/** A row for each ban. */
export function banTable(paper: Paper, bans: readonly BanReport[]): string[] {
  return table(
    paper,
    COLUMNS,
    bans.map((ban) => [
      printable(ban.prefix),
      `${duration((Date.now() - Date.parse(ban.since)) / 1000)} ago`,
      ban.expires === undefined ? 'never' : `in ${timeUntil(ban.expires)}`,
      author(ban),
      printable(ban.reason),
    ]),
  )
}

/** Who set the ban, with the incident that led to it. */
export function author({ by, incident }: BanReport): string {
  const name = by === 'program' ? 'another program' : by === 'honey' ? 'honey name' : by
  return incident === undefined ? name : `${name} (${printable(incident)})`
}

/** How long it is until then; from two minutes on to the nearest minute. */
export function timeUntil(time: string): string {
  const seconds = Math.ceil((Date.parse(time) - Date.now()) / 1000)
  return duration(seconds < 120 ? seconds : Math.round(seconds / 60) * 60)
}

/** Lines for `nft -f -`. */
export function nftablesLines({ bans, nftables = SHIPPED_SETS }: BanListing): string[] {
  const known = bans.map(banFromReport).filter((ban) => ban !== undefined)
  return nftablesTransaction(known, checkedSets(nftables), Math.floor(Date.now() / 1000))
    .trimEnd()
    .split('\n')
}

/** What root gives to nft is made of words that nft takes for names. */
function checkedSets({ table: name, set4, set6 }: typeof SHIPPED_SETS): typeof SHIPPED_SETS {
  const isSafe = /^[a-z0-9]+ [\w./-]+$/i.test(name) && [set4, set6].every((set) => /^[\w./-]+$/.test(set))
  return isSafe ? { table: name, set4, set6 } : SHIPPED_SETS
}
