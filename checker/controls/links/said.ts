import type { Host } from '../../facts/host.ts'
import { isOwnOrTunnelled } from '../../facts/tunnels.ts'
import { cite, type Evidence, type Judgement, type Place, type State } from '../../judging/judgement.ts'
import type { Step } from '../../remedy/step.ts'

/** What is spoken of, and what mends it. */
export interface Said {
  readonly subject: string
  readonly remedy: readonly Step[]
}

/** Why a link is as it is: the cause, and the sentence. */
export type Why = readonly [cause: string, reason: string]

export const LOCAL: Why = ['local-only', 'Only this host reaches it, or what comes by a tunnel.']
export const PLAIN: Why = ['plain', 'Other hosts may talk to it in the clear: whoever taps the line reads the data.']
export const OFFERED: Why = ['offered', 'It offers TLS, and takes clients that do not use it.']
export const REQUIRED: Why = ['required', 'It talks to other hosts by TLS only.']

export function say(
  { subject, remedy }: Said,
  state: State,
  [cause, reason]: Why,
  places: readonly (Place | undefined)[],
): Judgement {
  const evidence: Evidence[] = places.flatMap((place) => (place === undefined ? [] : [cite(place)]))
  return { subject, state, cause, reason, evidence, remedy }
}

/** What is started, and yet has no configuration where it is looked for. */
export function withoutFile(subject: string): readonly Judgement[] {
  const why: Why = ['no-configuration', 'It is started, and its configuration is not where it usually is.']
  return [say({ subject, remedy: [] }, 'unknown', why, [])]
}

/** Words of a setting that name addresses: all of them stay on the host, or in a tunnel. */
export function staysIn(host: Host, addresses: readonly string[]): boolean {
  return addresses.every((each) => {
    const address = each.replace(/^-/, '')
    return address[0] === '/' || isOwnOrTunnelled(host, address) !== undefined
  })
}

export const isYes = (value: string | undefined) => /^(on|yes|true|1)$/i.test(value ?? '')
