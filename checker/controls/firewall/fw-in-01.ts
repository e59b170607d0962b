import { containers } from '../../facts/firewall/containers.ts'
import { FAMILIES, type Family } from '../../facts/firewall/filter.ts'
import { shorewalls } from '../../facts/firewall/shorewall.ts'
import { ipv6IsOff, type Standing, standingOf } from '../../facts/firewall/standing.ts'
import type { Host } from '../../facts/host.ts'
import { cite, type Evidence, type Judgement, type State } from '../../judging/judgement.ts'

/** What no rule lets in must be dropped, by IPv4 and by IPv6, now and after the next boot. */
export function fwIn01(host: Host): readonly Judgement[] {
  return [...FAMILIES.map((family) => judgeFamily(host, family)), ...judgeContainers(host)]
}

function judgeFamily(host: Host, family: Family): Judgement {
  const off = family === 'IPv6' ? ipv6IsOff(host) : undefined
  if (off !== undefined) {
    const reason = 'The host speaks no IPv6, so nothing comes in by it.'
    return { subject: family, state: 'not-applicable', cause: 'no-ipv6', reason, evidence: [off] }
  }
  const standing = standingOf(host, { hook: 'input', family, protocol: 'tcp' })
  const { state, cause, reason, evidence } = rulingOf(host, family, standing)
  return { subject: family, state, cause, reason, evidence }
}

type Said = Omit<Judgement, 'subject'>

const say = (state: State, cause: string, reason: string, evidence: readonly Evidence[]): Said => ({
  state,
  cause,
  reason,
  evidence,
})

function rulingOf(host: Host, family: Family, standing: Standing): Said {
  const { live, boot, isLiveKnown, isLiveMissing } = standing
  const at = [live, boot].flatMap((ruling) => (ruling === undefined ? [] : [ruling.at]))
  if (isLiveKnown && live?.ruling !== 'deny') {
    if (boot?.ruling === 'deny')
      return say(
        'fail',
        'not-in-force',
        `${boot.name} would deny what comes in, but its rules are not in force now.`,
        at,
      )
    return open(standing, family, at)
  }
  if (boot?.ruling !== 'deny') {
    if (live?.ruling === 'deny')
      return say(
        'warn',
        'not-kept',
        'What comes in is denied now, but no file brings that back after the next boot.',
        at,
      )
    return open(standing, family, at)
  }
  if (isLiveMissing) {
    const reason = `${boot.name} denies what comes in from the next boot on; what is in force now could not be asked for.`
    return say('unknown', 'live-unread', reason, at)
  }
  return denied(host, boot.name, { at, byRule: boot.by === 'rule' || live?.by === 'rule' })
}

function denied(
  host: Host,
  name: string,
  { at, byRule }: { readonly at: readonly Evidence[]; readonly byRule: boolean },
): Said {
  if (byRule) {
    const reason = 'A last rule denies what comes in, but the policy is to accept: without its rules the host is open.'
    return say('warn', 'accepting-policy', reason, at)
  }
  const startup = host.get(shorewalls).find(({ product }) => product === name)?.startup
  if (startup?.value === '0')
    return say(
      'warn',
      'startup-zero',
      `${name} denies what comes in, but startup=0 keeps its init script from starting it.`,
      [...at, cite(startup.at)],
    )
  return say('pass', 'denied', `${name} denies what no rule of it lets in.`, at)
}

function open({ live, boot, stopped }: Standing, family: Family, at: readonly Evidence[]): Said {
  const idle = stopped.filter(({ name }) => family === 'IPv6' || name !== 'shorewall6')
  if (live === undefined && boot === undefined && idle.length > 0) {
    const why = idle.map(({ name, start }) => `${name} does not filter, for ${start.error}`).join('; ')
    const reason = `Every port that listens is open by ${family}: ${why}.`
    return say('fail', 'not-started', reason, idle[0]!.start.evidence)
  }
  if (live === undefined && boot === undefined)
    return say(
      'fail',
      'no-firewall',
      `Nothing filters what comes in by ${family}: every port that listens is open.`,
      at,
    )
  const reason = `What no rule names is let in by ${family}: rules that only ban single addresses are no firewall.`
  return say('fail', 'accepts', reason, at)
}

/** Ports that Docker publishes come in by the forward chain, before any rule for input. */
function judgeContainers(host: Host): readonly Judgement[] {
  const found = host.get(containers)
  if (found === undefined) return []
  const subject = 'published ports of containers'
  if (!found.isKnown) {
    const reason = 'Only the rules in force could tell which ports containers publish past every rule for input.'
    return [{ subject, state: 'unknown', cause: 'live-unread', reason, evidence: [found.evidence] }]
  }
  if (found.published === undefined) return []
  if (found.guardsIn !== undefined) {
    const reason = 'DOCKER-USER denies what Docker would let in to its containers.'
    return [{ subject, state: 'pass', cause: 'guarded', reason, evidence: [found.guardsIn.at] }]
  }
  const reason =
    'Docker lets the world in to the ports it publishes, before any rule for input: only DOCKER-USER could deny it.'
  return [{ subject, state: 'warn', cause: 'published', reason, evidence: [found.published.at] }]
}
