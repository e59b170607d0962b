import { WORDS } from './words.ts'

/** Who is meant to know a name. */
export interface NamedHost {
  /** Presentation format, relative to the zone. */
  readonly name: string
  readonly address: string
}

/** The zone that tools are let loose on. */
export const ZONE = 'lab.test'
/** Where the addresses of its hosts stand; its reverse zone is served as well. */
export const RANGE = '192.0.2'
export const REVERSE_ZONE = '2.0.192.in-addr.arpa'

/** What the attacker starts with: on the web site, in mails. */
export const ADVERTISED: readonly NamedHost[] = hosts(['www', 'mail'], 10)

/** Published and told to nobody. The first are in everybody's word lists, the others in none. */
export const UNADVERTISED: readonly NamedHost[] = hosts(
  ['dev', 'api', 'vpn', 'git', 'shop', 'dev-api', 'heronboard', 'quillmarsh', 'api-tansy7', 'peatloom'],
  20,
)

/** For insiders: words of every list, and words of none. */
export const HIDDEN: readonly NamedHost[] = hosts(
  ['staging', 'db.staging', 'jenkins', 'intranet', 'grafana', 'obsidianci', 'mosswire', 'kelpbridge.mosswire'],
  60,
)

/** What word lists are made of; those that a test has no time for are left out. */
export function wordList(most = WORDS.length): readonly string[] {
  const needed = [...ADVERTISED, ...UNADVERTISED, ...HIDDEN]
    .map(({ name }) => name)
    .filter((name) => WORDS.includes(name))
  return [...new Set([...WORDS.slice(0, most - needed.length), ...needed])]
}

/** Master file of the zone: what strangers may see, or what is hidden from them, or both. */
export function zoneText(parts: readonly (readonly NamedHost[])[], serverAddress: string): string {
  return [
    `$ORIGIN ${ZONE}.`,
    '$TTL 300',
    '@ SOA ns1 hostmaster 1 3600 600 86400 60',
    '@ NS ns1',
    '@ MX 10 mail',
    `ns1 A ${serverAddress}`,
    ...hostLines(parts),
    '',
  ].join('\n')
}

/** Master file of the reverse zone, likewise. */
export function reverseZoneText(parts: readonly (readonly NamedHost[])[]): string {
  return [
    `$ORIGIN ${REVERSE_ZONE}.`,
    '$TTL 300',
    `@ SOA ns1.${ZONE}. hostmaster.${ZONE}. 1 3600 600 86400 60`,
    `@ NS ns1.${ZONE}.`,
    ...reverseLines(parts),
    '',
  ].join('\n')
}

/** Records only, for a file that is laid over another. */
export function overlayText(hosts: readonly NamedHost[]): string {
  return [`$ORIGIN ${ZONE}.`, '$TTL 300', ...hostLines([hosts]), ''].join('\n')
}

export function reverseOverlayText(hosts: readonly NamedHost[]): string {
  return [`$ORIGIN ${REVERSE_ZONE}.`, '$TTL 300', ...reverseLines([hosts]), ''].join('\n')
}

function hosts(names: readonly string[], first: number): NamedHost[] {
  return names.map((name, index) => ({ name, address: `${RANGE}.${first + index}` }))
}

function hostLines(parts: readonly (readonly NamedHost[])[]): string[] {
  return parts.flat().map(({ name, address }) => `${name} A ${address}`)
}

function reverseLines(parts: readonly (readonly NamedHost[])[]): string[] {
  return parts.flat().map(({ name, address }) => `${address.split('.').at(-1)} PTR ${name}.${ZONE}.`)
}
