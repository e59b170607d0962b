import { type OpenPortsResult, openPorts } from '../../probes/open-ports.ts'
import type { Observation } from '../../probes/probe.ts'
import type { Target } from '../../targets/targets.ts'
import type { Gate } from '../gate.ts'
import { type Runner, singleAddresses } from '../runner.ts'

/** Connections that are tried side by side: what a firewall drops is waited for. */
const AT_A_TIME = 64

/** Tries every TCP port that a target names, at each of its addresses, and first the one that is known to be open. */
export const openPortsRunner: Runner = {
  probe: openPorts,
  lacks: (target) =>
    tcpPorts(target).length === 0
      ? 'it names no TCP ports'
      : singleAddresses(target).length + target.names.length === 0
        ? 'it names no host and no single address'
        : undefined,
  plan: (target) =>
    [...target.names, ...singleAddresses(target)].map((to) => ({
      what: 'a TCP connection, closed at once',
      to,
      times: tcpPorts(target).length,
    })),
  run: async ({ gate }) => {
    const { names } = gate.target
    const resolved = (await Promise.all(names.map((name) => gate.resolve(name)))).flat()
    const observations: Observation<OpenPortsResult>[] = []
    for (const address of new Set([...singleAddresses(gate.target), ...resolved])) {
      observations.push(await scan(gate, address))
    }
    return observations
  },
}

function tcpPorts({ ports, controlPort }: Target): readonly number[] {
  const all = [...(controlPort === undefined ? [] : [controlPort]), ...ports.filter((port) => port.endsWith('/tcp'))]
  return [...new Set(all)].map((port) => Number.parseInt(port, 10))
}

async function scan(gate: Gate, address: string): Promise<Observation<OpenPortsResult>> {
  const ports = tcpPorts(gate.target)
  const open = new Set<number>()
  let from: string | undefined
  let tried = 0
  const waiting = ports.values()
  const work = async (): Promise<void> => {
    for (const port of waiting) {
      const connected = await gate.connect({ address, port }, 'a TCP connection')
      if (connected.outcome === 'spent') return
      tried++
      if (connected.outcome !== 'connected') continue
      open.add(port)
      from ??= connected.socket.localAddress
      connected.socket.destroy()
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  const { controlPort } = gate.target
  return {
    probe: openPorts.name,
    target: address,
    at: gate.now(),
    ...(from === undefined ? {} : { from }),
    found: {
      open: [...open].sort((one, other) => one - other).map((port) => `${port}/tcp`),
      tried: { tcp: tried, udp: 0 },
      // A port that answered where nothing else is known shows as well that the scanner is not shut out.
      controlSeen: controlPort === undefined ? open.size > 0 : open.has(Number.parseInt(controlPort, 10)),
    },
  }
}
