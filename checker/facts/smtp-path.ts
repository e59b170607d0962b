import { normalized } from './paths.ts'
import type { EffectiveParameter, Postfix, PostfixService } from './postfix.ts'
import { listOf, parameterOf, smtpServers } from './postfix.ts'

/** Services for the operator's own users: who comes there has a password. */
const FOR_OWN_USERS: readonly string[] = ['submission', 'submissions', 'smtps', '587', '465']
/** Lists of restrictions in the order in which smtpd(8) goes through them for a recipient. */
const RESTRICTIONS = ['client', 'helo', 'sender', 'relay', 'recipient'] as const

/** A policy service in the way of a recipient. */
export interface PolicyService {
  /** As endpointOf says it. */
  readonly endpoint: string
  readonly parameter: string
  readonly setting: EffectiveParameter
  /** Something in front of it in the list ends it for all own domains, so that nobody ever asks it. */
  readonly isUnreached: boolean
  /** Recipients of foreign domains are refused before it is asked. */
  readonly isBehindRelayCheck: boolean
}

/** Services at which strangers hand in mail: port 25, or what postscreen(8) passes it on to. */
export function doors(found: Postfix): readonly PostfixService[] {
  return smtpServers(found).filter(({ name }) => !FOR_OWN_USERS.includes(name.replace(/^.*:/, '')))
}

/** Milters of a service, as endpointOf says them. */
export function miltersOf(found: Postfix, service: PostfixService): readonly string[] {
  return listOf(parameterOf(found, 'smtpd_milters', service).value).map((item) =>
    endpointOf(found, item.split(',')[0]!.trim(), service.isChrooted),
  )
}

/** Milters for mail that is made here (non_smtpd_milters): cleanup(8) talks to them. */
export function localMilters(found: Postfix): readonly string[] {
  const cleanup = found.services.find(({ command }) => command === 'cleanup')
  return listOf(parameterOf(found, 'non_smtpd_milters', cleanup).value).map((item) =>
    endpointOf(found, item.split(',')[0]!.trim(), cleanup?.isChrooted ?? false),
  )
}

/** Every policy service that a service asks about recipients, in order. */
export function policiesOf(found: Postfix, service: PostfixService): readonly PolicyService[] {
  let isBehindRelayCheck = false
  return RESTRICTIONS.flatMap((list) => {
    const parameter = `smtpd_${list}_restrictions`
    const setting = parameterOf(found, parameter, service)
    const words = listOf(setting.value)
    let isUnreached = false
    return words.flatMap((word, index): readonly PolicyService[] => {
      if (/^(?:reject|defer)_unauth_destination$/.test(word)) isBehindRelayCheck = true
      if (/^(?:permit|permit_auth_destination|reject|defer)$/.test(word)) isUnreached = true
      if (word !== 'check_policy_service') return []
      const target = words[index + 1]?.split(',')[0]?.trim() ?? ''
      const endpoint = endpointOf(found, target, service.isChrooted)
      return [{ endpoint, parameter, setting, isUnreached, isBehindRelayCheck }]
    })
  })
}

/**
 * Where a client of Postfix connects: `inet:localhost:10023`, or `unix:` and the path on the host. Paths count from the queue's
 * folder where they are relative, and where the service runs chrooted in it.
 */
export function endpointOf(found: Postfix, text: string, isChrooted: boolean): string {
  const [, type, rest] = /^([a-z]+):(.*)$/.exec(text) ?? []
  if (type === 'inet' || type === 'inet6') return inetEndpoint(...splitPort(rest!))
  if (type !== 'unix' && type !== 'local') return text
  const queue = parameterOf(found, 'queue_directory').value
  const isBelow = isChrooted || !rest!.startsWith('/')
  return `unix:${normalized(isBelow ? `${queue}/${rest}` : rest!)}`
}

/** What a milter or policy server listens on, in the same words: `inet:8891@localhost`, `local:/run/x.sock`, `/run/x.sock`. */
export function listenerOf(text: string): string {
  const [, type, rest] = /^(inet6?|local|unix):(.*)$/.exec(text) ?? [undefined, 'local', text]
  if (type !== 'inet' && type !== 'inet6') return `unix:${normalized(rest!)}`
  const [port, host] = rest!.includes('@') ? rest!.split('@') : splitPort(rest!).toReversed()
  return inetEndpoint(host ?? '', port!)
}

function splitPort(text: string): [string, string] {
  const cut = text.lastIndexOf(':')
  return cut < 0 ? ['', text] : [text.slice(0, cut), text.slice(cut + 1)]
}

/** Every address of this host itself is `localhost`: a server of another name is another. */
function inetEndpoint(host: string, port: string): string {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  const isHere = ['', '*', 'localhost', '127.0.0.1', '::1', '0.0.0.0', '::'].includes(name)
  return `inet:${isHere ? 'localhost' : name}:${port}`
}
