import { fold, labelled, type Paper, padEnd, printable, textWidth } from '../console/paper.ts'
import { shortPath } from '../console/problems.ts'
import { MAX_UDP_PAYLOAD } from '../dns/constants.ts'
import type { LookupStep } from '../server/lookup-trace.ts'
import type { RecordPlace } from '../server/record-places.ts'
import type { ViewRule } from '../server/view-rule.ts'
import type { OtherView, ViewAnswer, ViewTest, ViewTestRecord } from '../server/view-test.ts'

/** A view test for a person: who asks and which view answers, how the lookup went, the records, the other views. */
export function describeViewTest(
  paper: Paper,
  test: ViewTest,
  remark: string | undefined,
  workingDirectory: string,
): string[] {
  const { answer } = test
  return [
    ...(remark === undefined ? [] : [paper.dim(remark), '']),
    `${paper.bold(printable(test.name))} ${printable(test.type)}, asked from ${printable(test.from)} at ${printable(test.rule.listener)}`,
    '',
    ...labelled(paper, [
      ['view', ruleText(paper, test.rule)],
      ...(test.rule.name === undefined ? [] : answer.steps).map(
        (step, index) => [index === 0 ? 'lookup' : '', stepText(step)] as const,
      ),
      ['answer', verdict(paper, test)],
    ]),
    ...recordLines(paper, answer.records, workingDirectory),
    ...otherLines(paper, test.others),
  ]
}

function ruleText(paper: Paper, rule: ViewRule): string {
  if (rule.name === undefined) return `${paper.warn('none')}: no view is for this client, so everything is refused`
  const place = rule.bound ? `bound to ${printable(rule.listener)}, ` : ''
  const why =
    rule.prefix === undefined
      ? 'for everybody whom no other view takes'
      : `${printable(rule.prefix)} is the longest client prefix that fits`
  return `${paper.bold(printable(rule.name))} (${place}${why})`
}

/** One step of the lookup in words. */
function stepText(step: LookupStep): string {
  const name = printable(step.name)
  const owner = printable(step.owner ?? '')
  const zone = printable(step.zone ?? '')
  const target = printable(step.target ?? '')
  const through = throughText(step)
  switch (step.outcome) {
    case 'answer':
      return `${through ?? `${name} exists in ${zone}`} and has the type asked for`
    case 'cname':
      return `${through ?? `${name} exists in ${zone}`} as a CNAME for ${target}`
    case 'dname':
      return `${owner} in ${zone} is a DNAME, so ${name} becomes ${target === '' ? 'a name that is too long' : target}`
    case 'referral':
      return `${owner} is delegated away from ${zone}: what lies there is for its own servers`
    case 'nodata':
      return `${through ?? `${name} exists in ${zone}`}, ${typesText(step)}`
    case 'nxdomain':
      return `${name} does not exist in ${zone}: the closest name above it that does is ${owner}, and no wildcard is there`
    case 'no-zone':
      return `${name} is in no zone of this view`
  }
}

/** What stands for a name that is not there itself; undefined: it is. */
function throughText(step: LookupStep): string | undefined {
  const name = printable(step.name)
  const owner = printable(step.owner ?? '')
  const zone = printable(step.zone ?? '')
  if (step.wildcard) return `${name} is matched by the wildcard ${owner} in ${zone}`
  if (!step.decoy) return undefined
  const source = step.owner === step.name ? 'an address of its own' : `the data of ${owner}`
  return `${name} does not exist in ${zone} and is answered by a decoy, with ${source},`
}

function typesText(step: LookupStep): string {
  if (step.types.length > 0) return `but only with ${step.types.map(printable).join(', ')}`
  return 'but has no records of its own: there only are names below it'
}

function verdict(paper: Paper, { answer }: ViewTest): string {
  const rcode = answer.rcode === 'NOERROR' ? paper.good(answer.rcode) : paper.warn(printable(answer.rcode))
  const authority = answer.authoritative ? ', authoritative' : ''
  const tcp = answer.octets > MAX_UDP_PAYLOAD ? ': too long for UDP, so the client has to come back over TCP' : ''
  return `${rcode}${authority}, ${answer.octets.toLocaleString('en-US')} octets${tcp}${compactText(answer)}`
}

/** Why an absent name is answered with NOERROR (RFC 9824 §3.1), where it is. */
function compactText({ rcode, steps }: ViewAnswer): string {
  const isCompact = rcode === 'NOERROR' && steps.at(-1)?.outcome === 'nxdomain'
  return isCompact ? ': compact denial, in which NXNAME says that there is no such name' : ''
}

const SECTIONS = ['answer', 'authority', 'additional'] as const

function recordLines(paper: Paper, records: readonly ViewTestRecord[], workingDirectory: string): string[] {
  const owner = widest(records.map((record) => printable(record.name)))
  const ttl = widest(records.map((record) => String(record.ttl)))
  const type = widest(records.map((record) => record.type))
  const rdata = widest(records.map((record) => printable(record.rdata)))
  const place = widest(records.map((record) => placesText(record, workingDirectory)))
  // Places stand beside the records where there is room, below them where there is not.
  const wide = 2 + owner + 2 + ttl + 2 + type + 2 + rdata
  const beside = wide + 2 + place <= Math.min(paper.width, 160)
  return SECTIONS.flatMap((section) => {
    const within = records.filter((record) => record.section === section)
    if (within.length === 0) return []
    return ['', paper.bold(section), ...within.flatMap(lineOf)]
  })

  function lineOf(record: ViewTestRecord): string[] {
    const name = padEnd(printable(record.name), owner)
    const line = `  ${name}  ${String(record.ttl).padStart(ttl)}  ${padEnd(record.type, type)}  ${printable(record.rdata)}`
    const place = paper.dim(placesText(record, workingDirectory))
    return beside ? [`${padEnd(line, wide)}  ${place}`] : [line, `    ${place}`]
  }
}

function placesText(record: ViewTestRecord, workingDirectory: string): string {
  if (record.places.length > 0) {
    const shown = record.places.slice(0, 3).map((place) => placeText(place, workingDirectory))
    const more = record.places.length - shown.length
    return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  }
  if (record.type === 'CNAME') return 'made from the DNAME'
  if (record.isMade || MADE_BY_SIGNING.has(record.type)) return 'made by the server'
  return 'not in the files any more: they have changed since they were loaded'
}

const MADE_BY_SIGNING = new Set(['RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'DNSKEY', 'CDS', 'CDNSKEY'])

function placeText({ file, line }: RecordPlace, workingDirectory: string): string {
  return `${printable(shortPath(file, workingDirectory))}:${line}`
}

function otherLines(paper: Paper, others: readonly OtherView[]): string[] {
  if (others.length === 0) return []
  const width = widest(others.map((other) => printable(other.view)))
  return [
    '',
    paper.bold('other views'),
    ...others.flatMap((other) => {
      const [first = '', ...rest] = fold(paper, otherText(other), width + 4)
      const indent = ' '.repeat(width + 4)
      return [`  ${padEnd(printable(other.view), width)}  ${first}`, ...rest.map((line) => `${indent}${line}`)]
    }),
  ]
}

function otherText(other: OtherView): string {
  if (other.outcome === 'no-zone' && other.rcode === 'REFUSED') return 'does not have the zone (REFUSED)'
  if (other.same) return 'the same answer'
  switch (other.outcome) {
    case 'nxdomain':
      return 'the name does not exist (NXDOMAIN)'
    case 'nodata':
      return 'the name exists, without this type'
    case 'referral':
      return 'a referral'
    default:
      return `other records (${printable(other.rcode)})`
  }
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, textWidth(text)), 0)
}
