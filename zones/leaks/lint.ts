/*
 * Looks for data that tell one view of what only another has. Concealment itself needs no lint; but a name that is
 * absent from a view and spelled out in one of its records is a secret published by its owner. What is looked for stands
 * in rules.ts; everything is gone through once for each view.
 */
import { Type } from '../../dns/constants.ts'
import { nameToText } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { FileProblem } from '../file-problem.ts'
import type { FileRemark } from '../master-file/read.ts'
import { projectedRdata } from '../projection.ts'
import { scopeOf } from './addresses.ts'
import { type Mention, mentionsIn } from './mentions.ts'
import { asBuffer, keyOfLower } from './name-keys.ts'
import type {
  LeakLevel,
  LeakLevels,
  LeakRule,
  LintedRRset,
  LintedView,
  LintedZone,
  Told,
  ToldAt,
  View,
} from './rule.ts'
import { LEAK_RULE_IDS, LEAK_RULES } from './rules.ts'
import { collectUnseen, isNothing } from './unseen.ts'
import { readWaiver } from './waivers.ts'

/** Findings kept of one rule in one zone. */
const MOST_FINDINGS = 20

/** What the lint says of one zone. */
export interface ZoneLeaks {
  readonly problems: readonly FileProblem[]
  /** What it would have said were it not for a waiver. */
  readonly waived: readonly WaivedLeak[]
}

/** A finding that the operator allows. */
export interface WaivedLeak {
  readonly rule: string
  readonly file: string
  readonly line: number
  readonly found: string
  readonly reason: string
}

/** Leaks of each zone, in the order of `zones`. `levels` are those that the operator has set. */
export function lintLeaks(zones: readonly LintedZone[], views: readonly View[], levels: LeakLevels = {}): ZoneLeaks[] {
  const logs = zones.map((zone) => createLog(zone, levels, views.length === 1))
  for (const view of views) {
    const unseen = collectUnseen(zones, view.name)
    for (const [i, zone] of zones.entries()) {
      const projection = zone.projections.get(view.name)
      if (projection !== undefined) lintView({ zone, projection, view, views, unseen }, logs[i]!)
    }
  }
  return logs.map((log) => {
    reportWaivers(log)
    return { problems: log.problems, waived: log.waived }
  })
}

/** The level of a rule in a view. What the operator says holds for all views; otherwise errors are for what strangers get. */
export function levelOf({ id, level }: LeakRule, levels: LeakLevels, isMild: boolean): LeakLevel {
  return levels[id] ?? (level === 'error' && isMild ? 'warning' : level)
}

/** The text of a rule with the names of the views in their places. */
export function inWords(text: string, view: string, other = 'of insiders'): string {
  return text.replaceAll('{view}', view).replaceAll('{other}', other)
}

interface Log {
  readonly problems: FileProblem[]
  readonly waived: WaivedLeak[]
  readonly levels: LeakLevels
  readonly isAlone: boolean
  readonly counts: Map<string, number>
  /** By file and line of their records. */
  readonly waivers: ReadonlyMap<string, readonly ReadWaiver[]>
}

interface ReadWaiver {
  readonly waiver: FileRemark
  readonly reading: ReturnType<typeof readWaiver>
  isUsed: boolean
}

function createLog(zone: LintedZone, levels: LeakLevels, isAlone: boolean): Log {
  const waivers = new Map<string, ReadWaiver[]>()
  for (const waiver of zone.waivers) {
    const place = placeKey(waiver.file, waiver.record)
    const read = { waiver, reading: readWaiver(waiver.text, LEAK_RULE_IDS), isUsed: false }
    waivers.set(place, [...(waivers.get(place) ?? []), read])
  }
  return { problems: [], waived: [], levels, isAlone, counts: new Map(), waivers }
}

function placeKey(file: string, line: number): string {
  return `${line} ${file}`
}

function lintView(at: LintedView, log: Log): void {
  const rules = LEAK_RULES.filter((rule) => {
    if (log.isAlone ? rule.alone !== true : rule.views !== 'every' && !at.view.isOpen) return false
    return levelOf(rule, log.levels, false) !== 'off'
  })
  const byMention = rules.filter(({ detector }) => detector.by === 'mention')
  const byRRset = rules.filter(({ detector }) => detector.by === 'rrset')
  for (const rule of rules) {
    if (rule.detector.by !== 'zone') continue
    for (const told of rule.detector.find(at)) reportTold(rule, at, told, log)
  }
  if (!log.isAlone && !at.view.isOpen && isNothing(at.unseen)) return
  const here = createPlace(at)
  for (here.rrset = 0; here.rrset < at.projection.rrsetCount; here.rrset++) {
    for (const rule of byRRset) {
      const told = rule.detector.by === 'rrset' ? rule.detector.find(here) : undefined
      if (told !== undefined) reportTold(rule, at, { ...told, rrset: here.rrset }, log)
    }
    lintRecords(byMention, here, log)
  }
}

/** One record for all RRsets of a projection, for there may be millions. */
function createPlace(at: LintedView): LintedRRset & { rrset: number } {
  const { octets, owners } = at.projection
  const heap = asBuffer(octets)
  let known = -1
  let owner = ''
  return {
    ...at,
    rrset: 0,
    get isFirst() {
      return this.rrset === 0 || owners[this.rrset] !== owners[this.rrset - 1]
    },
    get owner() {
      const start = owners[this.rrset]!
      if (start !== known) owner = keyOfLower(heap, start)
      known = start
      return owner
    },
  }
}

function lintRecords(rules: readonly LeakRule[], at: LintedRRset, log: Log): void {
  const { projection, rrset } = at
  const type = projection.types[rrset]!
  const isAddress = type === Type.A || type === Type.AAAA
  for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
    const rdata = projectedRdata(projection, record)
    if (isAddress && isHarmless(rdata, at)) continue
    const mentions = mentionsIn(type, rdata)
    if (mentions.length === 0) continue
    const told = new Set<string>()
    for (const rule of rules) for (const mention of mentions) lintMention(rule, { mention, at, record, told }, log)
  }
}

/** An address record that no rule has anything to say of, as of most: what the view has, it may know. */
function isHarmless(address: Uint8Array, { views }: LintedRRset): boolean {
  return scopeOf(address) === undefined && views.every(({ hosts }) => hosts.length === 0)
}

interface MentionPlace {
  readonly mention: Mention
  readonly at: LintedRRset
  readonly record: number
  /** What was told of this record. */
  readonly told: Set<string>
}

function lintMention(rule: LeakRule, { mention, at, record, told }: MentionPlace, log: Log): void {
  const found = rule.detector.by === 'mention' ? rule.detector.find(mention, at) : undefined
  if (found === undefined || told.has(found.what)) return
  told.add(found.what)
  const { projection, rrset } = at
  const type = typeToText(projection.types[rrset]!)
  const what = `${found.what} in the ${type} record of ${nameToText(projection.octets, projection.owners[rrset]!)}`
  reportAt(rule, at, { ...found, ...placeOf(at, record), what: `${what}, which view ${at.view.name} sees` }, log)
}

function reportTold(rule: LeakRule, at: LintedView, told: ToldAt, log: Log): void {
  if (told.rrset === undefined) {
    reportAt(rule, at, { ...told, file: at.zone.file, line: 1 }, log)
  } else {
    const what = `${told.what}, which view ${at.view.name} sees`
    reportAt(rule, at, { ...told, ...placeOf(at, at.projection.first[told.rrset]!), what }, log)
  }
}

interface Place {
  readonly file: string
  readonly line: number
}

function placeOf({ projection }: LintedView, record: number): Place {
  return { file: projection.fileNames[projection.files[record]!] ?? '', line: projection.lines[record]! }
}

/** Reports a finding, unless it is waived or one too many. */
function reportAt(rule: LeakRule, { view }: LintedView, told: Told & Place, log: Log): void {
  const { file, line } = told
  for (const waiver of log.waivers.get(placeKey(file, line)) ?? []) {
    if (waiver.reading.outcome !== 'read' || waiver.reading.rule !== rule.id) continue
    waiver.isUsed = true
    if (log.waived.length < MOST_FINDINGS * LEAK_RULES.length) {
      log.waived.push({ rule: rule.id, file, line, found: told.what, reason: waiver.reading.reason })
    }
    return
  }
  const level = levelOf(rule, log.levels, log.isAlone || !view.isExposed)
  const count = (log.counts.get(`${rule.id} ${level}`) ?? 0) + 1
  log.counts.set(`${rule.id} ${level}`, count)
  if (level === 'off' || count > MOST_FINDINGS) return
  const words = (text: string) => inWords(text, view.name, told.other)
  log.problems.push({
    ...{ severity: level, rule: rule.id, file, line, column: 1 },
    ...{ found: told.what, expected: words(rule.expected), remedy: words(rule.remedy) },
  })
}

/** Says which waivers cannot be read, or were of no use. */
function reportWaivers(log: Log): void {
  const rule = LEAK_RULES.find(({ detector }) => detector.by === 'waivers')!
  const level = levelOf(rule, log.levels, false)
  if (level === 'off') return
  const useless = [...log.waivers.values()].flat().filter(({ isUsed }) => !isUsed)
  for (const { waiver, reading } of useless.slice(0, MOST_FINDINGS)) {
    const { file, line, column } = waiver
    const { found, remedy } =
      reading.outcome === 'read'
        ? { found: `a waiver of ${reading.rule}, which is not found there`, remedy: rule.remedy }
        : reading
    log.problems.push({ severity: level, rule: rule.id, file, line, column, found, expected: rule.expected, remedy })
  }
}
