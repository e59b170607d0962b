import { cite, type Evidence, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { type Postfix, type PostfixService, parameterOf } from './postfix.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { rspamd, rspamdModule } from './rspamd.ts'
import { miltersOf, policiesOf } from './smtp-path.ts'

export interface SpfEnforcement {
  readonly state: 'enforced' | 'test-only' | 'lenient' | 'unwired'
  readonly by: string
  readonly evidence: readonly Evidence[]
}

/** Settings of python-policyd-spf (policyd-spf.conf(5)), by name in lower case; the last line of a name counts. */
const policydSpf = fact('policyd-spf', ({ root }) => {
  const file = readIfThere(root, '/etc/postfix-policyd-spf-python/policyd-spf.conf')
  const lines = file === undefined ? [] : linesOf(file)
  return new Map(
    lines.flatMap(({ text, number }) => {
      const [, name, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(text) ?? []
      return name === undefined ? [] : [[name.toLowerCase(), { value: value!, at: placeIn(file!, number) }] as const]
    }),
  )
})

/** Whether a service of Postfix refuses mail that a domain's policy forbids: by policyd-spf, or by rspamd. */
export function spfEnforcement(host: Host, found: Postfix, service: PostfixService): SpfEnforcement {
  const asked = policiesOf(found, service).filter(({ isUnreached }) => !isUnreached)
  const queue = parameterOf(found, 'queue_directory').value
  const daemon = found.services.find(
    ({ type, text, name }) =>
      type === 'unix' &&
      /policyd-spf/.test(text) &&
      asked.some(({ endpoint }) => endpoint === `unix:${queue}/private/${name}`),
  )
  if (daemon !== undefined) return byPolicyd(host, daemon)
  const filter = host.get(rspamd)
  const isWired = filter?.milter !== undefined && miltersOf(found, service).includes(filter.milter)
  const module = rspamdModule(host, 'spf')
  if (isWired && filter.isEnabled && module.isEnabled) {
    return { state: 'enforced', by: 'rspamd', evidence: [...filter.evidence, ...module.evidence] }
  }
  return { state: 'unwired', by: 'policyd-spf', evidence: [cite(service.at)] }
}

/** TestOnly = 0 is the trial: it refuses nothing (policyd-spf.conf(5)); the name says the opposite. */
function byPolicyd(host: Host, daemon: PostfixService): SpfEnforcement {
  const settings = host.get(policydSpf)
  const test = settings.get('testonly') ?? settings.get('defaultseedonly')
  const sender = settings.get('mail_from_reject')
  const evidence = [cite(daemon.at), ...[test, sender].flatMap((each) => (each === undefined ? [] : [cite(each.at)]))]
  const say = (state: SpfEnforcement['state']): SpfEnforcement => ({ state, by: 'policyd-spf', evidence })
  if (test?.value === '0') return say('test-only')
  return say(/^(?:false|no_check|null)$/i.test(sender?.value ?? 'Fail') ? 'lenient' : 'enforced')
}
