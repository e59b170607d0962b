import { layerUnder } from '../../facts/block-layers.ts'
import { dataFolders } from '../../facts/data-folders.ts'
import type { Host } from '../../facts/host.ts'
import { exists, glob, namesIn } from '../../facts/paths.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { cite, type Evidence, HOST, type Judgement, placeIn } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'

/** Whoever reaches the console boots into a root shell, unless the boot loader asks for a password first. */
export function srvBoot03(host: Host): readonly Judgement[] {
  const configuration = ['/boot/grub/grub.cfg', '/boot/grub2/grub.cfg'].find(
    (path) => host.root.status(path).outcome !== 'absent',
  )
  if (configuration === undefined && !exists(host.root, '/etc/grub.d')) {
    const reason = 'The host has no boot loader of its own: a container, or a kernel that its provider starts.'
    return [notApplicable('no-boot-loader', reason)]
  }
  const password = passwordOf(host, configuration)
  if (password === undefined) return [judgeOpen(host, configuration ?? '/etc/grub.d')]
  const reason = 'The boot loader asks for a password before it lets anybody change how the host boots.'
  return [sayOf(HOST, [password])('pass', 'password', reason)]
}

/** What an open boot loader gives away. */
function judgeOpen(host: Host, path: string): Judgement {
  const say = sayOf(HOST, [{ source: 'status', path, excerpt: 'no superusers, no password_pbkdf2' }])
  const layers = host.get(dataFolders).map((folder) => layerUnder(host, folder.path))
  const plain = layers.filter((layer) => layer.kind === 'plain' || layer.kind === 'weak')
  if (plain.length > 0) {
    const reason =
      'Nobody is asked for a password at the console, and the data lies in the clear: a reboot into single-user mode reads it.'
    return say(
      'fail',
      'open',
      reason,
      plain.flatMap((layer) => layer.evidence),
    )
  }
  if (!layers.some((layer) => layer.kind === 'encrypted')) {
    const reason =
      'Nobody is asked for a password at the console, and whether the data is encrypted cannot be told from here.'
    return say('unknown', 'data-undecided', reason)
  }
  const secured = secureBoot(host)
  if (secured !== undefined) {
    return sayOf(HOST, [secured])('pass', 'secure-boot', 'Secure Boot is on, and the data is encrypted.')
  }
  const reason =
    'Nobody is asked for a password at the console; the data is encrypted, but what boots the host can be changed.'
  return say('warn', 'data-encrypted', reason)
}

function passwordOf(host: Host, configuration: string | undefined): Evidence | undefined {
  const sources = [
    ...(configuration === undefined ? [] : [configuration]),
    ...glob(host.root, '/etc/grub.d/*'),
    '/boot/grub2/user.cfg',
  ]
  let superusers: Evidence | undefined
  let password: Evidence | undefined
  for (const path of sources) {
    const file = readIfThere(host.root, path)
    for (const { text, number } of file === undefined ? [] : linesOf(file)) {
      if (/^\s*set\s+superusers\s*=\s*["']?\w/.test(text)) superusers = cite(placeIn(file!, number))
      if (/^\s*(password_pbkdf2\s|GRUB2_PASSWORD=)/.test(text)) password = cite(placeIn(file!, number))
    }
  }
  return superusers === undefined ? undefined : password
}

/** An EFI variable: 4 octets of attributes, then 1 where Secure Boot is on (UEFI 2.10 §3.3). */
function secureBoot(host: Host): Evidence | undefined {
  const folder = '/sys/firmware/efi/efivars'
  const name = namesIn(host.root, folder).find((each) => each.startsWith('SecureBoot-'))
  const reading = name === undefined ? undefined : host.root.octets(`${folder}/${name}`, 5)
  if (reading?.outcome !== 'read' || reading.octets[4] !== 1) return undefined
  return { source: 'file', path: `${folder}/${name}`, excerpt: 'Secure Boot is on' }
}
