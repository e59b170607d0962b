import type { Persona } from '../../declarations/declarations.ts'
import { apache, apacheHas } from '../../facts/apache.ts'
import type { Host } from '../../facts/host.ts'
import { nginx, nginxSettings } from '../../facts/nginx.ts'
import { jailThatCounts } from '../../facts/web-jails.ts'
import { webSites } from '../../facts/web-sites.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { banners } from '../../probes/banners.ts'
import type { Judged } from '../judge.ts'
import { judgeHoneyNames } from './honey-names.ts'

/** Who believes what the services claim to be, or guesses names, goes for what is there for that alone, and so gives himself away. */
export function clk02(host: Host): Judged {
  const { persona } = host.declared
  const claims: Judged =
    persona === undefined
      ? []
      : [...persona.decoys.map((path) => (own: Host) => judgeDecoy(own, path)), ...judgeHeaders(host, persona)]
  const judged = [...claims, ...judgeHoneyNames(host)]
  if (judged.length > 0) return judged
  const reason = 'Nothing is declared that the services claim to be, and Veil serves no zone from this host.'
  return [notApplicable('no-persona', reason)]
}

/** As fail2ban sees it: the date is cut out. */
function judgeDecoy(host: Host, path: string): Judgement {
  const line = `192.0.2.1 - - [] "GET ${path} HTTP/1.1" 404 456 "-" "Mozilla/5.0"`
  const subject = `decoy ${path}`
  const health = jailThatCounts(host, line)
  if (health?.state === 'alive') {
    const reason = `Whoever asks for it is counted by the jail ${health.jail.name}.`
    return { subject, state: 'pass', cause: 'alarmed', reason, evidence: health.evidence }
  }
  const why = health === undefined ? 'no jail counts it' : health.why
  const reason = `Who takes the bait is not noticed: ${why}.`
  return { subject, state: 'fail', cause: 'silent', reason, evidence: health?.evidence ?? [], values: { decoy: path } }
}

function judgeHeaders(host: Host, { server }: Persona): readonly Judgement[] {
  const seen = host.observed(banners)[0]
  const other = seen?.found.banners.find(
    ({ service, text }) => service === 'http' && /^server:/i.test(text) && !text.includes(server),
  )
  const answered =
    other === undefined || seen === undefined
      ? []
      : [
          sayOf('http from outside', [
            { source: 'probe', path: seen.target, excerpt: other.text.slice(0, 200), at: seen.at },
          ])('warn', 'other-seen', 'From outside another server shows than the one that is claimed.'),
        ]
  const servers = new Set(host.get(webSites).map((site) => site.server))
  return [
    ...answered,
    ...[...servers].map((name) => judgeServer(name === 'Apache' ? ofApache(host) : ofNginx(host), name, server)),
  ]
}

function judgeServer(
  header: { readonly value: string; readonly evidence: readonly Evidence[] } | undefined,
  subject: string,
  server: string,
): Judgement {
  return header?.value === server
    ? { subject, state: 'pass', cause: 'claims', reason: 'It calls itself what is claimed.', evidence: header.evidence }
    : {
        subject,
        state: 'warn',
        cause: 'inconsistent',
        reason: 'It calls itself something else than what is claimed, so nobody is fooled.',
        evidence: header?.evidence ?? [],
        values: { server },
      }
}

function ofApache(host: Host): { readonly value: string; readonly evidence: readonly Evidence[] } | undefined {
  const found = host.get(apache)
  const last = (name: string) => found?.main.filter((node) => node.name === name).at(-1)
  const masked = last('secserversignature')
  if (found === undefined || masked === undefined || !apacheHas(found, 'security2_module')) return undefined
  // It writes over what is there, so there has to be room: ServerTokens Full.
  const isLong = (last('servertokens')?.words[0] ?? 'full').toLowerCase() === 'full'
  return { value: isLong ? (masked.words[0] ?? '') : '', evidence: [cite(masked.at)] }
}

function ofNginx(host: Host): { readonly value: string; readonly evidence: readonly Evidence[] } | undefined {
  const found = host.get(nginx)
  const isLoaded = found?.main.some(({ name, words }) => name === 'load_module' && /headers_more/.test(words[0] ?? ''))
  const node = found === undefined ? undefined : nginxSettings([found.http], 'more_set_headers').at(-1)
  if (node === undefined || isLoaded !== true) return undefined
  return { value: /^server:\s*(.*)$/i.exec(node.words[0] ?? '')?.[1] ?? '', evidence: [cite(node.at)] }
}
