import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { typeFromText } from '../../../dns/rr/registry.ts'
import { missingCommandPackage } from '../../helpers/resolvers.ts'
import type { Validator, Verdict } from './validate.ts'

/** Validators that run once for each question, behind a resolver that passes on what servers say. */
export const ONE_SHOT = {
  delv: { package: 'bind9-dnsutils', validator: delvBehind },
  drill: { package: 'ldnsutils', validator: drillBehind },
} as const
export type OneShotName = keyof typeof ONE_SHOT

/** What they need to know. */
export interface OneShotOptions {
  /** Port on 127.0.0.1 of a resolver. */
  readonly port: number
  /** DS records of the root, as `ResolverOptions.anchors`. */
  readonly anchors: readonly string[]
  /** Exists; for files. */
  readonly folder: string
}

export function missingOneShotPackage(name: OneShotName): string | undefined {
  return missingCommandPackage(name, ONE_SHOT[name].package)
}

/** BIND's delv: its remarks say how each RRset of the answer fared. */
function delvBehind({ port, anchors, folder }: OneShotOptions): Validator {
  const file = join(folder, 'delv.anchors')
  const lines = anchors.map((anchor) => {
    const [tag, algorithm, digestType, digest] = anchor.split(' ')
    return `. static-ds ${tag} ${algorithm} ${digestType} "${digest}";`
  })
  writeFileSync(file, `trust-anchors { ${lines.join(' ')} };\n`)
  return async ({ name, type }) => {
    const output = await outputOf('delv', ['@127.0.0.1', '-p', String(port), '-a', file, '+root=.', name, type])
    return delvVerdict(output)
  }
}

function delvVerdict(output: string): Verdict {
  const lines = output.split('\n')
  const failure = lines.find((line) => line.startsWith(';; resolution failed: '))?.slice(22)
  const types = lines
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => typeFromText(line.split(/\s+/)[3] ?? '') ?? 0)
  const rcode = rcodeOfDelv(failure, lines)
  return {
    rcode,
    secure: !rcode.startsWith(FAILURE) && output.includes('fully validated') && !output.includes('unsigned answer'),
    types,
    remark: lines.filter((line) => line.startsWith(';;')).join(' '),
  }
}

const FAILURE = 'failure'

/** An alias may lead to a denial: then the failure comes with records. */
function rcodeOfDelv(failure: string | undefined, lines: readonly string[]): string {
  if (failure === 'ncache nxdomain') return 'NXDOMAIN'
  if (failure === 'ncache nxrrset') return 'NOERROR'
  if (failure !== undefined) return `${FAILURE}: ${failure}`
  return lines.some((line) => /^; (fully validated|unsigned answer)/.test(line)) ? 'NOERROR' : 'no verdict'
}

/** ldns's drill, chasing signatures up to the anchor; it says nothing of RCODEs, nor of names below insecure cuts. */
function drillBehind({ port, anchors, folder }: OneShotOptions): Validator {
  const file = join(folder, 'drill.anchors')
  writeFileSync(file, anchors.map((anchor) => `. IN DS ${anchor}\n`).join(''))
  return async ({ name, type }) => {
    const output = await outputOf('drill', ['-S', '-k', file, '-p', String(port), name, type, '@127.0.0.1'])
    const secure = output.includes('Chase successful')
    return { rcode: '', secure, types: [], remark: secure ? '' : output.replaceAll('\n', ' | ') }
  }
}

/** Both streams; the exit code says nothing that they do not. */
function outputOf(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 20_000, encoding: 'latin1' }, (_problem, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}
