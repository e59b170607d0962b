import { beforeAll, describe, expect, it } from 'vitest'
import { Class, Flag, Opcode, Type } from '../../../dns/constants.ts'
import { canonicalName, nameFromText, nameToText } from '../../../dns/name.ts'
import type { KeyMaterial } from '../../../keys/key-set.ts'
import { openSigningKey } from '../../../keys/open-signing-key.ts'
import { signRRset } from '../../../keys/signing-input.ts'
import { findRRset } from '../../../keys/validation/received-rrset.ts'
import { targetNames } from '../../../server/parent/find-target.ts'
import { tellParent } from '../../../server/parent/tell-parent.ts'
import { encodeMessage } from '../../helpers/encode-message.ts'
import {
  type Behaviour,
  createSimulatedDns,
  honestly,
  NOW,
  record,
  simulatedZone,
  zoneKey,
} from '../../helpers/simulated-dns.ts'

const SERVER = '192.0.2.11'
const TARGET = '192.0.2.12'
const APEX = wire('child.par.')

function wire(text: string): Uint8Array {
  return canonicalName(nameFromText(text))
}

describe('the names at which a target is looked for', () => {
  it.each([
    ['child.par.', 'par.', ['child._dsync.par.', '_dsync.par.']],
    ['city.ise.mie.jp.', 'jp.', ['city._dsync.ise.mie.jp.', 'city.ise.mie._dsync.jp.', '_dsync.jp.']],
    ['com.', '.', ['com._dsync.', '_dsync.']],
  ])('of %s below %s', (apex, parent, names) => {
    expect(targetNames(wire(apex), wire(parent)).map((name) => nameToText(name))).toEqual(names)
  })

  it('are none that are too long to be', () => {
    const apex = wire(`${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(56)}.par.`)
    expect(targetNames(apex, wire('par.')).map((name) => nameToText(name))).toEqual(['_dsync.par.'])
  })
})

describe('under a trust anchor the target is', () => {
  let key: KeyMaterial

  beforeAll(async () => {
    key = await zoneKey()
  })

  const acknowledge: Behaviour = (query) => [
    encodeMessage({ id: query.id, flags: Flag.QR | (Opcode.Notify << 11), question: query.question }),
  ]

  async function tell(lines: readonly string[], behave: Behaviour = honestly) {
    const dns = createSimulatedDns()
    const parent = simulatedZone('par.', ['@ NS ns', `ns A ${SERVER}`, `scan A ${TARGET}`, ...lines], key)
    dns.serve(SERVER, [parent], behave)
    dns.serve(TARGET, [], acknowledge)
    const servers = [{ address: SERVER, port: 53, family: 4 as const }]
    let id = 0
    const told = await tellParent(
      APEX,
      {
        ...{ servers, resolver: servers, families: [4] },
        trustAnchors: [{ owner: wire('par.'), type: Type.DNSKEY, rdata: key.dnskey }],
      },
      { network: { exchange: dns.exchange, randomId: () => id++ }, now: () => NOW },
    )
    return { ...told, sent: dns.asked.filter(({ address }) => address === TARGET).length }
  }

  it('believed where it is signed', async () => {
    const told = await tell(['child._dsync DSYNC CDS NOTIFY 53 scan'])
    expect(told).toEqual({ at: NOW, target: 'scan.par.@53', outcome: 'acknowledged', sent: 1 })
  })

  it('believed where a wildcard is signed', async () => {
    const name = wire('child._dsync.par.')
    const made = record(name, '@ DSYNC CDS NOTIFY 53 scan.par.')
    const told = await tell([], (query, via, honest) => {
      if (query.question!.type !== Type.DSYNC || query.question!.name.length !== name.length) {
        return honestly(query, via, honest)
      }
      const rrset = { ...findRRset([made], name, Type.DSYNC)!, owner: wire('*._dsync.par.') }
      const validity = { inception: NOW - 60, expiration: NOW + 60, signer: wire('par.') }
      const rdata = signRRset(rrset, openSigningKey(key), validity)
      const rrsig = { name, type: Type.RRSIG, class: Class.In, ttl: 3600, rdata }
      return [encodeMessage({ ...honest(), flags: Flag.QR | Flag.AA, answer: [made, rrsig], authority: [] })]
    })
    expect(told).toMatchObject({ outcome: 'acknowledged', sent: 1 })
  })

  it.each<[string, Behaviour]>([
    [
      'is not signed',
      (query, via, honest) =>
        query.question!.type === Type.DSYNC
          ? [encodeMessage({ ...honest(), answer: honest().answer!.filter(({ type }) => type !== Type.RRSIG) })]
          : honestly(query, via, honest),
    ],
    [
      'was changed',
      (query, via, honest) =>
        query.question!.type === Type.DSYNC
          ? [encodeMessage({ ...honest(), answer: honest().answer!.map((each) => redirected(each)) })]
          : honestly(query, via, honest),
    ],
  ])('not believed where it %s', async (_title, behave) => {
    const told = await tell(['child._dsync DSYNC CDS NOTIFY 53 scan'], behave)
    expect(told).toMatchObject({
      target: expect.stringMatching(/^the DSYNC of child\._dsync\.par\. /),
      outcome: 'none',
    })
    expect(told.sent).toBe(0)
  })

  function redirected(each: ReturnType<typeof record>) {
    return each.type === Type.DSYNC ? record(each.name, '@ DSYNC CDS NOTIFY 53 ns.par.') : each
  }
})
