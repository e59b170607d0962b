import type { Host } from '../../facts/host.ts'
import { kernelSetting } from '../../facts/sysctl.ts'
import type { Judgement } from '../../judging/judgement.ts'
import { judgeKernelTables } from './kernel-tables.ts'

/** A flood is met upstream, by a provider or a proxy, which a person attests; a flood that gets through by the kernel. */
export function dds01(host: Host): readonly Judgement[] {
  return [judgeUpstream(host), judgeCookies(host), ...judgeKernelTables(host)]
}

function judgeUpstream({ declared }: Host): Judgement {
  const subject = 'protection upstream'
  const open = declared.sites.filter(({ internal }) => !internal)
  if (open.length > 0 && open.every(({ proxied }) => proxied)) {
    const reason = 'Every public site is declared to be behind a proxy; mail and DNS are not covered by one.'
    const excerpt = open
      .map(({ name }) => `${name} proxied`)
      .join(', ')
      .slice(0, 200)
    return {
      subject,
      state: 'pass',
      cause: 'proxied',
      reason,
      evidence: [{ source: 'declaration', path: 'sites', excerpt }],
    }
  }
  const reason = 'Whether the provider filters floods before they fill the line, somebody has to attest.'
  return { subject, state: 'manual', cause: 'to-attest', reason, evidence: [] }
}

function judgeCookies(host: Host): Judgement {
  const subject = 'SYN cookies'
  const { live, boot } = kernelSetting(host, 'net.ipv4.tcp_syncookies')
  const evidence = [live, boot].flatMap((each) => (each === undefined ? [] : [each.evidence]))
  if (live?.value === '0') {
    const reason = 'SYN cookies are off: a small flood of SYNs fills the queue, and nobody gets in.'
    return { subject, state: 'fail', cause: 'off', reason, evidence }
  }
  if (boot?.value === '0') {
    const reason = 'The next boot switches SYN cookies off.'
    return { subject, state: live === undefined ? 'fail' : 'warn', cause: 'off-at-boot', reason, evidence }
  }
  const reason =
    evidence.length === 0
      ? 'Nothing switches SYN cookies off, and the kernel has them on.'
      : 'The kernel answers floods of SYNs with cookies.'
  return { subject, state: 'pass', cause: 'on', reason, evidence }
}
