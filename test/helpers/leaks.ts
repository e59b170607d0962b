import type { FileProblem } from '../../zones/file-problem.ts'
import { lintLeaks, type ZoneLeaks } from '../../zones/leaks/lint.ts'
import type { LeakLevels, LintedZone, View } from '../../zones/leaks/rule.ts'
import { type ReadZone, readZone } from '../../zones/master-file/read.ts'
import { project } from '../../zones/projection.ts'
import { wireName } from './zone.ts'

const BASE = `$TTL 300
@ SOA ns1 host 1 2 3 4 5
@ NS ns1
ns1 A 192.0.2.1
`
const BOTH = [4, 6] as const
/** Strangers. */
export const PUBLIC: View = {
  name: 'public',
  isOpen: true,
  isExposed: true,
  addresses: [],
  hosts: [],
  families: { clients: BOTH, listen: BOTH },
}
export const INTERNAL: View = { ...PUBLIC, name: 'internal', isOpen: false, isExposed: false }
/** In order. */
export const VIEWS = [INTERNAL, PUBLIC]

/** A zone as two views see it. */
export interface Files {
  readonly apex?: string
  /** Behind SOA and NS. */
  readonly base?: string
  /** Of view internal. */
  readonly overlay?: string
  readonly views?: readonly string[]
  /** What is hidden from view public. */
  readonly hide?: readonly string[]
}

function zoneOf({ apex = 'example.com', base = '', overlay = '', views = ['internal', 'public'], hide }: Files) {
  const read = (text: string, kind: 'base' | 'overlay'): ReadZone =>
    readZone({ apex: wireName(apex), path: `${kind}.zone`, readFile: () => Buffer.from(text), kind })
  const [all, more] = [read(BASE + base, 'base'), read(`$TTL 300\n${overlay}`, 'overlay')]
  const rules = (hide ?? []).map((name) => ({ name: wireName(name), subtree: false, types: undefined }))
  const projections = views.map((view) => {
    const isInternal = view === 'internal'
    return [view, project(all.table, isInternal ? more.table : undefined, isInternal ? [] : rules).projection] as const
  })
  return {
    apex: wireName(apex),
    file: 'base.zone',
    hide: rules.length === 0 ? {} : { public: rules },
    projections: new Map(projections),
    waivers: [...all.remarks, ...more.remarks],
  } satisfies LintedZone
}

/** What the lint finds in zones with the files. */
export function lint(files: Files | readonly Files[], views = VIEWS, levels: LeakLevels = {}): ZoneLeaks {
  const zones = [files].flat().map(zoneOf)
  const leaks = lintLeaks(zones, views, levels)
  return { problems: leaks.flatMap(({ problems }) => problems), waived: leaks.flatMap(({ waived }) => waived) }
}

/** `error hidden-name 5`: level, rule and line of each finding. */
export function brief({ problems }: ZoneLeaks): string[] {
  return problems.map(({ severity, rule, line }: FileProblem) => `${severity} ${rule} ${line}`)
}

/** A name of the overlay. */
export const DB = 'db A 203.0.113.9\n'
