import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { missingCommandPackage } from '../../helpers/resolvers.ts'

const execute = promisify(execFile)
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`

/** Runs a program of a peer; rejects with what it printed where it fails. */
export async function run(folder: string, program: string, ...words: string[]): Promise<string> {
  const { stdout } = await execute(program, words, { cwd: folder, env: { ...process.env, PATH }, encoding: 'utf8' })
  return stdout
}

/** Packages to install for programs that are missing. */
export function missingPackages(programs: Readonly<Record<string, string>>): string[] {
  return Object.entries(programs).flatMap(
    ([program, debianPackage]) => missingCommandPackage(program, debianPackage) ?? [],
  )
}

/** The zone that all keys sign. */
export const ZONE_TEXT =
  '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\nwww A 192.0.2.80\n'

/** The names of the algorithms, as peers have them. */
export const MNEMONICS: Readonly<Record<number, string>> = {
  ...{ 8: 'RSASHA256', 10: 'RSASHA512', 13: 'ECDSAP256SHA256', 14: 'ECDSAP384SHA384', 15: 'ED25519' },
}

/** RSA keys get this size, others have one. */
export const bitsOf = (algorithm: number): string[] => (algorithm <= 10 ? ['2048'] : [])

/** Keys that a peer has made for a zone: the words behind `dnsctl key import ZONE`, and its DS records as text. */
export interface MadeKeys {
  readonly words: readonly string[]
  readonly ds: readonly string[]
}

/** Makes keys for a zone, `a13.test`, in a folder that exists. */
export type MakeKeys = (folder: string, zone: string, algorithm: number) => Promise<MadeKeys>

/** How each peer makes keys. */
export const MAKERS: Readonly<Record<string, { readonly programs: Record<string, string>; readonly make: MakeKeys }>> =
  {
    'dnssec-keygen': {
      programs: { 'dnssec-keygen': 'bind9-utils', 'dnssec-dsfromkey': 'bind9-utils' },
      make: async (folder, zone, algorithm) => {
        const size = bitsOf(algorithm).flatMap((bits) => ['-b', bits])
        const words = ['-q', '-a', String(algorithm), ...size]
        const ksk = (await run(folder, 'dnssec-keygen', ...words, '-f', 'KSK', zone)).trim()
        await run(folder, 'dnssec-keygen', ...words, zone)
        return { words: filesIn(folder), ds: lines(await run(folder, 'dnssec-dsfromkey', '-2', `${ksk}.key`)) }
      },
    },
    'ldns-keygen': {
      programs: { 'ldns-keygen': 'ldnsutils' },
      make: async (folder, zone, algorithm) => {
        const words = ['-a', MNEMONICS[algorithm]!, ...bitsOf(algorithm).flatMap((bits) => ['-b', bits])]
        const ksk = (await run(folder, 'ldns-keygen', ...words, '-k', zone)).trim()
        await run(folder, 'ldns-keygen', ...words, zone)
        return { words: filesIn(folder), ds: lines(await run(folder, 'cat', `${ksk}.ds`)) }
      },
    },
    keymgr: {
      programs: { keymgr: 'knot' },
      make: async (folder, zone, algorithm) => {
        const keymgr = (...words: string[]) => run(folder, 'keymgr', '-D', 'kasp', ...words)
        const words = [`algorithm=${algorithm}`, ...bitsOf(algorithm).map((bits) => `size=${bits}`)]
        mkdirSync(join(folder, 'kasp'))
        const ksk = (await keymgr(zone, 'generate', ...words, 'ksk=yes', 'zsk=no')).split('\n')[0]!
        await keymgr(zone, 'generate', ...words, 'ksk=no', 'zsk=yes')
        writeFileSync(join(folder, 'list.json'), await keymgr('-j', zone, 'list'))
        const pems = filesIn(join(folder, 'kasp', 'keys'))
        const ds = lines(await keymgr(zone, 'ds', ksk)).filter((line) => / \d+ 2 /.test(line))
        return { words: [join(folder, 'list.json'), ...pems], ds }
      },
    },
    pdnsutil: {
      programs: { pdnsutil: 'pdns-server' },
      make: async (folder, zone, algorithm) => {
        const pdnsutil = await openPdns(folder, [zone])
        const kind = { 8: 'rsasha256', 10: 'rsasha512', 13: 'ecdsa256', 14: 'ecdsa384', 15: 'ed25519' }[algorithm]!
        const id = async (role: string) =>
          (await pdnsutil('add-zone-key', zone, role, ...bitsOf(algorithm), 'active', kind)).trim().split('\n').at(-1)!
        for (const role of ['ksk', 'zsk']) {
          const key = await id(role)
          writeFileSync(join(folder, `${role}.private`), await pdnsutil('export-zone-key', zone, key))
          writeFileSync(join(folder, `${role}.dnskey`), await pdnsutil('export-zone-dnskey', zone, key))
        }
        const shown = lines(await pdnsutil('show-zone', zone)).flatMap(
          (line) => /^DS = (.* \d+ 2 \S+)/.exec(line)?.[1] ?? [],
        )
        return {
          words: ['ksk', 'zsk'].flatMap((role) => [join(folder, `${role}.private`), join(folder, `${role}.dnskey`)]),
          ds: shown,
        }
      },
    },
  }

/** A PowerDNS that has these zones from files of their names; runs `pdnsutil` on them. */
export async function openPdns(folder: string, zones: readonly string[], lines: readonly string[] = []) {
  const files = zones.map((zone) => `zone "${zone}" { type master; file "${join(folder, `${zone}.zone`)}"; };`)
  writeFileSync(join(folder, 'zones.conf'), files.join('\n'))
  for (const zone of zones) writeFileSync(join(folder, `${zone}.zone`), ZONE_TEXT)
  const settings = [
    'launch=bind',
    `bind-config=${folder}/zones.conf`,
    `bind-dnssec-db=${folder}/dnssec.sqlite`,
    ...lines,
  ]
  writeFileSync(join(folder, 'pdns.conf'), settings.join('\n'))
  const pdnsutil = (...words: string[]) => run(folder, 'pdnsutil', `--config-dir=${folder}`, ...words)
  await pdnsutil('create-bind-db', join(folder, 'dnssec.sqlite'))
  return pdnsutil
}

/** Why an answer is not secure to delv, which trusts these DS records alone; undefined: it is. */
export async function faultOf(
  folder: string,
  port: number,
  zone: string,
  ds: readonly string[],
): Promise<string | undefined> {
  const anchors = ds.map((line) => {
    const [tag, algorithm, type, ...digest] = line.split(/\sDS\s+/)[1]!.split(/\s+/)
    return `"${zone}." static-ds ${tag} ${algorithm} ${type} "${digest.join('')}";`
  })
  const file = join(folder, `${zone}.anchors`)
  writeFileSync(file, `trust-anchors { ${anchors.join(' ')} };\n`)
  const questions = [`www.${zone} A`, `absent.${zone} A`, `www.${zone} MX`, `${zone} SOA`, `${zone} DNSKEY`]
  for (const question of questions) {
    const words = ['-p', String(port), '@127.0.0.1', '-a', file, `+root=${zone}`, ...question.split(' ')]
    const output = await run(folder, 'delv', ...words).catch((error) => `${error.stdout}${error.stderr}`)
    if (!/^; (negative response, )?fully validated/m.test(output)) return `${question}: ${output}`
  }
  return undefined
}

/** Absolute paths. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name))
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}
