import { type AddressPrefix, isIPv4Prefix, prefixContains } from '../../guard/prefix-trie.ts'
import { describeProtection, type ProtectionKind, protectionOf } from '../../guard/protection.ts'
import { formatPrefix, readAddress, readPrefix } from '../address.ts'
import { CommandError } from '../control/server.ts'
import type { Reading } from '../reading.ts'
import type { RunningServer } from '../running-server.ts'
import { explainAddress } from './ban-explanation.ts'
import { BAN_CAPACITY } from './ban-keeper.ts'
import {
  type BanAddReport,
  type BanAddText,
  type BanExplanation,
  type BanListing,
  type BanRemoveReport,
  reportBan,
} from './ban-reports.ts'
import { listProtected } from './protected-prefixes.ts'

type Arguments = Readonly<Record<string, unknown>>

/** What protects the operator from banning: only `force` overrules it. */
const OWN_KINDS: readonly ProtectionKind[] = ['own', 'loopback', 'never-ban', 'exempt']
/** Wider prefixes are hardly ever meant. Counts within 128 bits. */
const WIDEST = { ipv4: 96 + 8, ipv6: 32 } as const
const LONGEST_SECONDS = 10 * 366 * 86_400

/** What the control channel may ask about bans. */
export function banCommands(server: RunningServer) {
  return {
    bans: (): BanListing => listBans(server),
    'ban-add': (args: Arguments): Promise<BanAddReport> => addBan(server, readAdd(args)),
    'ban-remove': (args: Arguments): Promise<BanRemoveReport> => removeBan(server, args),
    'ban-explain': (args: Arguments): BanExplanation =>
      explainAddress(server, accept(readAddress(textOf(args, 'address')))),
  }
}

function listBans({ bans, configuration }: RunningServer): BanListing {
  const nftables = bans.nftables.report()
  return {
    bans: bans.keeper.all().map(reportBan),
    capacity: BAN_CAPACITY,
    automatic: configuration.guard.ban.automatic,
    ...(nftables === undefined ? {} : { nftables }),
  }
}

async function addBan(server: RunningServer, text: BanAddText): Promise<BanAddReport> {
  const prefix = accept(readWholePrefix(text.prefix))
  if (text.automatic) return addAutomatically(server, prefix, text)
  if (!text.force) refuseHarmful(server, prefix)
  const { addition, ban } = await server.bans.keeper.add({
    ...{ prefix, reason: text.reason, seconds: text.seconds },
    ...{ by: 'operator' as const, incident: undefined, proved: false },
  })
  if (addition.outcome === 'full') {
    const hint =
      'List them with `dnsctl ban list`, and lift some with `dnsctl ban rm PREFIX`; wider prefixes need fewer.'
    throw new CommandError('refused', `all ${BAN_CAPACITY} bans there is room for are the operator's own`, hint)
  }
  return {
    outcome: 'banned',
    ban: reportBan(ban),
    warnings: warningsOf(server, prefix),
    ...(addition.outcome === 'displaced' ? { displaced: reportBan(addition.old) } : {}),
  }
}

/** For programs such as fail2ban: the rules of automatic bans hold, whatever made them ask. */
async function addAutomatically(server: RunningServer, prefix: AddressPrefix, text: BanAddText): Promise<BanAddReport> {
  if (prefix.length !== 128)
    throw new CommandError('bad-request', 'an automatic ban is of one address, not of a prefix')
  const judgement = await server.bans.automatic.judge({
    ...{ address: prefix.address, proved: true, by: 'program', reason: text.reason, incident: undefined },
    ...(text.seconds === undefined ? {} : { seconds: text.seconds }),
  })
  if (judgement.outcome === 'spared') return judgement
  return { outcome: judgement.outcome, ban: reportBan(judgement.ban), warnings: [] }
}

function refuseHarmful(server: RunningServer, prefix: AddressPrefix): void {
  const shown = formatPrefix(prefix)
  const isIPv4 = isIPv4Prefix(prefix)
  if (prefix.length < (isIPv4 ? WIDEST.ipv4 : WIDEST.ipv6)) {
    const hint = `Ban at most a /${isIPv4 ? WIDEST.ipv4 - 96 : WIDEST.ipv6}, or, if you mean it, add --force.`
    throw new CommandError('refused', `${shown} would take the names from too many people`, hint)
  }
  const protection = protectionOf(prefix, listProtected(server.configuration), OWN_KINDS)
  if (protection === undefined) return
  const hint = 'If you mean it, add --force.'
  const where = prefixContains(protection.prefix, prefix) ? shown : `${formatPrefix(protection.prefix)}, in ${shown},`
  throw new CommandError('refused', `${where} is ${describeProtection(protection)}`, hint)
}

function warningsOf({ configuration }: RunningServer, prefix: AddressPrefix): string[] {
  const resolver = protectionOf(prefix, listProtected(configuration), ['resolver'])
  if (resolver === undefined) return []
  const what = `${formatPrefix(resolver.prefix)} is ${describeProtection(resolver)}`
  return [
    `${what}: everybody who asks through it loses your names. Starving does not: it is what veild does by itself.`,
  ]
}

async function removeBan({ bans }: RunningServer, args: Arguments): Promise<BanRemoveReport> {
  const prefix = accept(readWholePrefix(textOf(args, 'prefix')))
  const removed = await bans.keeper.remove(prefix)
  return {
    ...(removed === undefined ? {} : { removed: reportBan(removed) }),
    remaining: bans.keeper.over(prefix).map(reportBan),
  }
}

function readAdd(args: Arguments): BanAddText {
  const { seconds, force, automatic } = args
  if (
    seconds !== undefined &&
    !(Number.isInteger(seconds) && Number(seconds) > 0 && Number(seconds) <= LONGEST_SECONDS)
  ) {
    throw new CommandError('bad-request', 'ban-add takes seconds as a whole number of at least 1, at most ten years')
  }
  return {
    ...{ prefix: textOf(args, 'prefix'), reason: textOf(args, 'reason') },
    ...{ force: force === true, automatic: automatic === true },
    ...(seconds === undefined ? {} : { seconds: Number(seconds) }),
  }
}

/** Bits behind the length are refused: one of two readings would ban others than were meant. */
function readWholePrefix(text: string): Reading<AddressPrefix> {
  const reading = readPrefix(text)
  if (reading.outcome === 'unreadable' || reading.remark === undefined) return reading
  const [address] = text.split('/')
  return {
    outcome: 'unreadable',
    reason: `"${text}" has bits set behind its length: ${formatPrefix(reading.value)} is all of it, ${address} that address alone`,
  }
}

function accept<Value>(reading: Reading<Value>): Value {
  if (reading.outcome === 'unreadable') throw new CommandError('bad-request', reading.reason)
  return reading.value
}

function textOf(args: Arguments, key: string): string {
  const value = args[key]
  if (typeof value !== 'string') throw new CommandError('bad-request', `it takes ${key} as a text`)
  return value
}
