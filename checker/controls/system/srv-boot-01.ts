import { layerUnder } from '../../facts/block-layers.ts'
import { asksPerson, type CrypttabEntry, crypttab } from '../../facts/crypttab.ts'
import type { Host } from '../../facts/host.ts'
import { readLuksHeader } from '../../facts/luks.ts'
import { exists } from '../../facts/paths.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { cite, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'

/** After a reboot a person has to open each volume: a key that lies beside the lock opens it for the thief, too. */
export function srvBoot01(host: Host): Judged {
  const volumes = [...host.get(crypttab).values()].filter(
    (entry) => !entry.options.includes('swap') && !entry.key.startsWith('/dev/'),
  )
  if (volumes.length === 0) return [notApplicable('no-volume', 'No encrypted volume is opened at boot.')]
  return volumes.map((entry) => (own: Host) => judgeVolume(own, entry))
}

function judgeVolume(host: Host, entry: CrypttabEntry): Judgement {
  const subject = `volume ${entry.name}`
  const say = sayOf(subject, [cite(entry.at)], { volume: entry.name, device: entry.source })
  const alone = entry.options.find((option) => /^(keyscript|tpm2-device|fido2-device|pkcs11-uri)=/.test(option))
  if (alone !== undefined)
    return say('warn', 'opens-alone', `It is opened by ${alone.split('=')[0]}, without a person.`)
  if (!asksPerson(entry)) return judgeKeyFile(host, entry, say)
  const token = tokenOf(host, entry)
  if (token !== undefined)
    return say('warn', 'opens-alone', `A ${token} token in its header opens it without a person.`)
  return say('pass', 'asks', 'A person is asked for the passphrase at boot.')
}

function judgeKeyFile(
  host: Host,
  entry: CrypttabEntry,
  say: (state: Judgement['state'], cause: string, reason: string, more?: readonly Evidence[]) => Judgement,
): Judgement {
  const pattern = initramfsPattern(host)
  if (pattern !== undefined) {
    return say(
      'fail',
      'key-in-initramfs',
      'Its key file is copied into the initramfs, which lies in the clear on /boot.',
      [pattern],
    )
  }
  const layer = layerUnder(host, entry.key)
  if (layer.kind === 'encrypted') {
    return say(
      'pass',
      'key-encrypted',
      'Its key file lies on a volume that is itself encrypted, and opened before.',
      layer.evidence,
    )
  }
  if (layer.kind === 'undecided')
    return say('unknown', 'key-undecided', `On what its key file ${entry.key} lies cannot be told from here.`)
  return say(
    'fail',
    'key-beside',
    `Its key file ${entry.key} lies in the clear: whoever takes the disk has the key.`,
    layer.evidence,
  )
}

/** cryptsetup-initramfs copies key files that this pattern matches into the initramfs. */
function initramfsPattern(host: Host): Evidence | undefined {
  const file = readIfThere(host.root, '/etc/cryptsetup-initramfs/conf-hook')
  const line =
    file === undefined ? undefined : linesOf(file).find(({ text }) => /^\s*KEYFILE_PATTERN=["']?[^"'\s]/.test(text))
  return file === undefined || line === undefined ? undefined : cite(placeIn(file, line.number))
}

/** LUKS2 keeps in its header what opens a volume alone, whatever crypttab(5) says. */
function tokenOf(host: Host, entry: CrypttabEntry): string | undefined {
  const device = entry.source.startsWith('UUID=') ? `/dev/disk/by-uuid/${entry.source.slice(5)}` : entry.source
  if (!exists(host.root, device)) return undefined
  return readLuksHeader(host.root, device)?.tokens.find((type) =>
    /^(clevis|systemd-tpm2|systemd-fido2|systemd-pkcs11)$/.test(type),
  )
}
