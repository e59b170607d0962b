import type { Judgement } from '../../checker/judging/judgement.ts'
import { folderWith } from '../dnsctl/run.ts'
import { imagined, judged } from './imagined.ts'
import { runHostcheck } from './run.ts'

/** What a hostile host may have in names and values: it steers terminals, turns what is read, and ends tags and attributes. */
const HOSTILE =
  '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egnol\u200b</pre><script>alert(1)</script>" onload="x\' & \\ \r\n`$(id)`'
/** As remedies have it: a value of the finding stands there. */
export const NAME = '$'.concat('{name}')
export const PATH = `/etc/${HOSTILE}/../a b%c`

const hostile: Judgement = judged('fail', {
  subject: `vhost ${HOSTILE}`,
  reason: `It says ${HOSTILE}.`,
  evidence: [
    { source: 'file', path: PATH, line: 7, excerpt: HOSTILE, sha256: 'ab'.repeat(32) },
    { source: 'probe', path: HOSTILE, excerpt: HOSTILE },
  ],
  remedy: [{ run: `touch ${NAME}` }, { file: '/etc/x', content: `value ${NAME}` }, { tell: `Ask ${NAME}.` }],
  values: { name: HOSTILE },
})

/** What is found on a host that has such names and values. */
export const world = imagined({
  'MAIL-VRFY-01': [hostile, judged('pass', { subject: 'service b' })],
  'SRV-ENC-01': [judged('fail', { subject: 'waived' }), judged('unknown', { subject: 'secret' })],
  'SRV-VM-01': [judged('manual')],
  'SRV-BKP-01': [judged('warn')],
  'SRV-BOOT-01': [judged('not-applicable')],
})
export const declared = {
  'hostcheck.yaml': `waivers: [{ control: SRV-ENC-01, subject: waived, reason: "<b>", owner: "o\\u001b[1m", expires: 2027-01-01 }]\n`,
}

/** What `hostcheck run` says of it in one form. */
export async function reportAs(form: string, options: { columns?: number; all?: true } = {}): Promise<string> {
  const argv = ['run', '--root', '.', '--format', form, ...(options.all ? ['--all'] : [])]
  const { stdout } = await runHostcheck(folderWith(declared), argv, { ...world, ...options })
  return stdout
}
