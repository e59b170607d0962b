import { count, type Paper, printable } from '../../console/paper.ts'
import type { BanListing } from '../../server/guard/ban-reports.ts'
import { banTable, nftablesLines } from '../ban-text.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { askServer } from '../running-server.ts'

const FORMS = ['text', 'nft'] as const

export const banListCommand = command({
  name: 'ban list',
  summary: 'list who gets no answers',
  description: [
    'Every ban with who set it, why, and until when. Bans outlive reloads and restarts.',
    'With `--form nft` the output is for `nft -f -`: it makes the sets that deploy/nftables.conf declares, or those that `guard.ban.nftables` names, hold the bans and nothing else. Nothing but addresses and times goes into it, whatever veild says.',
  ],
  arguments: {},
  options: { form: { value: 'FORM', summary: 'text (for people) or nft', completes: FORMS } },
  examples: [
    { line: 'ban list', summary: 'who is banned, why, until when' },
    { line: 'ban list --form nft | nft -f -', summary: 'put the bans into the firewall, as root' },
    { line: "ban list --json | jq -r '.bans[].prefix'", summary: 'the prefixes alone, for a script' },
  ],
  async run(context, input) {
    const listing = await askServer(context, 'bans', {})
    return {
      exitCode: ExitCode.Done,
      data: { ...listing },
      print: (paper) => (input.form === 'nft' ? nftablesLines(listing) : describe(paper, listing)),
    }
  },
})

function describe(paper: Paper, listing: BanListing): string[] {
  const { bans, nftables } = listing
  const upshot =
    bans.length === 0
      ? [`Nobody is banned${listing.automatic ? '' : '; veild bans nobody by itself (`guard.ban.automatic`)'}.`]
      : [...banTable(paper, bans), '', `${count(bans.length, 'ban')}. Why: dnsctl ban explain ADDRESS`]
  if (nftables === undefined) return upshot
  const sets = printable(`${nftables.table}, ${nftables.set4} and ${nftables.set6}`)
  if (nftables.failure === undefined) return [...upshot, `In step with them: the sets of nftables in ${sets}.`]
  return [
    ...upshot,
    paper.bad(`Not in step with them: the sets of nftables in ${sets}: ${printable(nftables.failure)}`),
  ]
}
