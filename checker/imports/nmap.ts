import { isIP } from 'node:net'
import { type OpenPortsResult, openPorts } from '../probes/open-ports.ts'
import type { Observation } from '../probes/probe.ts'
import { type Imported, unusable } from './imported.ts'

/** Hosts of one run that are looked at. */
const MOST_HOSTS = 1000
const MOST_PORTS = 65_535 * 2

interface Scan {
  at: number | undefined
  tried: { tcp: number; udp: number }
  hosts: Map<string, Set<string>>
}

/**
 * Reads what `nmap -oX` writes. Its time is that of the run's start as it stands in the file; where it stood does not stand
 * there, so `from` is for the operator to say.
 */
export function importNmap(text: string, from: string | undefined): Imported {
  const scan = readScan(text)
  if (scan === undefined) return unusable('it is not what `nmap -oX FILE` writes')
  if (scan.at === undefined) return unusable('it does not say when the scan was')
  if (!/<runstats>/.test(text)) return unusable('the scan was broken off before its end')
  if (scan.hosts.size === 0) return unusable('no host was up, or nmap took it for down: scan with -Pn')
  const at = scan.at
  return {
    outcome: 'read',
    observations: [...scan.hosts].map(
      ([target, open]): Observation<OpenPortsResult> => ({
        probe: openPorts.name,
        target,
        at,
        ...(from === undefined ? {} : { from }),
        found: { open: [...open], tried: scan.tried, controlSeen: open.size > 0 },
      }),
    ),
  }
}

/** The elements that matter, in the order of the file; entities and nesting do not matter for these. */
function readScan(text: string): Scan | undefined {
  const scan: Scan = { at: undefined, tried: { tcp: 0, udp: 0 }, hosts: new Map() }
  let isRun = false
  let open: Set<string> | undefined
  let port: string | undefined
  let ports = 0
  for (const [, name = '', attributes = ''] of text.matchAll(/<(\w+)((?:[ \t\r\n]+[\w-]+="[^"<]*")*)[ \t\r\n]*\/?>/g)) {
    const value = (key: string) => attributeOf(attributes, key)
    if (name === 'nmaprun') {
      isRun = value('scanner') === 'nmap'
      scan.at = secondsOf(value('start'))
    } else if (name === 'scaninfo') addTried(scan, value('protocol'), value('numservices'))
    else if (name === 'host') open = undefined
    else if (name === 'address') open ??= hostOf(scan, value('addr'))
    else if (name === 'port') port = portOf(value('portid'), value('protocol'))
    else if (name === 'state' && value('state') === 'open' && port !== undefined && ports++ < MOST_PORTS) {
      open?.add(port)
    }
  }
  return isRun ? scan : undefined
}

function attributeOf(attributes: string, key: string): string | undefined {
  const start = attributes.indexOf(` ${key}="`)
  return start < 0 ? undefined : attributes.slice(start + key.length + 3).split('"', 1)[0]
}

function secondsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{9,11}$/.test(text) ? Number(text) : undefined
}

function addTried(scan: Scan, protocol: string | undefined, services: string | undefined): void {
  if (services === undefined || !/^\d{1,5}$/.test(services)) return
  if (protocol === 'tcp' || protocol === 'udp') scan.tried[protocol] = Number(services)
}

function hostOf(scan: Scan, address: string | undefined): Set<string> | undefined {
  if (address === undefined || isIP(address) === 0 || scan.hosts.size >= MOST_HOSTS) return undefined
  const known = scan.hosts.get(address) ?? new Set()
  scan.hosts.set(address, known)
  return known
}

function portOf(number: string | undefined, protocol: string | undefined): string | undefined {
  const isPort = number !== undefined && /^\d{1,5}$/.test(number) && Number(number) < 65_536
  return isPort && (protocol === 'tcp' || protocol === 'udp') ? `${number}/${protocol}` : undefined
}
