// Stands for server/loading/zone-loader-thread.ts: asks for an arena, then does what the configuration's `user` says.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'

const flag = new Int32Array(workerData.arenaFlag)

parentPort.on('message', ({ configuration, serials }) => {
  parentPort.postMessage({ kind: 'allocate', octets: 100_000 })
  Atomics.wait(flag, 0, 0)
  Atomics.store(flag, 0, 0)
  const { id, memory } = receiveMessageOnPort(workerData.arenaPort).message
  if (configuration.user === 'exit') process.exit(3)
  if (configuration.user === 'throw') throw new Error('thrown in the thread')
  if (configuration.user === 'fail') return parentPort.postMessage({ kind: 'failed', reason: 'told to fail' })
  const views = [{ name: 'public', images: [{ arena: id, length: memory.byteLength }] }]
  const moved = [{ zone: 'a.', view: 'public', serial: (serials[0]?.serial ?? 0) + 1, digest: new Uint8Array(32) }]
  parentPort.postMessage({ kind: 'loaded', loaded: { views, zones: [] }, moved })
  if (configuration.user === 'die later') process.exit(3)
})
