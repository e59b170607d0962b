import type { AddressPrefix } from '../../guard/prefix-trie.ts'
import { hasErrors } from '../../zones/file-problem.ts'
import { formatListen, formatPrefix, readListen, readPrefix } from '../address.ts'
import { accepted } from '../reading.ts'
import type { Path } from './document.ts'
import { showFound } from './problems.ts'
import type { Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import type { ListenAddress, ViewConfiguration } from './types.ts'
import { findRepeatedClients, findUnreachableViews } from './unreachable-views.ts'

/** The addresses of `listen`; reports those that stand there twice, however they are written. */
export function resolveListen(raw: RawConfiguration, report: Report): ListenAddress[] {
  const listen = raw.listen.map((text) => accepted(readListen(text)))
  const seen = new Map<string, number>()
  listen.forEach((address, index) => {
    const key = formatListen(address)
    const first = seen.get(key)
    if (first !== undefined) {
      const found = `${showFound(raw.listen[index])}, which is entry ${first + 1} of the list again`
      report.at(['listen', index], { found, expected: 'each address and port once', remedy: 'Remove one of the two.' })
    }
    seen.set(key, first ?? index)
  })
  return listen
}

/** The views in order of the file; without any, one named `public` for everybody. */
export function resolveViews(
  raw: RawConfiguration,
  listen: readonly ListenAddress[],
  report: Report,
): ViewConfiguration[] {
  const entries = Object.entries(raw.views ?? { public: {} })
  if (entries.length === 0) {
    const remedy = 'Write `public: {}` under it, or remove the key.'
    report.at(['views'], { found: 'no view at all', expected: 'at least one view', remedy })
  }
  const views = entries.map(([name, view]): ViewConfiguration => {
    const path = ['views', name]
    return {
      name,
      clients: view.clients && resolvePrefixes(view.clients, [...path, 'clients'], report),
      listen: view.listen?.map((text, index) => findListener(text, [...path, 'listen', index], listen, report)),
    }
  })
  if (!hasErrors(report.problems)) checkReachability(views, listen, report)
  return views
}

/** Prefixes of a list. Bits behind the length are refused: the wider reading might let strangers in. */
export function resolvePrefixes(texts: readonly string[], path: Path, report: Report): AddressPrefix[] {
  return texts.map((text, index) => {
    const reading = readPrefix(text)
    const prefix = accepted(reading)
    if (reading.outcome === 'read' && reading.remark !== undefined) {
      report.at([...path, index], {
        found: `bits set behind the length in ${showFound(text)}`,
        expected: 'an address prefix',
        remedy: `Write ${formatPrefix(prefix)} for all of it, or ${text.split('/')[0]} for that address alone.`,
      })
    }
    return prefix
  })
}

function findListener(text: string, path: Path, listen: readonly ListenAddress[], report: Report): number {
  const wanted = formatListen(accepted(readListen(text)))
  const index = listen.findIndex((address) => formatListen(address) === wanted)
  if (index < 0) {
    const expected = `one of the entries of \`listen\`: ${listen.map(formatListen).join(', ')}`
    report.at(path, { found: showFound(text), expected, remedy: 'Add it to `listen` at the top of the file first.' })
  }
  return index
}

function checkReachability(
  views: readonly ViewConfiguration[],
  listen: readonly ListenAddress[],
  report: Report,
): void {
  const unreachable = findUnreachableViews(views, listen.length)
  for (const view of unreachable) {
    report.atKey(['views'], views[view]!.name, {
      found: `the view ${showFound(views[view]!.name)}, which no client can ever get`,
      expected: 'a view with clients that no other view takes from it',
      remedy:
        views[view]!.clients === undefined ? 'Give it `clients`, or remove it.' : 'Change its `clients`, or remove it.',
    })
  }
  for (const { view, client, first } of findRepeatedClients(views)) {
    if (unreachable.includes(view)) continue
    const owner = first === view ? 'this view has already' : `the view ${showFound(views[first]!.name)} takes first`
    report.at(['views', views[view]!.name, 'clients', client], {
      severity: 'warning',
      found: `${formatPrefix(views[view]!.clients![client]!)}, which ${owner}`,
      expected: 'each client prefix once',
      remedy: 'Remove one of the two.',
    })
  }
}
