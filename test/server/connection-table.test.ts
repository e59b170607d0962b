import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addConnection,
  connectionToClose,
  createConnectionTable,
  removeConnection,
  touchConnection,
} from '../../server/stream/connection-table.ts'

const limits = { connections: 8, connectionsPerClient: 3 }

const step = fc.record({
  what: fc.constantFrom('open', 'open', 'open', 'touch', 'close'),
  client: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  which: fc.nat(20),
})

describe('the table of connections', () => {
  it('keeps its limits, counts right, and takes from nobody who holds less than the newcomer', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = createConnectionTable<{ client: string }>(limits)
        const held = (client: string): number => [...table.byIdleness].filter((other) => other.client === client).length
        for (const { what, client, which } of steps) {
          const chosen = [...table.byIdleness][which]
          if (what === 'touch' && chosen !== undefined) {
            touchConnection(table, chosen)
            expect([...table.byIdleness].at(-1)).toBe(chosen)
          } else if (what === 'close' && chosen !== undefined) {
            expect(removeConnection(table, chosen)).toBe(true)
            expect(removeConnection(table, chosen)).toBe(false)
          } else if (what === 'open') {
            const loser = connectionToClose(table, client)
            if (loser !== undefined) {
              expect(loser.client === client || held(loser.client) > held(client)).toBe(true)
              const peers = [...table.byIdleness].filter((other) => other.client === loser.client)
              expect(peers[0]).toBe(loser)
              removeConnection(table, loser)
            }
            addConnection(table, { client })
          }
          expect(table.byIdleness.size).toBeLessThanOrEqual(limits.connections)
          for (const name of ['a', 'b', 'c', 'd', 'e']) {
            expect(table.counts.get(name) ?? 0).toBe(held(name))
            expect(held(name)).toBeLessThanOrEqual(limits.connectionsPerClient)
          }
        }
      }),
    )
  })

  it('in a full house of equals takes the idlest of all', () => {
    const table = createConnectionTable<{ client: string }>({ connections: 3, connectionsPerClient: 3 })
    const connections = ['a', 'b', 'c'].map((client) => ({ client }))
    for (const connection of connections) addConnection(table, connection)
    touchConnection(table, connections[0]!)
    expect(connectionToClose(table, 'd')).toBe(connections[1])
    expect(connectionToClose(table, 'c')).toBe(connections[2])
  })
})
