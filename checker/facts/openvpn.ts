import { cite, type Evidence, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

export interface OpenVpn {
  /** `client/office.conf`. */
  readonly name: string
  readonly isStarted: boolean
  /** `none`: what goes by it is not encrypted. `weak`: with blocks of 64 bits. */
  readonly cipher: 'strong' | 'weak' | 'none'
  /** What it carries. */
  readonly prefixes: readonly string[]
  readonly evidence: Evidence
}

const FOLDERS = [
  { pattern: '/etc/openvpn/*.conf', unit: 'openvpn' },
  { pattern: '/etc/openvpn/client/*.conf', unit: 'openvpn-client' },
  { pattern: '/etc/openvpn/server/*.conf', unit: 'openvpn-server' },
]
const WEAK = /^(BF|DES|RC2|CAST5|IDEA|SEED)/i

/** Tunnels of OpenVPN, by their configuration (openvpn(8)). */
export const openVpns = fact('OpenVPN', (host): readonly OpenVpn[] => {
  const units = host.get(systemd)
  const startsAll = /^\s*AUTOSTART="?all"?\s*$/m.test(readIfThere(host.root, '/etc/default/openvpn')?.text ?? '')
  return FOLDERS.flatMap(({ pattern, unit }) =>
    glob(host.root, pattern).flatMap((path): readonly OpenVpn[] => {
      const file = readIfThere(host.root, path)
      if (file === undefined) return []
      const lines = linesOf(file, '#;').map(({ text, number }) => ({ words: text.trim().split(/\s+/), number }))
      const stem = path.slice(path.lastIndexOf('/') + 1, -'.conf'.length)
      const ciphers = lines.filter(({ words }) => /^(cipher|data-ciphers(-fallback)?)$/.test(words[0]!))
      const isNone = ciphers.some(({ words }) => words[1]?.split(':').includes('none'))
      const isWeak = ciphers.some(({ words }) => words[1]?.split(':').some((each) => WEAK.test(each)))
      return [
        {
          name: path.slice('/etc/openvpn/'.length),
          isStarted: units.isEnabled(`${unit}@${stem}`) || (unit === 'openvpn' && startsAll),
          cipher: isNone ? 'none' : isWeak ? 'weak' : 'strong',
          prefixes: lines.flatMap(({ words }) => prefixesOf(words)),
          evidence: cite(placeIn(file, ciphers[0]?.number ?? lines[0]?.number ?? 1)),
        },
      ]
    }),
  )
})

function prefixesOf([option = '', first = '', second = '']: readonly string[]): readonly string[] {
  if (option === 'server' || option === 'route') return [withLength(first, second)]
  if (option === 'ifconfig') return [/^255\./.test(second) ? withLength(first, second) : second]
  if (option === 'server-ipv6' || option === 'route-ipv6') return [first]
  if (option === 'redirect-gateway') return ['0.0.0.0/0', ...([first, second].includes('ipv6') ? ['::/0'] : [])]
  return []
}

/** `10.8.0.0` and `255.255.255.0` as `10.8.0.0/24`; without a mask one address. */
function withLength(address: string, mask: string): string {
  const octets = mask.split('.').map(Number)
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255))) return address
  const bits = octets.map((octet) => octet.toString(2).replaceAll('0', '').length).reduce((sum, each) => sum + each, 0)
  return `${address}/${bits}`
}
