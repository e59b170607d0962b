import { type ConfigurationDocument, type Path, readDocument } from '../../server/configuration/document.ts'
import { nearest } from '../../server/configuration/nearest.ts'
import { createReport, type Report } from '../../server/configuration/report.ts'
import { checkShape } from '../../server/configuration/shape.ts'
import { accepted } from '../../server/reading.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import { dayOf, readDay, readMoment, SECONDS_OF_DAY } from './day.ts'
import { type Declarations, NOTHING_DECLARED } from './declarations.ts'
import { declarationsSchema, type RawDeclarations } from './declarations-schema.ts'
import type { Attestation, EntryPlace, OperatorFile, Waiver } from './operator-file.ts'

/** What the operator's file says, or every reason why it cannot be used. */
export type DeclarationsReading =
  | { readonly outcome: 'accepted'; readonly file: OperatorFile }
  | { readonly outcome: 'refused'; readonly problems: readonly FileProblem[] }

/** What the entries are held against. */
export interface Known {
  /** Ids of the controls that there are. */
  readonly controls: ReadonlySet<string>
  /** Unix seconds. */
  readonly now: number
}

/** Longest time that something may be accepted or vouched for: a year, and the odd day of a leap year. */
export const LONGEST_DAYS = 366

/** Reads the text of hostcheck.yaml; `path` is for messages. */
export function readDeclarations(text: string, path: string, known: Known): DeclarationsReading {
  const document = readDocument(text, path)
  if (document.problems.length > 0) return { outcome: 'refused', problems: document.problems }
  // An empty file declares nothing.
  const shaped = checkShape(document.value === null ? { ...document, value: {} } : document, declarationsSchema)
  if (shaped.outcome === 'misshapen') return { outcome: 'refused', problems: shaped.problems }
  const report = createReport(document)
  checkControls(shaped.raw, known, report)
  const waivers = (shaped.raw.waivers ?? []).map((raw, index) => waiverOf(raw, placeOf(document, ['waivers', index])))
  const attestations = (shaped.raw.attestations ?? []).map((raw, index) =>
    attestationOf(raw, placeOf(document, ['attestations', index])),
  )
  checkDays(waivers, attestations, known, report)
  if (report.problems.length > 0) return { outcome: 'refused', problems: report.problems }
  return { outcome: 'accepted', file: { path, declared: declaredBy(shaped.raw), waivers, attestations } }
}

function declaredBy(raw: RawDeclarations): Declarations {
  return {
    profile: raw.profile ?? NOTHING_DECLARED.profile,
    publicAddresses: raw['public-addresses'] ?? [],
    ownPrefixes: raw['own-prefixes'] ?? [],
    sites: Object.entries(raw.sites ?? {}).map(([name, site]) => ({
      name,
      internal: site.internal ?? false,
      proxied: site.proxied ?? false,
      answersWithin: site['answers-within'],
    })),
    dataFolders: raw['data-folders'] ?? [],
    publicPorts: raw['public-ports'] ?? [],
    optIn: raw['opt-in'] ?? [],
    publicLabels: raw['public-labels'] ?? [],
    reboots: (raw.reboots ?? []).map((reboot) => ({ ...reboot, at: accepted(readMoment(reboot.at)) })),
    monitors: raw.monitors ?? [],
    logHosts: (raw['log-hosts'] ?? []).map(({ name, accounts, directory, ...each }) => ({
      name,
      adminKeys: each['admin-keys'],
      accounts: accounts ?? [],
      directory,
    })),
    veilConfiguration: raw['veil-configuration'],
    proxyPrefixes: raw['proxy-prefixes'] ?? [],
    proxyRanges: raw['proxy-ranges'],
    persona: raw.persona,
  }
}

function waiverOf(raw: NonNullable<RawDeclarations['waivers']>[number], at: EntryPlace): Waiver {
  return { ...raw, subject: raw.subject ?? '*', expires: accepted(readDay(raw.expires)), at }
}

function attestationOf(raw: NonNullable<RawDeclarations['attestations']>[number], at: EntryPlace): Attestation {
  const [on, expires] = [accepted(readDay(raw.on)), accepted(readDay(raw.expires))]
  return { ...raw, subject: raw.subject ?? '*', on, expires, at }
}

function placeOf(document: ConfigurationDocument, path: Path): EntryPlace {
  return { file: document.file, line: document.locate(path).line }
}

function checkControls(raw: RawDeclarations, known: Known, report: Report): void {
  const named: readonly (readonly [Path, string])[] = [
    ...(raw['opt-in'] ?? []).map((id, index) => [['opt-in', index], id] as const),
    ...(raw.waivers ?? []).map(({ control }, index) => [['waivers', index, 'control'], control] as const),
    ...(raw.attestations ?? []).map(({ control }, index) => [['attestations', index, 'control'], control] as const),
  ]
  for (const [path, id] of named) {
    if (known.controls.has(id)) continue
    const meant = nearest(id, known.controls)
    report.at(path, {
      found: `"${id}", which is no control`,
      expected: 'the id of a control',
      remedy: meant === undefined ? '`hostcheck list` has them all.' : `Did you mean ${meant}?`,
    })
  }
}

function checkDays(
  waivers: readonly Waiver[],
  attestations: readonly Attestation[],
  { now }: Known,
  report: Report,
): void {
  const latest = now + LONGEST_DAYS * SECONDS_OF_DAY
  for (const [index, { expires }] of waivers.entries()) {
    if (expires > latest) report.at(['waivers', index, 'expires'], tooLate(expires, latest))
  }
  for (const [index, { on, expires }] of attestations.entries()) {
    const last = on + LONGEST_DAYS * SECONDS_OF_DAY
    if (on > now) {
      report.at(['attestations', index, 'on'], {
        found: `"${dayOf(on)}", which is yet to come`,
        expected: 'a day that has begun',
        remedy: `Today is ${dayOf(now)} in UTC.`,
      })
    } else if (expires > last) report.at(['attestations', index, 'expires'], tooLate(expires, last))
  }
}

function tooLate(day: number, latest: number): { found: string; expected: string; remedy: string } {
  return {
    found: `"${dayOf(day)}", more than a year ahead`,
    expected: `a day up to ${dayOf(latest)}`,
    remedy: 'What is accepted is looked at again at least once a year.',
  }
}
