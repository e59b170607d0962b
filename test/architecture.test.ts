import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** What each room may import, itself aside: ARCHITECTURE.md, "The house". */
const MAY_IMPORT: Record<string, readonly string[]> = {
  dns: [],
  zones: ['dns'],
  keys: ['dns'],
  guard: ['dns'],
  server: ['dns', 'zones', 'keys', 'guard'],
  console: ['zones', 'keys'],
  dnsctl: ['console', 'server', 'dns', 'zones', 'keys', 'guard'],
  checker: ['console', 'dnsctl', 'server', 'dns', 'zones', 'keys'],
  // The benchmark starts the same peers as the tests do, with the same helpers.
  bench: ['dns', 'zones', 'keys', 'guard', 'server', 'checker', 'test'],
}

const ROOT = resolve(import.meta.dirname, '..')

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const files = Object.keys(MAY_IMPORT).flatMap((room) => sourcesIn(join(ROOT, room)))
const imports = files.flatMap(importsOf)

describe('the import rules', () => {
  it('sees the sources', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(100)
  })

  it('lets each room stand only on the rooms below it', () => {
    const broken = imports.filter(({ from, to }) => {
      const [room, target] = [roomOf(from), roomOf(to)]
      return room !== target && !MAY_IMPORT[room]!.includes(target)
    })
    expect(broken.map(describeImport)).toEqual([])
  })

  it('keeps input and output out of dns/, zones/, keys/ and guard/', () => {
    const impure = /^(node:(fs|net|dgram|worker_threads|child_process|http|https|tls|os|process)|koffi|lmdb|pino)/
    const broken = files
      .filter((file) => ['dns', 'zones', 'keys', 'guard'].includes(roomOf(file)))
      .flatMap((file) =>
        packagesOf(file)
          .filter((name) => impure.test(name))
          .map((name) => `${relative(ROOT, file)} -> ${name}`),
      )
    expect(broken).toEqual([])
  })

  it('lets the answering road stand on nothing that has a clock, a disk or a network', () => {
    const reached = reachableFrom(join(ROOT, 'server/answer/respond.ts'))
    expect(reached.size).toBeGreaterThan(10)
    const impure = [...reached].flatMap((file) => packagesOf(file).map((name) => `${relative(ROOT, file)} -> ${name}`))
    expect(impure).toEqual([])
    const ambient = /\b(Date\.now|new Date(?!\([^)])|performance\.now|Math\.random|process\.)/
    expect(
      [...reached].filter((file) => ambient.test(readFileSync(file, 'utf8'))).map((file) => relative(ROOT, file)),
    ).toEqual([])
  })

  it('has no cycles', () => {
    const edges = new Map<string, string[]>()
    for (const { from, to, typeOnly } of imports) if (!typeOnly) edges.set(from, [...(edges.get(from) ?? []), to])
    expect(findCycle(edges)?.map((file) => relative(ROOT, file))).toBeUndefined()
  })

  it('has no barrels', () => {
    const barrels = files.filter((file) => /^export (type )?(\*|\{[^}]*\}) from /m.test(readFileSync(file, 'utf8')))
    expect(barrels.map((file) => relative(ROOT, file))).toEqual([])
  })
})

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

function importsOf(file: string): Import[] {
  const found: Import[] = []
  for (const match of readFileSync(file, 'utf8').matchAll(/^(import|export)\s+(type\s+)?[^'"]*?from\s+'(\.[^']+)'/gm)) {
    found.push({ from: file, to: resolve(dirname(file), match[3]!), typeOnly: match[2] !== undefined })
  }
  return found
}

function packagesOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^import\s[^'"]*?'([^.'][^']*)'/gm)].map((match) => match[1]!)
}

function roomOf(file: string): string {
  return relative(ROOT, file).split('/')[0]!
}

function describeImport({ from, to }: Import): string {
  return `${relative(ROOT, from)} -> ${relative(ROOT, to)}`
}

function reachableFrom(file: string): Set<string> {
  const reached = new Set<string>([file])
  for (const at of reached) for (const { from, to, typeOnly } of imports) if (from === at && !typeOnly) reached.add(to)
  return reached
}

function findCycle(edges: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    path.push(file)
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next)
      if (cycle !== undefined) return cycle
    }
    path.pop()
    done.add(file)
    return undefined
  }
  for (const file of edges.keys()) {
    const cycle = visit(file)
    if (cycle !== undefined) return cycle
  }
  return undefined
}
