import type { Evidence } from '../judging/judgement.ts'
import { cite } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import { citeParameter, type Postfix, type PostfixService, parameterOf } from './postfix.ts'
import { postgrey } from './postgrey.ts'
import { hasRedis, rspamd, rspamdModule } from './rspamd.ts'
import { miltersOf, type PolicyService, policiesOf } from './smtp-path.ts'

/** Whether a service puts off whom it does not know. */
export interface Greylisting {
  readonly state: 'wired' | 'early' | 'unreached' | 'dead' | 'absent'
  /** What does it. */
  readonly by: string
  readonly evidence: readonly Evidence[]
}

/** Tests of postscreen(8) that make a client come again, as greylisting does. */
const DEEP_TESTS = [
  'postscreen_pipelining_enable',
  'postscreen_non_smtp_command_enable',
  'postscreen_bare_newline_enable',
] as const

/** How a service of master.cf greylists: by postgrey, rspamd, or postscreen's deep tests; by the best of them. */
export function greylistingOf(host: Host, found: Postfix, service: PostfixService): Greylisting {
  const ways = [byPostgrey(host, found, service), byRspamd(host, found, service), byPostscreen(found)]
  const order = ['wired', 'early', 'unreached', 'dead', 'absent']
  return ways.sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state))[0]!
}

function byPostgrey(host: Host, found: Postfix, service: PostfixService): Greylisting {
  const daemon = host.get(postgrey)
  const policies = policiesOf(found, service)
  const asked = policies.filter(({ endpoint }) => daemon?.listeners.includes(endpoint) ?? false)
  const evidence = [...policies.map(evidenceOf), ...(daemon?.evidence ?? [])]
  const say = (state: Greylisting['state']): Greylisting => ({ state, by: 'postgrey', evidence })
  if (asked.length === 0) {
    const isMeant = policies.some(({ endpoint }) => /postgrey|:10023$/.test(endpoint))
    return say(isMeant ? 'dead' : 'absent')
  }
  if (!daemon!.isEnabled) return say('dead')
  const reached = asked.filter(({ isUnreached }) => !isUnreached)
  if (reached.length === 0) return say('unreached')
  return say(reached.some(({ isBehindRelayCheck }) => isBehindRelayCheck) ? 'wired' : 'early')
}

function evidenceOf({ parameter, setting }: PolicyService): Evidence {
  return citeParameter(parameter, setting)
}

function byRspamd(host: Host, found: Postfix, service: PostfixService): Greylisting {
  const daemon = host.get(rspamd)
  const module = rspamdModule(host, 'greylist')
  const isAsked = daemon?.milter !== undefined && miltersOf(found, service).includes(daemon.milter)
  const evidence = [
    citeParameter('smtpd_milters', parameterOf(found, 'smtpd_milters', service)),
    ...(daemon?.evidence ?? []),
    ...module.evidence,
  ]
  if (!isAsked || !module.isEnabled || !hasRedis(host, module)) return { state: 'absent', by: 'rspamd', evidence }
  return { state: daemon!.isEnabled ? 'wired' : 'dead', by: 'rspamd', evidence }
}

function byPostscreen(found: Postfix): Greylisting {
  const screen = found.services.find(({ command, type }) => command === 'postscreen' && type === 'inet')
  if (screen === undefined) return { state: 'absent', by: 'postscreen', evidence: [] }
  const tests = DEEP_TESTS.map((name) => [name, parameterOf(found, name, screen)] as const)
  const on = tests.filter(([, { value }]) => value === 'yes')
  const evidence = [cite(screen.at), ...on.map(([name, setting]) => citeParameter(name, setting))]
  return { state: on.length > 0 ? 'wired' : 'absent', by: "postscreen's deep tests", evidence }
}
