import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { TrustAnchor } from '../../keys/validation/key-set.ts'
import { readListen } from '../address.ts'
import { readTrustAnchors, rootAnchors } from '../parent/trust-anchor.ts'
import { accepted } from '../reading.ts'
import type { Path } from './document.ts'
import { parseDuration } from './quantities.ts'
import type { Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import type { ListenAddress, ParentConfiguration } from './types.ts'

type RawParent = NonNullable<Exclude<NonNullable<RawConfiguration['dnssec']>, string>['parent']>

/** Where nothing is said. */
export const DEFAULT_PARENT: ParentConfiguration = {
  check: undefined,
  servers: undefined,
  resolver: 'system',
  families: [4, 6],
  trustAnchors: undefined,
  interval: 3600,
  dsTtl: 86_400,
  notify: true,
}

/** What `raw`, at `path`, says of looking at the parent; what it leaves out is as in `standard`. */
export function resolveParent(
  raw: RawParent | undefined,
  path: Path,
  standard: ParentConfiguration,
  report: Report,
): ParentConfiguration {
  if (raw === undefined) return standard
  return {
    check: raw.check ?? standard.check,
    servers: raw.servers === undefined ? standard.servers : readServers(raw.servers, [...path, 'servers'], report),
    resolver: Array.isArray(raw.resolver)
      ? readServers(raw.resolver, [...path, 'resolver'], report)
      : (raw.resolver ?? standard.resolver),
    families: raw.families === undefined ? standard.families : FAMILIES.filter(isNamedIn(raw.families)).map(numberOf),
    trustAnchors: readAnchors(raw['trust-anchor'], [...path, 'trust-anchor'], report) ?? standard.trustAnchors,
    interval: secondsOf(raw.interval) ?? standard.interval,
    dsTtl: secondsOf(raw['ds-ttl']) ?? standard.dsTtl,
    notify: raw.notify ?? standard.notify,
  }
}

const FAMILIES = [
  { word: 'ipv4', number: 4 },
  { word: 'ipv6', number: 6 },
] as const

function isNamedIn(words: readonly string[]): (family: (typeof FAMILIES)[number]) => boolean {
  return ({ word }) => words.includes(word)
}

function numberOf({ number }: (typeof FAMILIES)[number]): 4 | 6 {
  return number
}

function readServers(texts: readonly string[], path: Path, report: Report): ListenAddress[] {
  return texts.map((text, index) => {
    const server = accepted(readListen(text))
    if (server.port === 0 || /^(?:0\.0\.0\.0|::)$/.test(server.address)) {
      report.at([...path, index], {
        found: `"${text}", which is no place to ask at`,
        expected: 'the address and the port of a server',
        remedy: 'For example: 192.0.2.53@53',
      })
    }
    return server
  })
}

function readAnchors(text: string | undefined, path: Path, report: Report): readonly TrustAnchor[] | undefined {
  if (text === undefined) return undefined
  if (text === 'none') return []
  if (text === 'root') return rootAnchors()
  const file = resolve(dirname(report.file), text)
  const refuse = (found: string, remedy: string): undefined =>
    report.at(path, { found, expected: 'a file with DS or DNSKEY records, or `root`, or `none`', remedy }) as undefined
  try {
    const reading = readTrustAnchors(readFileSync(file, 'utf8'))
    if (reading.outcome === 'read') return reading.value
    return refuse(
      `${file}: ${reading.reason}`,
      '`dnsctl key ds PARENT --form ds` and `dig PARENT DNSKEY` write such records.',
    )
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return refuse(`${file}, which cannot be read (${code ?? String(error)})`, 'Correct the path, or its permissions.')
  }
}

function secondsOf(raw: string | number | undefined): number | undefined {
  return raw === undefined ? undefined : parseDuration(raw)
}
