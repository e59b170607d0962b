/**
 * What was looked for when a bundle was collected, as patterns: an exact path; `*` for anything within one name
 * (`/var/log/wtmp*`); `**` at the end for everything below, but not the folder itself; `!` in front for what was left out. A name that is `*`
 * or `**` also says that the folder was listed.
 */
export interface Asked {
  /** Whether it was looked whether this path is there. */
  readonly wasAskedFor: (path: string) => boolean
  /** Whether all names of this folder were looked at. */
  readonly wasListed: (path: string) => boolean
}

export function createAsked(patterns: readonly string[]): Asked {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(namesOf)
  const leftOut = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => namesOf(pattern.slice(1)))
  const [wide, exact] = [wanted.filter(isWide), wanted.filter((pattern) => !isWide(pattern))]
  const onTheWay = new Set(exact.flatMap((names) => names.map((_, index) => names.slice(0, index + 1).join('/'))))
  const isLeftOut = (names: readonly string[]) => leftOut.some((pattern) => matches(pattern, names))
  return {
    wasAskedFor: (path) => {
      const names = namesOf(path)
      if (isLeftOut(names)) return false
      return onTheWay.has(names.join('/')) || wide.some((each) => matches(each, names) || leadsTo(names, each))
    },
    wasListed: (path) => {
      const names = namesOf(path)
      if (isLeftOut(names) || leftOut.some((pattern) => lists(pattern, names))) return false
      return wide.some((pattern) => lists(pattern, names))
    },
  }
}

function isWide(names: readonly string[]): boolean {
  return names.some((name) => name.includes('*'))
}

export function namesOf(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '')
}

/** Whether a name fits one that may hold `*`; the first possible place of each piece is enough, so it takes linear time. */
export function fits(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name
  const [first, ...pieces] = pattern.split('*')
  const last = pieces.pop()!
  if (!name.startsWith(first!)) return false
  let from = first!.length
  for (const piece of pieces) {
    const at = name.indexOf(piece, from)
    if (at === -1) return false
    from = at + piece.length
  }
  return name.length - last.length >= from && name.endsWith(last)
}

function matches(pattern: readonly string[], names: readonly string[]): boolean {
  if (pattern.at(-1) === '**') return names.length >= pattern.length && startFits(pattern.slice(0, -1), names)
  return pattern.length === names.length && startFits(pattern, names)
}

/** A folder above what was asked for was looked at on the way there. */
function leadsTo(names: readonly string[], pattern: readonly string[]): boolean {
  return names.length < pattern.length && startFits(pattern.slice(0, names.length), names)
}

/** All names of a folder are gone through where the next one of the pattern may be any. */
function lists(pattern: readonly string[], names: readonly string[]): boolean {
  if (pattern.at(-1) === '**' && names.length >= pattern.length - 1) return startFits(pattern.slice(0, -1), names)
  return pattern[names.length] === '*' && startFits(pattern.slice(0, names.length), names)
}

function startFits(pattern: readonly string[], names: readonly string[]): boolean {
  return pattern.every((each, index) => fits(each, names[index]!))
}
