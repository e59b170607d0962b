import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ServedZone } from '../helpers/peers.ts'

/** How the zones of an arena are signed before they are served. */
export type ZoneSigning = 'nsec' | 'nsec3' | 'opt-out'

const ENVIRONMENT = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` }
/** RFC 9276 §3.1 would have 0 and no salt: these are for the hashes of servers to show that they can do both. */
const NSEC3_PARAMETERS = ['-3', 'c0ffee', '-H', '2']
const ARGUMENTS: Readonly<Record<ZoneSigning, readonly string[]>> = {
  nsec: [],
  nsec3: NSEC3_PARAMETERS,
  'opt-out': [...NSEC3_PARAMETERS, '-A'],
}

/** Whether BIND's signer, of the Debian package bind9-utils, is not there. */
export function isSignerMissing(): boolean {
  try {
    execFileSync('dnssec-signzone', ['-V'], { stdio: 'ignore', env: ENVIRONMENT })
    return false
  } catch {
    return true
  }
}

/** Signs zones by BIND's tools, all with the same key, for a day; returns them with the paths of the signed files. */
export function signWorlds(zones: readonly ServedZone[], folder: string, signing: ZoneSigning): ServedZone[] {
  mkdirSync(folder, { recursive: true })
  const key = makeKey(folder)
  return zones.map(({ apex, path }) => {
    const file = join(folder, basename(path))
    const keys = placeKey(key, apex, folder)
    run('dnssec-signzone', [
      ...['-P', '-z', '-S', '-K', keys, '-o', apex, '-O', 'full', '-f', file, '-d', keys],
      ...ARGUMENTS[signing],
      path,
    ])
    writeFileSync(file, withWholeGroups(readFileSync(file, 'latin1')), 'latin1')
    return { apex, path: file }
  })
}

/** BIND writes NID and L64 as IPv6 addresses are written; RFC 6742 §2.1.2 and Knot DNS want all four digits of a group. */
function withWholeGroups(text: string): string {
  const groups = /\b(NID|L64)(\s+\d+\s+)([0-9a-f:]+)$/gm
  return text.replaceAll(groups, (_, type, between, locator: string) => {
    const whole = locator.split(':').map((group) => group.padStart(4, '0'))
    return `${type}${between}${whole.join(':')}`
  })
}

interface Key {
  readonly name: string
  readonly public: string
  readonly private: string
}

function makeKey(folder: string): Key {
  const own = join(folder, 'key')
  mkdirSync(own)
  run('dnssec-keygen', ['-q', '-a', '13', '-f', 'KSK', '-K', own, 'key.test'])
  const name = readdirSync(own)
    .find((file) => file.endsWith('.key'))!
    .slice('Kkey.test'.length, -'.key'.length)
  const read = (suffix: string) => readFileSync(join(own, `Kkey.test${name}.${suffix}`), 'utf8')
  return { name, public: read('key'), private: read('private') }
}

/** The tag of a key does not depend on its owner: one key does for all zones, under names of their own. */
function placeKey(key: Key, apex: string, folder: string): string {
  const own = join(folder, `keys-${apex}`)
  mkdirSync(own)
  const zone = apex === '.' ? '' : apex
  writeFileSync(join(own, `K${zone}${key.name}.key`), key.public.replaceAll(/\bkey\.test\./g, `${zone}.`))
  writeFileSync(join(own, `K${zone}${key.name}.private`), key.private)
  return own
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'pipe', env: ENVIRONMENT })
}
