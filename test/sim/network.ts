import type { Random } from '../helpers/random.ts'
import type { Simulation } from './simulation.ts'

/** How badly the network treats datagrams; probabilities, and the mean delay in milliseconds. */
export interface Weather {
  readonly loss: number
  readonly duplication: number
  readonly delay: number
}

export type Receive = (datagram: Uint8Array, from: string) => void

/** Datagrams between endpoints named by address. Delays differ from one to the next, so they overtake each other. */
export interface Network {
  attach(address: string, receive: Receive): void
  send(from: string, to: string, datagram: Uint8Array): void
}

export function createNetwork(simulation: Simulation, weather: Weather): Network {
  const endpoints = new Map<string, Receive>()
  const paths = new Map<string, Random>()
  const randomOf = (path: string): Random => {
    const random = paths.get(path) ?? simulation.randomFor(path)
    paths.set(path, random)
    return random
  }
  return {
    attach: (address, receive) => void endpoints.set(address, receive),
    send(from, to, datagram) {
      const random = randomOf(`${from} to ${to}`)
      const copies = random.chance(weather.loss) ? 0 : random.chance(weather.duplication) ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        const octets = datagram.slice()
        simulation.after(random.below(weather.delay * 2 + 1), () => endpoints.get(to)?.(octets, from))
      }
    },
  }
}
