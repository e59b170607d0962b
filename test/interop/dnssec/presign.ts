import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A zone that Knot's tools have signed. */
export interface PresignedZone {
  readonly path: string
  /** RDATA of its DS records, presentation format. */
  readonly ds: readonly string[]
}

/** Enough for validators, and quick to make. */
const RSA_BITS = 2048
const RSA_ALGORITHMS = [8, 10]

/** Signs a master file before it is served, with a KSK and a ZSK of each algorithm. */
export function presign(options: {
  readonly apex: string
  readonly path: string
  readonly folder: string
  readonly denial: 'nsec' | 'nsec3'
  readonly algorithms: readonly number[]
}): PresignedZone {
  const { apex, algorithms } = options
  const own = join(options.folder, `signing-${apex}`)
  mkdirSync(own)
  const configuration = join(own, 'knot.conf')
  writeFileSync(configuration, knotConfiguration(options, own))
  for (const algorithm of algorithms) {
    const size = RSA_ALGORITHMS.includes(algorithm) ? [`size=${RSA_BITS}`] : []
    for (const role of ['ksk=yes', 'zsk=yes'])
      run('keymgr', ['-c', configuration, apex, 'generate', `algorithm=${algorithm}`, role, ...size])
  }
  run('kzonesign', ['-c', configuration, '-o', own, apex])
  const ds = run('keymgr', ['-c', configuration, apex, 'ds'])
  return { path: join(own, options.path.slice(options.path.lastIndexOf('/') + 1)), ds: sha256Digests(ds) }
}

function knotConfiguration(options: Parameters<typeof presign>[0], own: string): string {
  return [
    'server:',
    `  rundir: "${own}"`,
    'database:',
    `  storage: "${own}"`,
    'policy:',
    '  - id: keys-as-they-are',
    '    manual: on',
    '    cds-cdnskey-publish: none',
    ...(options.denial === 'nsec3' ? ['    nsec3: on', '    nsec3-iterations: 0', '    nsec3-salt-length: 0'] : []),
    'zone:',
    `  - domain: "${options.apex}"`,
    `    file: "${options.path}"`,
    '    dnssec-signing: on',
    '    dnssec-policy: keys-as-they-are',
    '',
  ].join('\n')
}

/** From lines of `OWNER DS TAG ALGORITHM DIGEST-TYPE DIGEST`; digest type 2 is SHA-256. */
function sha256Digests(lines: string): string[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(2).join(' '))
    .filter((rdata) => rdata.split(' ')[2] === '2')
}

function run(command: string, args: readonly string[]): string {
  const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`
  return execFileSync(command, args, { stdio: 'pipe', encoding: 'utf8', env: { ...process.env, PATH } })
}
