import { apache, apacheHas } from '../../facts/apache.ts'
import type { ApacheNode } from '../../facts/apache-reader.ts'
import type { Jail } from '../../facts/fail2ban.ts'
import { readFilter } from '../../facts/fail2ban-filter.ts'
import type { Host } from '../../facts/host.ts'
import { prefixHolds } from '../../facts/prefixes.ts'
import { readIfThere } from '../../facts/read-lines.ts'
import { webJails } from '../../facts/web-jails.ts'
import { cite, citeFile, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

/** Addresses from which the crawlers have come for years, first and last ones of a range: a list of their ranges holds all. */
const CRAWLERS = [
  { name: 'Google', addresses: ['66.249.64.1', '66.249.79.254'], script: /google(?:bot)?/i },
  { name: 'Bing', addresses: ['157.55.39.1', '157.55.39.254'], script: /msn\.com|msnbot|bing/i },
]
/** A script that asks a name back for its addresses: a name alone is whatever its owner says. */
const FORWARD = /dnsToIp|getaddrinfo|gethostbyname|getent\s+a?hosts|\b(?:dig|host|nslookup)\s/i

/** Whatever bans from web sites knows the crawlers of Google and Bing, and by more than what they call themselves. */
export function thr03(host: Host): readonly Judgement[] {
  const judged = [...webJails(host).map((jail) => judgeJail(host, jail)), ...judgeEvasive(host)]
  return judged.length > 0 ? judged : [notApplicable('no-ban', 'Nothing here bans clients of web sites.')]
}

function judgeJail(host: Host, jail: Jail): Judgement {
  const subject = `jail ${jail.name}`
  const ignored = jail.setting('ignoreip')
  const command = jail.setting('ignorecommand')
  const script = command === undefined ? undefined : scriptOf(host, command.value)
  const code = withoutComments(script?.text ?? '')
  const byScript = FORWARD.test(code) ? CRAWLERS.filter((each) => each.script.test(code)) : []
  const prefixes = (ignored?.value ?? '').split(/[\s,]+/)
  const known = CRAWLERS.filter(
    (each) =>
      byScript.includes(each) ||
      each.addresses.every((address) => prefixes.some((prefix) => prefixHolds(prefix, address))),
  )
  const evidence: readonly Evidence[] = [
    ...(jail.at === undefined ? [] : [cite(jail.at)]),
    ...(command === undefined ? [] : [cite(command.at)]),
    ...(script === undefined ? [] : [citeFile(script, 'looks a name up and back')]),
    ...(ignored === undefined ? [] : [cite(ignored.at)]),
  ]
  if (known.length === CRAWLERS.length) {
    return { subject, state: 'pass', cause: 'known', reason: 'It knows both crawlers by their addresses.', evidence }
  }
  const [only] = known
  if (only !== undefined) {
    const reason = `It knows the crawler of ${only.name} alone, and may ban the other.`
    return { subject, state: 'warn', cause: 'one-known', reason, evidence }
  }
  if ((readFilter(host.root, jail.filter)?.ignored ?? []).some((each) => /googlebot|bingbot/i.test(each))) {
    const reason = 'It spares whoever calls himself a crawler: every attacker may.'
    return { subject, state: 'warn', cause: 'by-name', reason, evidence }
  }
  const reason = 'It may ban the crawlers of Google and Bing, and then the site is not found any more.'
  return { subject, state: 'fail', cause: 'unknown-crawlers', reason, evidence }
}

function scriptOf(host: Host, command: string): ReturnType<typeof readIfThere> {
  const path = command
    .replace('%(fail2ban_confpath)s', '/etc/fail2ban')
    .split(/\s+/)
    .find((word) => word.startsWith('/'))
  return path === undefined ? undefined : readIfThere(host.root, path)
}

function withoutComments(script: string): string {
  return script
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
}

/** Its numbers are low from the start, so it blocks crawlers before people. */
function judgeEvasive(host: Host): readonly Judgement[] {
  const found = host.get(apache)
  if (found?.isEnabled !== true || !apacheHas(found, 'evasive20_module')) return []
  const spared = found.main.flatMap(flattened).filter(({ name }) => name === 'doswhitelist')
  const patterns = spared.flatMap(({ words }) => words)
  const isSpared = (address: string) =>
    patterns.some((pattern) => {
      const parts = pattern.split('.')
      return (
        parts.length === 4 && address.split('.').every((part, index) => parts[index] === '*' || parts[index] === part)
      )
    })
  const evidence = spared.slice(0, 5).map(({ at }) => cite(at))
  const subject = 'mod_evasive'
  return CRAWLERS.every(({ addresses }) => addresses.every(isSpared))
    ? [
        {
          subject,
          state: 'pass',
          cause: 'known',
          reason: 'DOSWhitelist has the crawlers of Google and Bing.',
          evidence,
        },
      ]
    : [
        {
          subject,
          state: 'warn',
          cause: 'unknown-crawlers',
          reason: 'It may block the crawlers of Google and Bing: DOSWhitelist lacks them.',
          evidence,
        },
      ]
}

function flattened(node: ApacheNode): readonly ApacheNode[] {
  return node.inside === undefined ? [node] : node.inside.flatMap(flattened)
}
