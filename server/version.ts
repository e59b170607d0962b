import { existsSync, readFileSync } from 'node:fs'

/** The package's version, read where the program stands: in the source tree or one folder deeper, in dist/. */
export function readVersion(): string {
  const places = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url))
  const found = places.find((place) => existsSync(place))
  if (found === undefined) return 'unknown'
  const { version }: { version?: unknown } = JSON.parse(readFileSync(found, 'utf8'))
  return typeof version === 'string' ? version : 'unknown'
}
