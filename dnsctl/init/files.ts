import { isIPv4 } from 'node:net'
import type { Host, Setup } from './setup.ts'

/** A file to write: name relative to the folder of the configuration, and its text. */
export interface NewFile {
  readonly name: string
  readonly text: string
}

/** The files of a setup: configuration first, then the zone for everyone, then what insiders see besides. */
export function filesOf(setup: Setup, today: Date): NewFile[] {
  return [
    { name: 'veil.yaml', text: configurationText(setup) },
    { name: zoneFileName(setup), text: zoneText(setup, today) },
    { name: overlayFileName(setup), text: overlayText(setup) },
  ]
}

function configurationText(setup: Setup): string {
  return `# Configuration of veild. After a change: dnsctl zone check, then dnsctl reload.

# Where to answer, over UDP and TCP: address@port.
listen:
${setup.listen.map((address) => `  - ${quoted(address)}`).join('\n')}

# What outlives the process: keys, serials, the server's secret, the control socket. Back it up.
state: ${quoted(setup.state)}
${setup.user === undefined ? '' : `\n# Account to run as when started as root.\nuser: ${quoted(setup.user)}\n`}
# Who sees what. The longest client prefix wins; whoever is in none gets "public".
views:
  internal:
    clients:
${setup.insiders.map((prefix) => `      - ${quoted(prefix)}`).join('\n')}
  public: {}

# Signed with keys that veild makes, unless \`dnssec: off\` says otherwise. For the registrar: dnsctl key ds
zones:
  ${quoted(setup.zone)}:
    # What everyone may see.
    file: ${zoneFileName(setup)}
    # Laid over it for insiders; for everybody else these records do not exist.
    overlays:
      internal: ${overlayFileName(setup)}
`
}

function zoneText(setup: Setup, today: Date): string {
  const owners = setup.nameServers.filter((host) => host.addresses.length > 0)
  const web = setup.addresses.length === 0 ? [] : [{ name: '@', addresses: setup.addresses }]
  return `; ${setup.zone}, as everyone may see it.

$ORIGIN ${setup.zone}.
$TTL 1h

${column('@')} SOA   ${setup.nameServers[0]!.name} ${mailboxName(setup.mail)} (
                 ${serialOf(today)} ; serial: Veil raises it by itself when what a view sees changes
                 1h         ; refresh
                 15m        ; retry
                 4w         ; expire
                 5m )       ; how long resolvers remember that a name does not exist
${setup.nameServers.map((host) => `${column('')} NS    ${host.name}`).join('\n')}
${owners.length === 0 ? '' : `\n${owners.map(addressLines).join('\n')}\n`}${
  web.length === 0 ? '' : `\n${web.map(addressLines).join('\n')}\n${column('www')} CNAME @\n`
}`
}

function overlayText(setup: Setup): string {
  return `; ${setup.zone}: what the view "internal" sees besides ${zoneFileName(setup)}.
; A name and type that stand here replace those of the same name and type there.

$ORIGIN ${setup.zone}.
$TTL 5m

${setup.hosts.map(addressLines).join('\n')}
`
}

function addressLines(host: Host): string {
  return host.addresses
    .map(
      (address, index) => `${column(index === 0 ? host.name : '')} ${isIPv4(address) ? 'A    ' : 'AAAA '} ${address}`,
    )
    .join('\n')
}

const OWNER_WIDTH = 16

function column(name: string): string {
  return name.padEnd(OWNER_WIDTH)
}

function zoneFileName(setup: Setup): string {
  return `${setup.zone.toLowerCase()}.zone`
}

function overlayFileName(setup: Setup): string {
  return `${setup.zone.toLowerCase()}.internal.zone`
}

/** A mailbox as a name: dots before the @ are escaped (RFC 1035 §8). */
function mailboxName(mail: string): string {
  const [local = '', domain = ''] = mail.split('@')
  return `${local.replaceAll('.', '\\.')}.${domain}.`
}

function serialOf(today: Date): string {
  return `${today.toISOString().slice(0, 10).replaceAll('-', '')}01`
}

/** YAML takes text such as `::1@53`, `*` or `1.0` for something else unless it is quoted. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
