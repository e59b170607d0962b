import { expect, it } from 'vitest'
import { startStubServer, stubQuestion } from '../helpers/stub-server.ts'

it('the batch loop allocates nothing in the steady state', { timeout: 240_000 }, async () => {
  const server = await startStubServer({ workers: 1, entry: 'heap-worker.mjs' })
  const client = await server.connect({ timeoutMs: 5000 })
  try {
    const load = async (datagrams: number): Promise<void> => {
      for (let sent = 0; sent < datagrams; sent += 40) {
        await Promise.all(Array.from({ length: 40 }, () => client.ask(stubQuestion())))
      }
    }
    const heap = async (): Promise<number> => {
      const answer = (await client.ask(stubQuestion(0xcc)))!
      return new DataView(answer.buffer, answer.byteOffset).getFloat64(12)
    }
    // Compiling, and the first measurement, allocate.
    await load(40_000)
    await heap()
    await load(1000)
    const growth = async (): Promise<number> => {
      const before = await heap()
      await load(40_000)
      return (await heap()) - before
    }
    // Less than the smallest object, 8 octets, for every batch of 40; what the measurement itself makes is in it.
    const isSteady = (grown: number): boolean => grown >= 0 && grown < 8000
    // What the loop itself allocates shows in every round; a sweep of the heap, or code compiled anew, in one.
    let grown = await growth()
    for (let round = 0; round < 20 && !isSteady(grown); round++) grown = await growth()
    expect(grown).toSatisfy(isSteady)
  } finally {
    client.close()
    await server.stop()
  }
})
