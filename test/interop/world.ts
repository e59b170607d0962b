/** A few zones that hang together, served side by side; names are relative, so the same world can stand under any base. */
export interface World {
  /** Where it comes from, for people. */
  readonly label: string
  /** Seed of it and of the questions that are put to it. */
  readonly seed: number
  readonly zones: readonly WorldZone[]
}

export interface WorldZone {
  /** Name of the apex relative to the world's base; `` is the base itself. */
  readonly prefix: string
  readonly records: readonly WorldRecord[]
}

export interface WorldRecord {
  /** Presentation format relative to the apex; `@` is the apex. */
  readonly owner: string
  readonly ttl: number
  readonly type: string
  /** Relative names stand under the apex. */
  readonly rdata: string
}

/** A world at its place in the DNS. */
export interface PlacedWorld {
  readonly world: World
  /** Absolute, with trailing dot; the root is `.`. */
  readonly base: string
}

export interface WorldQuestion {
  /** Presentation format: with a trailing dot absolute, else relative to the world's base; `` is the base. */
  readonly name: string
  readonly type: string
  readonly class: 'IN' | 'ANY' | 'CH'
  readonly recursionDesired: boolean
  readonly checkingDisabled: boolean
  readonly edns: 'none' | 'plain' | 'do'
  /** Octets of UDP payload offered when EDNS is spoken. */
  readonly udpSize: number
  /** Spells letters in random case; 0: as written. */
  readonly caseSeed: number
}

/** Text of a name below a base, both in presentation format. */
export function below(name: string, base: string): string {
  if (isAbsolute(name)) return name
  if (name === '' || name === '@') return base
  return base === '.' ? `${name}.` : `${name}.${base}`
}

export function apexOf(zone: WorldZone, base: string): string {
  return below(zone.prefix, base)
}

export function zoneText(zone: WorldZone, base: string): string {
  const lines = zone.records.map(({ owner, ttl, type, rdata }) => `${owner} ${ttl} IN ${type} ${rdata}`)
  return `$ORIGIN ${apexOf(zone, base)}\n${lines.join('\n')}\n`
}

/** Labels of a name in presentation format; escapes stay. */
export function labelsOf(name: string): string[] {
  return name.match(/(?:\\\d{3}|\\.|[^.\\])+/g) ?? []
}

/** Ends with a dot that is not escaped; the label `\\` is none of this generator's. */
export function isAbsolute(name: string): boolean {
  return name.endsWith('.') && !name.endsWith('\\.')
}
