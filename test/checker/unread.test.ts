import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import type { Apart, Judge } from '../../checker/controls/judge.ts'
import { JUDGES } from '../../checker/controls/judges.ts'
import { NOTHING_DECLARED } from '../../checker/declarations/declarations.ts'
import { fact, factOfParts, partsBy } from '../../checker/facts/fact.ts'
import { createHost, type Host } from '../../checker/facts/host.ts'
import { systemd } from '../../checker/facts/systemd.ts'
import { evaluate } from '../../checker/judging/evaluate.ts'
import { createMemoryRoot, type Entry } from '../../checker/root/memory-root.ts'
import type { Root } from '../../checker/root/root.ts'
import { judged } from './imagined.ts'
import { CATALOGUE } from './run.ts'
import { STOCK_TIME, stockRoot } from './stock.ts'

const ID = 'MAIL-VRFY-01'

/** A root with these files; of those that end with `!` only root would know the text. */
function rootWith(...paths: readonly string[]): Root {
  const attributes = { type: 'file' as const, mode: 0o644, uid: 0, gid: 0, modified: 0 }
  const entries = paths.map((path): [string, Entry] =>
    path.endsWith('!')
      ? [path.slice(0, -1), { ...attributes, unread: 'permission denied' }]
      : [path, { ...attributes, octets: Buffer.from(`text of ${path}\n`) }],
  )
  return createMemoryRoot({ label: 'x', entries: new Map(entries), commands: {} })
}

const inputs = (root: Root) => ({
  root,
  now: STOCK_TIME,
  declared: { ...NOTHING_DECLARED, profile: 'large' as const },
  observations: [],
})

const textOf = (host: Host, path: string) => {
  const reading = host.root.read(path)
  return reading.outcome === 'read' ? reading.text : undefined
}

/** What one look could not read. */
function unreadBy(root: Root, look: (host: Host) => unknown): readonly string[] {
  return createHost(inputs(root))
    .watch(look)
    .unread()
    .map(({ path }) => path)
}

describe('what could not be read', () => {
  const root = rootWith('/a!', '/b!', '/c')

  it('is known of whoever read it, and of whoever asked for a fact that did', () => {
    const own = fact('own', (host) => textOf(host, '/a'))
    const above = fact('above', (host) => [host.get(own), textOf(host, '/c')])
    expect(unreadBy(root, (host) => textOf(host, '/c'))).toEqual([])
    expect(unreadBy(root, (host) => host.get(above))).toEqual(['/a'])
    expect(unreadBy(root, (host) => [host.get(above), host.get(own), textOf(host, '/b')])).toEqual(['/b', '/a'])
  })

  it('is not forgotten where it is read late, and kept by who asked first', () => {
    const known = new Map<string, string | undefined>()
    const lazy = fact('lazy', (host) => (path: string) => {
      if (!known.has(path)) known.set(path, textOf(host, path))
      return known.get(path)
    })
    const above = fact('above', (host) => {
      let text: string | undefined
      const read = host.get(lazy)
      return () => (text ??= read('/a') ?? 'none')
    })
    const { watch } = createHost(inputs(root))
    const first = watch((host) => host.get(above)())
    const second = watch((host) => host.get(above)())
    const third = watch((host) => host.get(lazy)('/a'))
    for (const each of [first, second, third]) expect(each.unread()).toMatchObject([{ path: '/a' }])
  })

  it('of one part is known of whoever asked for that part, by whatever facts', () => {
    const parted = factOfParts('parted', () => {
      const parts = partsBy('part', textOf)
      return (asker) => (path: string) => asker.get(parts(path))
    })
    const above = fact('above', (host) => {
      const read = host.get(parted)
      return () => read('/b')
    })
    const { watch } = createHost(inputs(root))
    const looks = [
      watch((host) => host.get(parted)('/a')),
      watch((host) => host.get(parted)('/c')),
      watch((host) => host.get(above)()),
      watch((host) => [host.get(parted)('/a'), host.get(above)()]),
    ]
    expect(looks.map(({ unread }) => unread().map(({ path }) => path))).toEqual([['/a'], [], ['/b'], ['/a', '/b']])
  })

  it('may be a link', () => {
    const refused = createMemoryRoot({
      label: 'x',
      entries: new Map<string, Entry>([['/x', { type: 'unreadable', why: 'permission denied' }]]),
      commands: {},
    })
    expect(unreadBy(refused, (host) => host.root.link('/x/exe'))).toEqual(['/x/exe'])
    expect(unreadBy(root, (host) => host.root.link('/c'))).toEqual([])
  })

  it('of one unit leaves the others known', () => {
    const folder = '/etc/systemd/system'
    const units = rootWith(`${folder}/a.service!`, `${folder}/b.service`)
    expect(unreadBy(units, (host) => host.get(systemd).unit('b'))).toEqual([])
    expect(unreadBy(units, (host) => host.get(systemd).isEnabled('b'))).toEqual([])
    expect(unreadBy(units, (host) => host.get(systemd).unit('a'))).toContain(`${folder}/a.service`)
  })
})

describe('a judgement apart', () => {
  const root = rootWith('/a!', '/b!', '/c')
  const pass = (subject: string) => judged('pass', { subject })
  const reading =
    (path: string, subject = path): Apart =>
    (own) => {
      textOf(own, path)
      return pass(subject)
    }
  const statesOf = (judge: Judge) =>
    evaluate([CATALOGUE.get(ID)!], { [ID]: judge }, inputs(root)).map(
      ({ subject, state, reason }) => `${subject} ${state}${state === 'unknown' ? ` ${reason.split(' ')[0]}` : ''}`,
    )

  it('stays open for what was read for it alone', () => {
    expect(statesOf(() => [reading('/a'), reading('/c'), pass('host')])).toEqual([
      '/a unknown /a',
      '/c pass',
      'host pass',
    ])
  })

  it('stays open for whatever the judge itself could not read, before or after', () => {
    const before: Judge = (host) => {
      textOf(host, '/b')
      return [reading('/c')]
    }
    const after: Judge = (host) => [
      reading('/c'),
      () => {
        textOf(host, '/b')
        return pass('other')
      },
    ]
    expect(statesOf(before)).toEqual(['/c unknown /b'])
    expect(statesOf(after)).toEqual(['/c unknown /b', 'other unknown /b'])
  })

  it('is open where it says nothing because of what it could not read, and none where there was nothing to say', () => {
    const silent =
      (path: string): Apart =>
      (own) => {
        textOf(own, path)
        return []
      }
    expect(statesOf(() => [pass('host'), silent('/a'), silent('/c')])).toEqual(['host pass', 'host unknown /a'])
  })

  it('keeps what fails as it is', () => {
    const failing: Apart = (own) => {
      textOf(own, '/a')
      return [judged('fail'), judged('warn')]
    }
    expect(statesOf(() => [failing])).toEqual(['host fail', 'host warn'])
  })
})

describe('every control', () => {
  /** About one path in five of the stock tree, as whoever is not root might meet it. */
  const isRefused = (path: string) =>
    [...path].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7) < 200

  function refusingRoot(): { readonly root: Root; readonly refused: ReadonlySet<string> } {
    const refused = new Set<string>()
    const base = stockRoot()
    const unless =
      <M extends readonly unknown[], R>(read: (path: string, ...more: M) => R) =>
      (path: string, ...more: M) => {
        if (!isRefused(path)) return read(path, ...more)
        refused.add(path)
        return { outcome: 'unreadable' as const, path, why: 'permission denied' }
      }
    const [read, octets, digest, list] = [
      unless(base.read),
      unless(base.octets),
      unless(base.digest),
      unless(base.list),
    ]
    return { root: { ...base, read, octets, digest, list }, refused }
  }

  it.each([...loadCatalogue().keys()])('%s knows all that it could not read, whatever is judged first', (id) => {
    const { root, refused } = refusingRoot()
    const judge = JUDGES[id]!
    const { watch } = createHost(inputs(root))
    const { value, unread } = watch(judge)
    const apart = value.flatMap((each) => (typeof each === 'function' ? [watch(each)] : []))
    const known = new Set(
      [unread, ...apart.map((each) => each.unread)].flatMap((each) => each().map(({ path }) => path)),
    )
    expect([...refused].filter((path) => !known.has(path))).toEqual([])
    const control = CATALOGUE.get(id)!
    const backwards: Judge = (host) => [...judge(host)].reverse()
    const findings = (by: Judge) => evaluate([control], { [id]: by }, inputs(root)).map((each) => JSON.stringify(each))
    expect(findings(backwards).sort()).toEqual([...findings(judge)].sort())
  })
})
