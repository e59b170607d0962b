import type { Host } from '../../facts/host.ts'
import { namesIn } from '../../facts/paths.ts'
import { type KernelSetting, kernelSetting } from '../../facts/sysctl.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'

/** Connections that wait to be taken: what Linux had for a long time is over in the first moment of a flood. */
const SHORTEST_QUEUE = 1024
/** Connections of which the packet filter keeps account: beyond them, it drops whatever comes. */
const SMALLEST_TABLE = 65_536
const FULL = 0.8
const CONNTRACK = 'net.netfilter.nf_conntrack_max'

/** What a flood that got this far meets in the kernel: a queue, a table, and whether forged sources are let in. */
export function judgeKernelTables(host: Host): readonly Judgement[] {
  return [...judgeQueue(host), ...judgeTable(host), judgeSources(host)]
}

function judgeQueue(host: Host): readonly Judgement[] {
  const { live, boot } = kernelSetting(host, 'net.core.somaxconn')
  const small = [live, boot].find((each) => each !== undefined && Number(each.value) < SHORTEST_QUEUE)
  const say = sayOf('queue of connections', evidenceOf(live, boot))
  if (live === undefined && boot === undefined) return []
  if (small === undefined)
    return [say('pass', 'long-queue', 'The queue of connections is as long as the kernel begins with, or longer.')]
  const reason = `${small.value} connections wait to be taken (net.core.somaxconn), and all others are refused: a small flood is enough.`
  return [say('warn', 'short-queue', reason)]
}

/** Without connection tracking there is no table to fill. */
function judgeTable(host: Host): readonly Judgement[] {
  const { live, boot } = kernelSetting(host, CONNTRACK)
  if (live === undefined && boot === undefined) return []
  const say = sayOf('table of connections', evidenceOf(live, boot))
  const used = kernelSetting(host, 'net.netfilter.nf_conntrack_count').live
  if (live !== undefined && used !== undefined && Number(used.value) > FULL * Number(live.value)) {
    const reason = `${used.value} of ${live.value} entries are taken: when it is full, the packet filter drops whoever comes new.`
    return [say('warn', 'full-table', reason, [used.evidence])]
  }
  const small = [live, boot].find((each) => each !== undefined && Number(each.value) < SMALLEST_TABLE)
  if (small !== undefined) {
    const reason = `The packet filter keeps account of ${small.value} connections, and drops whoever comes beyond them.`
    return [say('warn', 'small-table', reason)]
  }
  return [
    say(
      'pass',
      'large-table',
      'The packet filter keeps account of as many connections as the kernel begins with, or more.',
    ),
  ]
}

/** The larger of `all` and of the interface's own value counts (ip-sysctl); the kernel begins with 0. */
function judgeSources(host: Host): Judgement {
  const say = sayOf('forged sources', [])
  const of = (name: string) => kernelSetting(host, `net.ipv4.conf.${name}.rp_filter`)
  const all = of('all')
  const names = namesIn(host.root, '/proc/sys/net/ipv4/conf').filter((name) => !['all', 'default', 'lo'].includes(name))
  const open = names.find((name) => !isOn(all.live) && !isOn(of(name).live))
  if (names.length > 0) {
    const shown = open === undefined ? evidenceOf(all.live, of(names[0]!).live) : evidenceOf(all.live, of(open).live)
    return open === undefined
      ? say('pass', 'sources-checked', 'Packets whose source lies elsewhere are dropped.', shown)
      : say(
          'warn',
          'sources-unchecked',
          `${open} takes packets with forged sources of inner networks, too (rp_filter is 0).`,
          shown,
        )
  }
  const boot = [all.live, all.boot, of('default').live, of('default').boot, of('*').boot]
  const on = boot.find(isOn)
  return on === undefined
    ? say(
        'warn',
        'sources-unchecked',
        'Nothing has packets with forged sources dropped (rp_filter), and the kernel begins without.',
        evidenceOf(...boot),
      )
    : say('pass', 'sources-checked', 'Packets whose source lies elsewhere are dropped.', evidenceOf(on))
}

function isOn(setting: KernelSetting | undefined): boolean {
  return setting?.value === '1' || setting?.value === '2'
}

function evidenceOf(...settings: readonly (KernelSetting | undefined)[]): readonly Evidence[] {
  return settings.flatMap((each) => (each === undefined ? [] : [each.evidence]))
}
