import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DelegationResult } from '../../../../checker/probes/delegation.ts'
import { openGate } from '../../../../checker/probing/gate.ts'
import type { RunnerMeans } from '../../../../checker/probing/runner.ts'
import { delegationRunner } from '../../../../checker/probing/runners/delegation.ts'
import { openSentLog } from '../../../../checker/probing/sent-log.ts'
import type { Target } from '../../../../checker/targets/targets.ts'
import { Flag } from '../../../../dns/constants.ts'
import { folderWith } from '../../../dnsctl/run.ts'
import { encodeMessage } from '../../../helpers/encode-message.ts'
import {
  createSimulatedDns,
  dsOf,
  NOW,
  type SimulatedDns,
  simulatedZone,
  zoneKey,
} from '../../../helpers/simulated-dns.ts'
import { targetWith } from '../target-with.ts'

const key = await zoneKey()
const CHILD = ['@ NS ns1.example.test.', '@ NS ns2.example.test.', 'ns1 A 127.0.0.11', 'ns2 A 127.0.0.12']
const DELEGATION = [
  'example NS ns1.example',
  'example NS ns2.example',
  'ns1.example A 127.0.0.11',
  'ns2.example A 127.0.0.12',
]

const parentZone = (lines: readonly string[] = [...DELEGATION, dsOf('example.test.', key)]) =>
  simulatedZone('test.', ['@ NS ns.test.', 'ns A 127.0.0.10', ...lines])
const childZone = (lines: readonly string[] = CHILD) => {
  const zone = simulatedZone('example.test.', lines)
  zone.records.push({ name: zone.apex, type: 48, class: 1, ttl: 3600, rdata: key.dnskey })
  return zone
}

/** A parent at 127.0.0.10, the zone at 127.0.0.11 and 127.0.0.12, and a resolver that knows all of it at 127.0.0.53. */
function world(parent = parentZone(), child = childZone()): SimulatedDns {
  const dns = createSimulatedDns()
  dns.serve('127.0.0.10', [parent])
  for (const address of ['127.0.0.11', '127.0.0.12']) dns.serve(address, [child])
  dns.serve('127.0.0.53', [parent, child])
  return dns
}

const TARGET: Partial<Target> = {
  zones: ['example.test.'],
  prefixes: ['127.0.0.11', '127.0.0.12'],
  parentServers: [{ address: '127.0.0.10', port: 53, family: 4 }],
}

async function look(dns: SimulatedDns, more: Partial<Target> = {}): Promise<DelegationResult> {
  const log = openSentLog(join(folderWith(), 'sent.jsonl'), NOW)
  const resolvers = [{ address: '127.0.0.53', port: 53 }]
  const { exchange } = dns
  const target = targetWith({ ...TARGET, ...more })
  const gate = openGate(target, { probe: 'delegation', log, now: () => NOW, exchange, resolvers })
  const means: RunnerMeans = {
    gate,
    readText: () => '',
    runWords: async () => ({ outcome: 'failed', why: 'nothing is run' }),
    nonce: () => '',
    wait: async () => undefined,
  }
  const [observation] = await delegationRunner.run(means)
  return observation!.found as DelegationResult
}

const hex = (text: string) => text.split(' ').slice(2).join(' ')
const DS = hex(dsOf('example.test.', key))
const KEYS = [DS, hex(dsOf('example.test.', key, 4))]
const NAMES = ['ns1.example.test.', 'ns2.example.test.']

describe('the probe delegation', () => {
  it('tells what the zone above and the zone itself say, at each of their servers', async () => {
    const dns = world()
    const found = await look(dns)
    expect(found).toEqual({
      parent: NAMES,
      child: NAMES,
      lame: [],
      addresses: { 'ns1.example.test.': ['127.0.0.11'], 'ns2.example.test.': ['127.0.0.12'] },
      ds: [DS],
      keys: KEYS,
    })
    expect(new Set(dns.asked.map(({ address }) => address))).toEqual(
      new Set(['127.0.0.10', '127.0.0.11', '127.0.0.12']),
    )
  })

  it('sees a server that does not answer with authority, and one whose name leads nowhere', async () => {
    const dns = world(parentZone([...DELEGATION, 'example NS ns.gone.test.']))
    dns.serve('127.0.0.12', [])
    expect((await look(dns)).lame).toEqual(['ns2.example.test.', 'ns.gone.test.'])
    const notItsOwn = world()
    notItsOwn.serve('127.0.0.12', [childZone()], (_, __, honest) => [
      encodeMessage({ ...honest(), flags: honest().flags & ~Flag.AA }),
    ])
    expect((await look(notItsOwn)).lame).toEqual(['ns2.example.test.'])
  })

  it('sees a zone that names others than its parent, and a parent without a DS', async () => {
    const dns = world(
      parentZone(DELEGATION),
      childZone(['@ NS ns1.example.test.', 'ns1 A 127.0.0.11', 'ns2 A 127.0.0.12']),
    )
    expect(await look(dns)).toMatchObject({ parent: NAMES, child: ['ns1.example.test.'], ds: [] })
  })

  it('tells a DS that one server of the zone above has and another has not', async () => {
    const dns = world()
    dns.serve('127.0.0.20', [parentZone(DELEGATION)])
    const parentServers = ['127.0.0.10', '127.0.0.20'].map((address) => ({ address, port: 53, family: 4 as const }))
    expect(await look(dns, { parentServers })).toMatchObject({ ds: [DS], partly: [DS] })
  })

  it('sends nothing to an address that the zone above makes up inside, and says that it is lame', async () => {
    const dns = world(
      parentZone([...DELEGATION.slice(0, 3), 'ns2.example A 10.0.0.1', dsOf('example.test.', key)]),
      childZone([...CHILD.slice(0, 3), 'ns2 A 10.0.0.1']),
    )
    dns.serve('10.0.0.1', [childZone()])
    expect((await look(dns)).lame).toEqual(['ns2.example.test.'])
    expect(dns.asked.map(({ address }) => address)).not.toContain('10.0.0.1')
  })

  it('says nothing where a server of the zone above does, or where it may not ask on', async () => {
    const silent = world()
    silent.serve('127.0.0.10', [parentZone()], () => [])
    await expect(look(silent)).rejects.toThrow(/parent-servers/)
    await expect(look(world(), { mostPerDay: 5 })).rejects.toThrow(/spent/)
    const lying = world()
    lying.serve('127.0.0.10', [parentZone()], () => [new Uint8Array(40).fill(0xc0)])
    await expect(look(lying)).rejects.toThrow(/parent-servers/)
  })

  it('asks for a zone alone that a target names', () => {
    expect(delegationRunner.lacks(targetWith({ ...TARGET, zones: [] }))).toBe('it names no `zones`')
    expect(delegationRunner.plan(targetWith(TARGET)).map(({ what, to }) => `${what}: ${to}`)).toEqual([
      'NS and DS of example.test.: 127.0.0.10',
      'NS and DNSKEY of example.test.: every address of every server that is named for it',
    ])
  })
})
