import type { Socket } from 'node:net'
import { type BannersResult, banners } from '../../probes/banners.ts'
import type { Observation } from '../../probes/probe.ts'
import type { Target } from '../../targets/targets.ts'
import { BudgetSpent, type Gate } from '../gate.ts'
import { httpGet } from '../http-get.ts'
import { portsOf, type Runner, singleAddresses } from '../runner.ts'
import { isSecurePort } from '../site.ts'

/** Services that speak first, and those of the web, which speak when asked. */
const SERVICES: Readonly<Record<number, string>> = {
  21: 'ftp',
  22: 'ssh',
  25: 'smtp',
  80: 'http',
  110: 'pop3',
  143: 'imap',
  443: 'http',
  587: 'smtp',
}
const WEB_HEADERS = ['server', 'x-powered-by']
const MOST_OCTETS = 512
const PATIENCE_MS = 5_000

/** Reads what services say of themselves. */
export const bannersRunner: Runner = {
  probe: banners,
  lacks: (target) =>
    singleAddresses(target).length + target.names.length === 0
      ? 'it names no host and no single address'
      : servicePorts(target).length === 0
        ? `it names none of the ports ${Object.keys(SERVICES).join(', ')}`
        : undefined,
  plan: (target) =>
    [...target.names, ...singleAddresses(target)].map((to) => ({
      what: 'a connection whose greeting is read, or a GET',
      to,
      times: servicePorts(target).length,
    })),
  run: async ({ gate }) => {
    const observations: Observation<BannersResult>[] = []
    const hosts = [...gate.target.names, ...singleAddresses(gate.target)]
    for (const host of hosts) observations.push(await readAll(gate, host))
    return observations
  },
}

function servicePorts(target: Target): readonly number[] {
  return portsOf(target, 'tcp').filter((port) => SERVICES[port] !== undefined)
}

async function readAll(gate: Gate, host: string): Promise<Observation<BannersResult>> {
  const isName = gate.target.names.includes(host)
  const address = isName ? (await gate.resolve(host))[0]! : host
  const found: BannersResult['banners'][number][] = []
  for (const port of servicePorts(gate.target)) {
    const service = SERVICES[port]!
    const texts =
      service === 'http' ? await webBanners(gate, { address, port }, host) : await greeting(gate, { address, port })
    found.push(...texts.map((text) => ({ service, text })))
  }
  return { probe: banners.name, target: host, at: gate.now(), found: { banners: found } }
}

async function webBanners(
  gate: Gate,
  place: { readonly address: string; readonly port: number },
  host: string,
): Promise<readonly string[]> {
  const answer = await httpGet(gate, { ...place, host, isSecure: isSecurePort(place.port), path: '/' })
  if (answer === 'spent') throw new BudgetSpent()
  return WEB_HEADERS.flatMap((name) => {
    const value = answer?.headers[name]
    return value === undefined ? [] : [`${headerName(name)}: ${short(value)}`]
  })
}

async function greeting(
  gate: Gate,
  place: { readonly address: string; readonly port: number },
): Promise<readonly string[]> {
  const connected = await gate.connect(place, 'a connection, whose greeting is read')
  if (connected.outcome === 'spent') throw new BudgetSpent()
  if (connected.outcome !== 'connected') return []
  const text = await firstLine(connected.socket)
  return text === '' ? [] : [short(text)]
}

function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(text.split('\n', 1)[0]!)
    }
    const timer = setTimeout(end, PATIENCE_MS)
    socket.setEncoding('latin1').on('data', (data: string) => {
      text += data
      if (text.includes('\n') || text.length > MOST_OCTETS) end()
    })
    socket.once('close', end)
  })
}

function headerName(name: string): string {
  return name.replaceAll(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase())
}

function short(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, MOST_OCTETS)
}
