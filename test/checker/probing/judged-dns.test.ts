import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import { LONG } from '../../helpers/long.ts'
import { createSimulatedDns, dsOf, type SimulatedZone, simulatedZone, zoneKey } from '../../helpers/simulated-dns.ts'
import { judgedAfter } from './judged.ts'

/** Nobody else's: servers of a zone listen at one port, each at an address of its own. */
const [ABOVE, FIRST, SECOND] = ['127.83.21.10', '127.83.21.11', '127.83.21.12'] as const
const key = await zoneKey()
const other = await zoneKey()

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})

/** Serves the zones at an address of loopback over UDP. */
async function serve(address: string, zones: readonly SimulatedZone[], port = 0): Promise<number> {
  const dns = createSimulatedDns()
  dns.serve(address, zones)
  const socket = createSocket('udp4')
  sockets.push(socket)
  socket.on('message', async (message, from) => {
    const request = { address, port, via: 'udp' as const, message, patienceMs: 0, isAnswer: () => true }
    const answer = await dns.exchange(request)
    if (answer instanceof Uint8Array) socket.send(answer, from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(port, address, resolve))
  return socket.address().port
}

const above = (ds: readonly string[]) =>
  simulatedZone('test.', [
    '@ NS ns.test.',
    `ns A ${ABOVE}`,
    'example NS ns1.example',
    'example NS ns2.example',
    `ns1.example A ${FIRST}`,
    `ns2.example A ${SECOND}`,
    ...ds,
  ])

function zone(): SimulatedZone {
  const own = simulatedZone('example.test.', ['@ NS ns1', '@ NS ns2', `ns1 A ${FIRST}`, `ns2 A ${SECOND}`])
  own.records.push({ name: own.apex, type: 48, class: 1, ttl: 3600, rdata: key.dnskey })
  return own
}

const FILES = {
  'hostcheck.yaml': 'own-prefixes: [127.83.21.0/24]\n',
  'etc/veil/veil.yaml':
    'listen: ["127.83.21.11@53"]\nviews: { public: {} }\nzones:\n  example.test: { file: example.test.zone }\n',
  'etc/veil/example.test.zone':
    '$ORIGIN example.test.\n$TTL 300\n@ SOA ns1 h 1 7200 3600 1209600 300\n@ NS ns1\n@ CAA 0 issue "a.test"\nns1 A 127.83.21.11\n',
}

async function judged(control: string, ds: readonly string[], isSecondThere = true) {
  const port = await serve(FIRST, [zone()])
  if (isSecondThere) await serve(SECOND, [zone()], port)
  else await serve(SECOND, [], port)
  const parent = await serve(ABOVE, [above(ds)])
  const targets = `targets: { zone: { consent: Ada, expires: 2027-01-01, zones: [example.test], prefixes: [127.83.21.0/24], ports: [${port}/udp], parent-servers: ["${ABOVE}@${parent}"], most-per-second: 100 } }\n`
  return judgedAfter({ probe: 'delegation', control, files: { ...FILES, 'targets.yaml': targets } })
}

describe('what probes of the DNS find is judged', () => {
  it.each<[string, readonly string[], string]>([
    ['of the key that the zone has', [dsOf('example.test.', key)], 'pass, matches'],
    ['of another key', [dsOf('example.test.', other)], 'fail, mismatch'],
    ['left out', [], 'fail, no-ds'],
  ])('DNS-DS-01: a DS %s', async (_, ds, becomes) => {
    const { before, after } = await judged('DNS-DS-01', ds)
    expect({ before, after }).toEqual({
      before: ['example.test.: unknown, not-asked'],
      after: [`example.test.: ${becomes}`],
    })
  })

  it.each([
    ['that all answer', true, 'manual, registrar'],
    ['one of which serves the zone no more', false, 'fail, lame'],
  ])('DNS-OWN-01: servers of ones own %s', async (_, isSecondThere, becomes) => {
    const { before, after } = await judged('DNS-OWN-01', [], isSecondThere)
    expect(before).toContain('example.test.: unknown, not-asked')
    expect(after).toContain(`example.test.: ${becomes}`)
  })

  // Some thousand questions, at a hundred a second.
  it.runIf(LONG).each<[string, readonly string[], string]>([
    ['that gives away what everybody may know', [], 'warn, guessable'],
    ['that answers for a hidden name', ['jenkins A 10.0.0.5'], 'fail, hidden-learned'],
  ])('TST-DNS-01: a zone %s', { timeout: 180_000 }, async (_, lines, becomes) => {
    const port = await serve(FIRST, [simulatedZone('example.test.', ['@ NS ns1', `ns1 A ${FIRST}`, ...lines])])
    const { before, after } = await judgedAfter({
      probe: 'dns-attack',
      control: 'TST-DNS-01',
      files: {
        ...FILES,
        'targets.yaml': (folder) =>
          `targets: { veil: { consent: Ada, expires: 2027-01-01, zones: [example.test], prefixes: [${FIRST}], ports: [${port}/udp, ${port}/tcp], most-per-second: 100, most-per-day: 20000, veil-configuration: ${folder}/etc/veil/veil.yaml } }\n`,
        'etc/veil/veil.yaml':
          'listen: ["127.83.21.11@53"]\nviews: { internal: { clients: [10.0.0.0/8] }, public: {} }\nzones:\n  example.test: { file: example.test.zone, overlays: { internal: internal.zone } }\n',
        'etc/veil/internal.zone': '$ORIGIN example.test.\n$TTL 300\njenkins A 10.0.0.5\n',
      },
    })
    expect({ before, after }).toEqual({
      before: ['example.test.: fail, never-tried'],
      after: [`example.test.: ${becomes}`],
    })
  })
})
