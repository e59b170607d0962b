// A stream server with far larger limits than the descriptors it may open; writes its state as lines of JSON.

import { openStatistics } from '../../dist/server/statistics.js'
import { serveStreams } from '../../dist/server/stream/server.js'

const respond = (_, { octets, start, length }) => {
  octets[start + 2] |= 0x80
  return length
}
const answering = {
  context: { now: 0, unixSeconds: 0, mayDefer: false },
  statistics: openStatistics(),
  open: () => {},
  respond,
}
const limits = {
  connections: 1000,
  connectionsPerClient: 1000,
  idleSeconds: 60,
  totalSeconds: 60,
  writeBufferOctets: 65536,
}
const address = { address: '127.0.0.1', port: Number(process.argv[2]), family: 4 }
const server = await serveStreams([{ listener: 0, address, descriptor: undefined }], answering, limits)
const report = () => {
  const { user, system } = process.cpuUsage()
  process.stdout.write(`${JSON.stringify({ connections: server.connections(), cpuMs: (user + system) / 1000 })}\n`)
}
report()
setInterval(report, 50)
