import type { Host } from '../../facts/host.ts'
import { glob, namesIn } from '../../facts/paths.ts'
import { readIfThere } from '../../facts/read-lines.ts'
import { cite, citeFile, type Evidence, HOST, type Judgement, placeIn } from '../../judging/judgement.ts'
import { unknown } from '../../judging/say.ts'

/** Vendors that a machine's firmware names where it is none of metal. */
const VIRTUAL =
  /qemu|kvm|vmware|virtualbox|xen|bochs|amazon ec2|google compute|digitalocean|hetzner|openstack|microsoft corporation.*virtual|parallels|bhyve|linode|vultr|scaleway/i

/** A copy can be made of a virtual machine and its memory, keys in it, without anybody at the machine noticing. */
export function srvVm01(host: Host): readonly Judgement[] {
  const alarm = intrusionAlarm(host)
  if (alarm !== undefined) {
    return [
      {
        subject: HOST,
        state: 'fail',
        cause: 'intrusion',
        reason: 'The chassis was opened: its sensor says so.',
        evidence: [alarm],
      },
    ]
  }
  const virtual = signOfVirtualMachine(host)
  if (virtual !== undefined) {
    const isSealed = namesIn(host.root, '/dev').some((name) => /^(sev-guest|tdx_guest|tdx-guest)$/.test(name))
    const reason = isSealed
      ? 'It is a virtual machine whose memory is encrypted: who runs it cannot easily read it, but can copy its disk.'
      : 'It is a virtual machine: who runs it can copy its disk and its memory, keys in it, and nobody here would notice.'
    return [{ subject: HOST, state: 'warn', cause: isSealed ? 'confidential-vm' : 'vm', reason, evidence: [virtual] }]
  }
  const cpu = readIfThere(host.root, '/proc/cpuinfo')
  if (cpu === undefined) return [unknown('no-hardware', 'What hardware it runs on cannot be told from here.')]
  const sensor = glob(host.root, '/sys/class/hwmon/*/intrusion*_alarm')[0]
  const evidence = citeFile(cpu, 'no hypervisor flag')
  if (sensor === undefined) {
    const reason = 'It is a physical machine; whether its rack is locked and its chassis watched only a person can say.'
    return [{ subject: HOST, state: 'manual', cause: 'no-sensor', reason, evidence: [evidence] }]
  }
  return [
    {
      subject: HOST,
      state: 'pass',
      cause: 'physical',
      reason: 'It is a physical machine, and its intrusion sensor is clear.',
      evidence: [evidence],
    },
  ]
}

function intrusionAlarm(host: Host): Evidence | undefined {
  for (const path of glob(host.root, '/sys/class/hwmon/*/intrusion*_alarm')) {
    const file = readIfThere(host.root, path)
    if (file?.text.trim() === '1') return cite(placeIn(file, 1))
  }
  return undefined
}

/** Firecracker shows no DMI, only the processor's flag; a container's host may be either. */
function signOfVirtualMachine(host: Host): Evidence | undefined {
  for (const name of ['sys_vendor', 'product_name', 'board_vendor']) {
    const file = readIfThere(host.root, `/sys/class/dmi/id/${name}`)
    if (file !== undefined && VIRTUAL.test(file.text)) return cite(placeIn(file, 1))
  }
  const hypervisor = readIfThere(host.root, '/sys/hypervisor/type')
  if (hypervisor !== undefined && hypervisor.text.trim() !== '') return cite(placeIn(hypervisor, 1))
  const cpu = readIfThere(host.root, '/proc/cpuinfo')
  const line = cpu?.text.split('\n').findIndex((text) => /^flags\s*:.*\bhypervisor\b/.test(text)) ?? -1
  return cpu === undefined || line < 0
    ? undefined
    : { ...cite(placeIn(cpu, line + 1)), excerpt: 'flags: … hypervisor …' }
}
