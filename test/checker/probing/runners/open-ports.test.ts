import { describe, expect, it } from 'vitest'
import { NOON } from '../../run.ts'
import { closedPort, portOf, sink, tryProbe } from '../try-probe.ts'

describe('open-ports', () => {
  it('finds what is open, with the port that is known to be', async () => {
    const [control, other] = [await portOf(sink()), await portOf(sink())]
    const ports = [`${other}/tcp`, `${await closedPort()}/tcp`, '53/udp']
    const { observations, sent } = await tryProbe('open-ports', {
      target: { prefixes: ['127.0.0.1', '127.0.0.0/24'], ports, controlPort: `${control}/tcp` },
    })
    const open = [control, other].sort((one, two) => one - two).map((port) => `${port}/tcp`)
    expect(observations).toEqual([
      {
        probe: 'open-ports',
        target: '127.0.0.1',
        at: NOON,
        from: '127.0.0.1',
        found: { open, tried: { tcp: 3, udp: 0 }, controlSeen: true },
      },
    ])
    expect(sent).toBe(3)
  })

  it('tells how far it came where the budget ends', async () => {
    const control = await portOf(sink())
    const { observations } = await tryProbe('open-ports', {
      target: { prefixes: ['127.0.0.1'], ports: ['1/tcp', '2/tcp'], controlPort: `${control}/tcp`, mostPerDay: 2 },
    })
    expect(observations[0]!.found).toEqual({ open: [`${control}/tcp`], tried: { tcp: 2, udp: 0 }, controlSeen: true })
  })
})
