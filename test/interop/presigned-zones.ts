import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { presign } from './dnssec/presign.ts'

/** A zone that some signer is to sign. */
export interface ToBeSigned {
  /** LDH labels, without trailing dot. */
  readonly apex: string
  readonly signer: 'BIND' | 'ldns' | 'Knot'
  readonly denial: 'nsec' | 'nsec3' | 'opt-out'
  readonly algorithm: 8 | 13 | 15
}

const ENVIRONMENT = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` }
const MNEMONICS = { 8: 'RSASHA256', 13: 'ECDSAP256SHA256', 15: 'ED25519' } as const

/** Of each signer: its Debian package and a command of it. */
export const SIGNERS = {
  BIND: ['dnssec-signzone', 'bind9-utils'],
  ldns: ['ldns-signzone', 'ldnsutils'],
  Knot: ['kzonesign', 'knot-dnssecutils'],
} as const

/** Signs the master file `text` of the zone, and writes the signed zone to `path`. `folder` exists and is for files. */
export function signZone({ apex, signer, denial, algorithm }: ToBeSigned, text: string, path: string, folder: string) {
  const own = join(folder, apex)
  mkdirSync(own)
  const plain = join(own, `${apex}.plain`)
  writeFileSync(plain, text)
  if (signer === 'Knot') {
    if (denial === 'opt-out') throw new Error('not by this helper')
    const signed = presign({ apex, path: plain, folder: own, denial, algorithms: [algorithm] })
    writeFileSync(path, readFileSync(signed.path))
  } else if (signer === 'BIND') signByBind({ apex, denial, algorithm }, plain, path, own)
  else signByLdns({ apex, denial, algorithm }, plain, path, own)
}

type Wanted = Pick<ToBeSigned, 'apex' | 'denial' | 'algorithm'>

function signByBind({ apex, denial, algorithm }: Wanted, plain: string, path: string, own: string): void {
  const size = algorithm === 8 ? ['-b', '2048'] : []
  for (const role of [['-f', 'KSK'], []]) {
    run(own, 'dnssec-keygen', ['-q', '-a', MNEMONICS[algorithm], ...size, ...role, apex])
  }
  const chain = { nsec: [], nsec3: ['-3', '-'], 'opt-out': ['-3', 'abcd', '-A'] }[denial]
  run(own, 'dnssec-signzone', ['-S', '-o', apex, '-H', '0', ...chain, '-f', path, plain])
}

function signByLdns({ apex, denial, algorithm }: Wanted, plain: string, path: string, own: string): void {
  const size = algorithm === 8 ? ['-b', '2048'] : []
  for (const role of [['-k'], []]) run(own, 'ldns-keygen', ['-a', MNEMONICS[algorithm], ...size, ...role, apex])
  const keys = readdirSync(own)
    .filter((file) => file.endsWith('.key'))
    .map((file) => file.slice(0, -'.key'.length))
  const chain = { nsec: [], nsec3: ['-n', '-t', '1'], 'opt-out': ['-n', '-p', '-s', 'abcd', '-t', '1'] }[denial]
  run(own, 'ldns-signzone', [...chain, '-o', apex, '-f', path, plain, ...keys])
}

function run(folder: string, command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'pipe', cwd: folder, env: ENVIRONMENT })
}
