// Brings node_modules and dist/ up to date, and does nothing when they are. `npm start` and `npm test` stand on it, so a
// fresh clone needs no step before them.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isBuilt } from './build-stamp.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Installs and builds what is missing or older than package-lock.json and the sources. Ends the process on failure. */
export function ensure() {
  if (!isInstalled()) {
    process.stdout.write('Installing what package-lock.json asks for …\n')
    npm(['install', '--loglevel=error'])
  }
  if (!isBuilt(ROOT)) {
    process.stdout.write('Building dist/ …\n')
    npm(['run', '--silent', 'build'])
  }
}

/** Every package of package-lock.json is there in that version; those for other platforms may be missing. */
function isInstalled() {
  const wanted = readPackages('package-lock.json')
  const there = readPackages('node_modules/.package-lock.json')
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || (there[path]?.version ?? (optional ? version : '')) === version,
  )
}

function readPackages(path) {
  const file = `${ROOT}/${path}`
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).packages ?? {}) : {}
}

function npm(args) {
  // npm itself, by the node that runs this, where npm started it.
  const script = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined
  const [command, ...before] = script === undefined ? ['npm'] : [process.execPath, script]
  const { status, error } = spawnSync(command, [...before, ...args], { cwd: ROOT, stdio: 'inherit' })
  if (error !== undefined) process.stderr.write(`npm could not be started: ${error.message}\n`)
  if (status !== 0) {
    process.stderr.write(`npm ${args.join(' ')} failed: see above.\n`)
    process.exit(status ?? 1)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensure()
