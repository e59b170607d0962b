import { cite, type Evidence, placeIn } from '../judging/judgement.ts'
import type { ReadFile } from '../root/root.ts'
import { fact } from './fact.ts'
import { glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

export interface IpsecTunnel {
  readonly name: string
  readonly isStarted: boolean
  /** `null`: it proves who sends, and encrypts nothing. */
  readonly cipher: 'strong' | 'null'
  readonly prefixes: readonly string[]
  readonly evidence: Evidence
}

interface Connection {
  readonly file: ReadFile
  readonly line: number
  readonly name: string
  readonly settings: Map<string, string>
}

const NULL_CIPHER = /(^|[,\s!])null(\b|-)/i

/** What strongSwan carries: ipsec.conf(5), and swanctl.conf(5) with its conf.d. */
export const ipsecTunnels = fact('IPsec', (host): readonly IpsecTunnel[] => {
  const isOn = (...units: readonly string[]) => units.some((unit) => host.get(systemd).isEnabled(unit))
  const filesOf = (patterns: readonly string[]) =>
    patterns.flatMap((pattern) => glob(host.root, pattern)).flatMap((path) => readIfThere(host.root, path) ?? [])
  const legacy = filesOf(['/etc/ipsec.conf', '/etc/ipsec.d/*.conf']).flatMap(connectionsOf)
  const modern = filesOf(['/etc/swanctl/swanctl.conf', '/etc/swanctl/conf.d/*.conf']).flatMap(childrenOf)
  return [
    ...legacy
      .filter(({ settings }) => settings.get('auto') !== 'ignore')
      .map((each) => {
        const isUsed = /^(start|route|add|ondemand)$/.test(each.settings.get('auto') ?? '')
        const isStarted = isUsed && isOn('strongswan-starter', 'ipsec')
        return tunnelOf(each, isStarted, ['rightsubnet', 'right', 'esp'])
      }),
    ...modern.map((each) =>
      tunnelOf(each, isOn('strongswan', 'strongswan-swanctl'), ['remote_ts', 'remote_addrs', 'esp_proposals']),
    ),
  ]
})

function tunnelOf(
  { file, line, name, settings }: Connection,
  isStarted: boolean,
  [networks, peer, proposals]: readonly [string, string, string],
): IpsecTunnel {
  const named = settings.get(networks)
  const words = (named === undefined || named === 'dynamic' ? (settings.get(peer) ?? '') : named).split(/[\s,]+/)
  return {
    name,
    isStarted,
    cipher: NULL_CIPHER.test(settings.get(proposals) ?? '') ? 'null' : 'strong',
    prefixes: words.map((word) => word.replace(/\[.*$/, '')).filter(Boolean),
    evidence: cite(placeIn(file, line)),
  }
}

/** `conn NAME` and the indented lines below it; `conn %default` holds for all. */
function connectionsOf(file: ReadFile): readonly Connection[] {
  const connections: Connection[] = []
  let current: Map<string, string> | undefined
  let defaults = new Map<string, string>()
  for (const { text, number } of linesOf(file)) {
    const [, kind, name] = /^(conn|ca|config)\s+(\S+)/.exec(text) ?? []
    const [, key, value] = /^\s+(\w+)\s*=\s*"?([^"#]*)"?/.exec(text) ?? []
    if (kind !== undefined) {
      current = new Map(name === '%default' ? [] : defaults)
      if (kind === 'conn' && name === '%default') defaults = current
      else if (kind === 'conn') connections.push({ file, line: number, name: name!, settings: current })
    } else if (key !== undefined) current?.set(key, value!.trim())
  }
  return connections
}

const MOST_DEPTH = 16

/** Sections in braces: of each child of a connection, its own settings over those of the connection. */
function childrenOf(file: ReadFile): readonly Connection[] {
  const open: { readonly name: string; readonly settings: Map<string, string> }[] = []
  const children: Connection[] = []
  for (const { text, number } of linesOf(file)) {
    const line = text.trim()
    const section = /^([\w.-]+)\s*\{$/.exec(line)?.[1]
    const [, key, value] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? []
    if (section !== undefined && open.length < MOST_DEPTH) {
      const settings = new Map(open.at(-1)?.settings)
      open.push({ name: section, settings })
      if (open.length === 4 && open[0]!.name === 'connections' && open[2]!.name === 'children')
        children.push({ file, line: number, name: `${open[1]!.name}/${section}`, settings })
    } else if (line === '}') open.pop()
    else if (key !== undefined) open.at(-1)?.settings.set(key, value!.trim())
  }
  return children
}
