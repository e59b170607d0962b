import type { Host } from '../../facts/host.ts'
import { fstab, holderOf, type Mount, mounts } from '../../facts/mounts.ts'
import { exists, normalized } from '../../facts/paths.ts'
import { systemd } from '../../facts/systemd.ts'
import { cite, type Judgement, type Place } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { asExpression, quoted } from '../../remedy/shell.ts'

/** A bind mount that is asked for. */
interface Bind {
  readonly point: string
  readonly options: readonly string[]
  readonly isDeep: boolean
  readonly at: Place
}

const FLAGS = ['nosuid', 'nodev', 'noexec', 'ro']
/** What everybody may write to: a program that lands there should not run. */
const WRITABLE_FOR_ALL = ['/tmp', '/var/tmp', '/dev/shm']
/** Filesystems that show the kernel, or layers of images. */
const OF_THE_KERNEL =
  /^(?:proc|sysfs|devtmpfs|devpts|cgroup2?|nsfs|mqueue|debugfs|tracefs|securityfs|bpf|pstore|efivarfs|configfs|fusectl|hugetlbfs|binfmt_misc|autofs|rpc_pipefs|overlay|squashfs|fuse\..*)$/
/** What containers, sessions, snaps and `ip netns` bind by themselves, most of it anew at each boot. */
const OF_CONTAINERS =
  /^\/(?:var\/lib\/(?:docker|containers|containerd|lxc|lxd|lxcfs|kubelet|machines)|run\/(?:docker|containerd|containers|user|credentials|systemd|netns|snapd)|snap|var\/snap)(?:\/|$)/
/** What a container gets from its host. */
const GIVEN_TO_CONTAINERS = /^\/(?:etc\/(?:resolv\.conf|hosts|hostname)|dev|proc|sys|run\/\.containerenv)(?:\/|$)/
const MOST_BY_HAND = 100
const CONTAINER_MARKS = ['/run/systemd/container', '/.dockerenv', '/run/.containerenv']

/** Bind mounts have in truth the flags that fstab or a unit asks for, and nothing runs from folders that all may write to. */
export function isoMnt01(host: Host): readonly Judgement[] {
  const binds = [...bindsOfFstab(host), ...bindsOfUnits(host)]
  const live = host.get(mounts)
  const judgements = [
    ...binds.map((bind) => judgeBind(bind, live)),
    ...bindsByHand(host, live)
      .slice(0, MOST_BY_HAND)
      .map((mount) => judgeByHand(mount, live)),
    ...(live.length === 0 ? [] : WRITABLE_FOR_ALL.flatMap((point) => judgeWritable(point, live))),
  ]
  return judgements.length > 0 ? judgements : [notApplicable('no-binds', 'Nothing is bound to a second place here.')]
}

/** Binds that are in force, and that neither fstab nor a unit asks for. */
function bindsByHand(host: Host, live: readonly Mount[]): readonly Mount[] {
  const units = host.get(systemd)
  const ofUnits = units.names
    .filter((name) => name.endsWith('.mount'))
    .flatMap((name) => units.unit(name)?.last('Mount', 'Where')?.value ?? [])
  const asked = new Set([...host.get(fstab).map(({ point }) => point), ...ofUnits].map(normalized))
  const inContainer = CONTAINER_MARKS.some((path) => exists(host.root, path))
  const known = new Set<string>()
  return live.filter((mount) => {
    const { point, type, device } = mount
    const isSecond = known.has(device)
    known.add(device)
    if (point === '/' || OF_THE_KERNEL.test(type) || OF_CONTAINERS.test(point)) return false
    if (inContainer && GIVEN_TO_CONTAINERS.test(point)) return false
    return isBind(mount, isSecond) && !asked.has(normalized(point))
  })
}

/** A folder of a filesystem, and not a subvolume; or a filesystem that has been mounted whole before. */
function isBind({ device, root, type, options }: Mount, isSecond: boolean): boolean {
  const subvolume = options.find((option) => option.startsWith('subvol='))?.slice('subvol='.length)
  if (root !== '/') return subvolume === undefined || !`/${subvolume}`.endsWith(root)
  return type !== 'tmpfs' && !device.startsWith('0:') && isSecond
}

function judgeByHand(mount: Mount, live: readonly Mount[]): Judgement {
  const { point, device, root } = mount
  const whole = live.find((each) => each.device === device && each !== mount && root.startsWith(each.root))
  const source = whole === undefined ? '/where/it/lies' : normalized(`${whole.point}/${root.slice(whole.root.length)}`)
  const options = 'nosuid,nodev'
  return {
    subject: `bind ${point}`,
    state: 'warn',
    cause: 'by-hand',
    reason:
      'It is bound, and neither fstab nor a unit asks for it: somebody did it by hand, and the next boot undoes it.',
    evidence: [cite(mount.at)],
    remedy: [
      { tell: `Ask who bound ${point}. If nobody did, \`umount\` it, and look for what else was done.` },
      { append: '/etc/fstab', lines: [`${escaped(source)} ${escaped(point)} none bind,${options} 0 0`] },
      { run: `mount -o remount,bind,${options} ${quoted(point)}` },
    ],
  }
}

/** As fstab(5) wants blanks. */
function escaped(path: string): string {
  return path.replace(/[ \t\\]/g, (mark) => `\\${mark.charCodeAt(0).toString(8).padStart(3, '0')}`)
}

function bindsOfFstab(host: Host): readonly Bind[] {
  return host.get(fstab).flatMap(({ point, options, at }) => bindOf(point, options, at))
}

function bindsOfUnits(host: Host): readonly Bind[] {
  const units = host.get(systemd)
  return units.names
    .filter((name) => name.endsWith('.mount') && units.isEnabled(name))
    .flatMap((name) => {
      const unit = units.unit(name)
      const [where, options] = [unit?.last('Mount', 'Where'), unit?.last('Mount', 'Options')]
      return where === undefined || options === undefined
        ? []
        : bindOf(where.value, options.value.split(','), options.at)
    })
}

function bindOf(point: string, options: readonly string[], at: Place): readonly Bind[] {
  if (!options.some((option) => /^r?bind$/.test(option))) return []
  return [{ point: normalized(point), options, isDeep: options.includes('rbind'), at }]
}

function judgeBind(bind: Bind, live: readonly Mount[]): Judgement {
  const asked = FLAGS.filter((flag) => bind.options.includes(flag))
  const values = { point: bind.point, options: `remount,bind,${asked.join(',')}` }
  const say = sayOf(`bind ${bind.point}`, [cite(bind.at)], values)
  if (!asked.includes('nosuid') || !asked.includes('nodev')) {
    return {
      ...say(
        'warn',
        'no-flags',
        'It is bound without nosuid and nodev: programs and devices in it count as on the host.',
      ),
      remedy: [
        {
          edit: bind.at.path,
          replace: `^([^#]*[ \\t]${asExpression(bind.point)}[ \\t].*bind[^ \\t]*)`,
          with: '\\1,nosuid,nodev',
        },
      ],
    }
  }
  if (live.length === 0)
    return say('unknown', 'not-running', 'It is asked for; which flags it has can be told from a running system only.')
  const mount = live.filter(({ point }) => point === bind.point).at(-1)
  if (mount === undefined)
    return say('fail', 'not-mounted', 'It is asked for and not mounted, so what is seen there is the folder below.')
  const missing = asked.filter((flag) => !mount.options.includes(flag))
  if (missing.length > 0)
    return say(
      'fail',
      'flags-not-in-force',
      'It asks for flags that are not in force: an older mount(8) takes them only by a second, remounting call.',
      [cite(mount.at)],
    )
  const loose = live.find(
    ({ point, options }) =>
      point.startsWith(`${bind.point}/`) && asked.some((flag) => flag !== 'ro' && !options.includes(flag)),
  )
  if (bind.isDeep && loose !== undefined) {
    return say(
      'fail',
      'loose-below',
      'What is mounted below came along with flags of its own, and lacks those that are asked for here.',
      [cite(loose.at)],
    )
  }
  return say('pass', 'in-force', 'The flags that it asks for are in force.', [cite(mount.at)])
}

function judgeWritable(point: string, live: readonly Mount[]): readonly Judgement[] {
  const mount = holderOf(live, point)
  if (mount === undefined) return []
  const isOwn = mount.point === point
  const isShut = isOwn && ['noexec', 'nosuid', 'nodev'].every((flag) => mount.options.includes(flag))
  const base = {
    subject: `folder ${point}`,
    evidence: [cite(mount.at)],
    values: { point, options: 'remount,nosuid,nodev,noexec' },
  }
  if (isShut)
    return [{ ...base, state: 'pass', cause: 'shut', reason: 'Everybody may write there, and nothing there runs.' }]
  return [
    {
      ...base,
      state: 'warn',
      cause: isOwn ? 'runs' : 'no-mount',
      reason: 'Everybody may write there, and what is written there can be run: a downloaded program finds its place.',
      remedy: isOwn ? remountRemedy(point) : mountRemedy(point),
    },
  ]
}

function remountRemedy(point: string): NonNullable<Judgement['remedy']> {
  return [
    { run: `mount -o remount,nosuid,nodev,noexec ${point}` },
    { tell: `Write the same options into the line of ${point} in /etc/fstab.` },
  ]
}

function mountRemedy(point: string): NonNullable<Judgement['remedy']> {
  return [
    { append: '/etc/fstab', lines: [`tmpfs ${point} tmpfs mode=1777,nosuid,nodev,noexec 0 0`] },
    { run: `mount ${point}` },
  ]
}
