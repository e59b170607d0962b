import { DEFAULT_MAX_TTL, DEFAULT_VALIDITY } from '../../keys/signature-policy.ts'
import { LEAK_RULES } from '../../zones/leaks/rules.ts'
import { DEFAULT_DECOYS } from './decoys.ts'
import { DEFAULT_BAN, DEFAULT_DETECTION, DEFAULT_RATE_LIMIT, DEFAULT_STREAMS } from './defaults.ts'
import { DEFAULT_DNSSEC } from './dnssec.ts'
import { denialToText, wildcardsToText } from './dnssec-words.ts'
import { DEFAULT_KEYS, UNLIMITED } from './keys.ts'
import { DEFAULT_PARENT } from './parent.ts'
import { showDuration } from './quantities.ts'
import { CONFIGURATION_INTRODUCTION, SECTIONS } from './reference-text.ts'
import { configurationSchema } from './schema.ts'
import { type ConfigurationEntry, entryTable, inside, type ReferenceRules, schemaEntries } from './schema-reference.ts'
import { explain, isOptional, type Schema, shapeOf } from './schema-tree.ts'

/** Every entry, in the order of the schema, whose own words these are. */
export function configurationEntries(): ConfigurationEntry[] {
  return schemaEntries(configurationSchema, RULES)
}

/** docs/configuration.md, made from the schema; a test holds the file to it. */
export function configurationReference(): string {
  const entries = configurationEntries()
  const top = Object.entries(shapeOf(configurationSchema)!)
  const sections = top.filter(([key, schema]) => inside(key, schema, RULES) !== undefined)
  return `${[
    CONFIGURATION_INTRODUCTION,
    '',
    '## The server',
    '',
    ...entryTable(
      entries.filter(({ path }) => top.some(([key]) => key === path)),
      0,
    ),
    ...sections.flatMap(([key, schema]) => ['', ...section(key, schema, entries)]),
  ].join('\n')}\n`
}

function section(key: string, schema: Schema, entries: readonly ConfigurationEntry[]): string[] {
  const prefix = `${key}${inside(key, schema, RULES)!.step}`
  const own = entries.filter(({ path }) => path.startsWith(prefix))
  return [`## ${key}`, '', SECTIONS[key] ?? `${explain(schema)!.description}.`, '', ...entryTable(own, prefix.length)]
}

/** What holds where the entry is not there; empty where its meaning says so or its own entries do. */
function absence(path: string, schema: Schema): string {
  if (!isOptional(schema)) return 'required'
  const otherwise = WHEN_LEFT_OUT[path]
  if (otherwise !== undefined) return otherwise
  const rule = LEAK_RULES.find(({ id }) => path === `leaks.${id}`)
  if (rule !== undefined) return `\`${rule.level}\``
  if (path.startsWith('zones.ZONE.dnssec.')) return 'as for all zones'
  const isTold =
    explain(schema)!.description.includes('left out') || shapeOf(schema) !== undefined || path.includes('[]')
  return isTold ? '' : 'none'
}

const RULES: ReferenceRules = { stepOf: (key) => (key === 'zones' ? '.ZONE' : '.VIEW'), absence }

const { answersPerSecond, provedAnswersPerSecond } = DEFAULT_RATE_LIMIT

const WHEN_LEFT_OUT: Readonly<Record<string, string>> = {
  user: 'stays who started it',
  state: '`/var/lib/veil` for root, else `~/.local/state/veil`',
  udp: '`batched` on Linux, else `dgram`',
  dnssec: 'each is signed, as the table below says',
  'dnssec.algorithm': `\`${DEFAULT_DNSSEC.algorithms[0]}\``,
  'dnssec.denial': `\`${denialToText(DEFAULT_DNSSEC.denial)}\``,
  'dnssec.wildcards': `\`${wildcardsToText(DEFAULT_DNSSEC.wildcards)}\``,
  'dnssec.validity': `\`${DEFAULT_VALIDITY / 86_400}d\``,
  'dnssec.max-ttl': `\`${DEFAULT_MAX_TTL / 86_400}d\`, but at most half of \`validity\``,
  'dnssec.cds': `\`${DEFAULT_DNSSEC.cds}\``,
  'dnssec.bootstrap': `\`${DEFAULT_DNSSEC.bootstrap}\``,
  'dnssec.parent.resolver': `\`${DEFAULT_PARENT.resolver}\``,
  'dnssec.parent.families': 'both',
  'dnssec.parent.interval': `\`${DEFAULT_PARENT.interval / 3600}h\``,
  'dnssec.parent.ds-ttl': `\`${DEFAULT_PARENT.dsTtl / 86_400}d\``,
  'dnssec.parent.notify': `\`${DEFAULT_PARENT.notify}\``,
  'dnssec.keys.zsk-lifetime': `\`${showDuration(DEFAULT_KEYS.zskLifetime!)}\``,
  'dnssec.keys.ksk-lifetime': `\`${UNLIMITED}\``,
  'dnssec.keys.standby': '`[zsk]`; with `combined` none',
  'dnssec.keys.combined': `\`${DEFAULT_KEYS.isCombined}\``,
  'dnssec.keys.publish-safety': `\`${showDuration(DEFAULT_KEYS.publishSafety)}\``,
  'dnssec.keys.retire-safety': `\`${showDuration(DEFAULT_KEYS.retireSafety)}\``,
  'dnssec.keys.backup': '`remind`',
  'dnssec.keys.manual': `\`${DEFAULT_KEYS.isManual}\``,
  'zones.ZONE.decoys.VIEW.of': '`mirror` needs it',
  'zones.ZONE.decoys.VIEW.addresses': '`prf` needs it; `selective` needs one of the two',
  'zones.ZONE.generate.VIEW[].ttl': '`1h`',
  'zones.ZONE.decoys.VIEW.depth': `\`${DEFAULT_DECOYS.depth}\``,
  'zones.ZONE.decoys.VIEW.when': `\`${DEFAULT_DECOYS.when}\``,
  'zones.ZONE.decoys.VIEW.allow-randomised-signatures': '`false`',
  'rate-limit.enabled': `\`${DEFAULT_RATE_LIMIT.enabled}\``,
  'rate-limit.cookies': `\`${DEFAULT_RATE_LIMIT.cookies}\``,
  'rate-limit.log-only': `\`${DEFAULT_RATE_LIMIT.logOnly}\``,
  'rate-limit.answers-per-second.found': `\`${answersPerSecond.found}\``,
  'rate-limit.answers-per-second.absent': `\`${answersPerSecond.absent}\``,
  'rate-limit.answers-per-second.error': `\`${answersPerSecond.error}\``,
  'rate-limit.proved-answers-per-second.absent': `\`${provedAnswersPerSecond.absent}\``,
  'rate-limit.proved-answers-per-second.error': `\`${provedAnswersPerSecond.error}\``,
  'rate-limit.slip': `\`${DEFAULT_RATE_LIMIT.slip}\``,
  'rate-limit.table-size': `\`${DEFAULT_RATE_LIMIT.tableSize}\``,
  'guard.detection': `\`${DEFAULT_DETECTION.detection}\``,
  'guard.response': `\`${DEFAULT_DETECTION.response}\``,
  'guard.ban.automatic': `\`${DEFAULT_BAN.automatic}\``,
  'guard.ban.for': `\`${DEFAULT_BAN.seconds / 3600}h\``,
  'guard.ban.ipv6-prefix': `\`${DEFAULT_BAN.ipv6Length}\``,
  'guard.ban.without-lookup': `\`${DEFAULT_BAN.withoutLookup}\``,
  'guard.notify[].smtp.tls': '`starttls`',
  'guard.notify[].smtp.port': '587, with `tls` 465, with `none` 25',
  'tcp.connections': `\`${DEFAULT_STREAMS.connections}\``,
  'tcp.connections-per-client': `\`${DEFAULT_STREAMS.connectionsPerClient}\``,
  'tcp.idle': `\`${DEFAULT_STREAMS.idleSeconds}s\``,
  'tcp.total': `\`${DEFAULT_STREAMS.totalSeconds / 60}m\``,
  'tcp.write-buffer': `\`${DEFAULT_STREAMS.writeBufferOctets / 1024}KiB\``,
}
