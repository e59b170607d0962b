import { describe, expect, it } from 'vitest'
import { nameFromText } from '../../../dns/name.ts'
import { type AssemblyOptions, assembleKeys, type ForeignKey } from '../../../keys/formats/assemble-keys.ts'
import { type ImportedStates, importedStates } from '../../../keys/formats/imported-states.ts'
import { KeyFileError } from '../../../keys/formats/key-file.ts'
import { printTime } from '../../../keys/formats/labelled-lines.ts'
import { knotIdOf } from '../../../keys/formats/pem-file.ts'
import { readKeyFile } from '../../../keys/formats/recognise.ts'
import type { KeyRole } from '../../../keys/key-role.ts'
import { bindFiles, keyFile } from './samples.ts'

const NOW = 1_800_000_000
const TTLS = { zone: 86_400, key: 3_600, ds: 7_200 }

function assemble(texts: readonly string[], options: Partial<AssemblyOptions> = {}): ForeignKey[] {
  const files = texts.map((text, index) => readKeyFile(keyFile(text, `file${index}`)))
  const unsaid = { role: undefined, algorithm: undefined, isPublicOnly: false, now: NOW }
  return assembleKeys(files, { apex: nameFromText('example.com.'), ...unsaid, ...options })
}

/** Where and why it was refused. */
function refusal(texts: readonly string[], options: Partial<AssemblyOptions> = {}): string {
  try {
    assemble(texts, options)
  } catch (error) {
    if (error instanceof KeyFileError) return error.message
    throw error
  }
  throw new Error('it was put together')
}

describe('keys are put together', () => {
  it('from .key, .private and .state in any order', async () => {
    const [ksk, zsk] = [
      await bindFiles('ksk', { state: 'KSK: yes\nZSK: no\n' }),
      await bindFiles('zsk', { algorithm: 15 }),
    ]
    const keys = assemble([ksk.state, zsk.private, ksk.public, ksk.private, zsk.public])
    expect(keys.map(({ role, keyTag }) => [role, keyTag])).toEqual([
      ['ksk', ksk.keyTag],
      ['zsk', zsk.keyTag],
    ])
    expect(keys.every(({ privateKey }) => privateKey !== undefined)).toBe(true)
    expect(keys[0]!.state).toMatchObject({ keyTag: ksk.keyTag })
  })

  it('from a private key alone, where its role is said', async () => {
    const zsk = await bindFiles('zsk')
    expect(assemble([zsk.private], { role: 'zsk' })).toMatchObject([{ role: 'zsk', keyTag: zsk.keyTag }])
    expect(assemble([zsk.pem], { role: 'zsk' })).toMatchObject([{ role: 'zsk', algorithm: 13, keyTag: zsk.keyTag }])
    expect(refusal([zsk.private])).toBe('file0:0: found a private key without its DNSKEY record; expected both')
  })

  it('from PEM of RSA, once the algorithm is said', async () => {
    const { pem, keyTag } = await bindFiles('zsk', { algorithm: 10 })
    expect(refusal([pem], { role: 'zsk' })).toContain('a key whose algorithm nothing tells; expected 8 or 10')
    expect(refusal([pem], { role: 'zsk', algorithm: 13 })).toContain('expected 8 or 10')
    expect(assemble([pem], { role: 'zsk', algorithm: 10 })).toMatchObject([{ algorithm: 10, keyTag }])
  })

  it('as combined where BIND says so, or the operator', async () => {
    const csk = await bindFiles('csk', { state: 'KSK: yes\nZSK: yes\n' })
    expect(assemble([csk.public, csk.private, csk.state])).toMatchObject([{ role: 'csk' }])
    expect(assemble([csk.public, csk.private], { role: 'csk' })).toMatchObject([{ role: 'csk' }])
    expect(assemble([csk.public, csk.private])).toMatchObject([{ role: 'ksk' }])
    expect(refusal([csk.public, csk.private], { role: 'zsk' })).toContain('with the flags 257; expected a zsk')
    expect(refusal([csk.public, csk.private, csk.state], { role: 'ksk' })).toContain('a csk as its signer says')
  })

  it('from what keymgr lists and its PEM files', async () => {
    const [ksk, zsk] = [await bindFiles('ksk'), await bindFiles('zsk')]
    const entry = ({ privateKey, keyTag }: typeof ksk, isKsk: boolean) => ({
      ...{ id: knotIdOf(privateKey), tag: keyTag, algorithm: 13, ksk: isKsk, zsk: !isKsk, 'public-only': false },
      ...{ publish: NOW - 100, ready: 0, active: NOW - 50, retire: 0, remove: 0 },
    })
    const json = JSON.stringify([entry(ksk, true), entry(zsk, false)])
    const keys = assemble([json, ksk.pem, zsk.pem])
    expect(keys.map(({ role, keyTag }) => [role, keyTag])).toEqual([
      ['ksk', ksk.keyTag],
      ['zsk', zsk.keyTag],
    ])
    expect(keys[0]!.knot!.timers).toEqual({ publish: NOW - 100, active: NOW - 50 })
    const short = `${knotIdOf(zsk.privateKey)} ${zsk.keyTag} ZSK ECDSAP256SHA256 publish=${NOW} active=${NOW}`
    expect(assemble([short, zsk.pem])).toMatchObject([{ role: 'zsk', keyTag: zsk.keyTag }])
    expect(refusal([json, ksk.pem])).toBe(
      `file0:0: found key ${zsk.keyTag}, which no file holds; expected all keys of the zone`,
    )
    expect(assemble([json.replace(/"remove":0}]$/, `"remove":${NOW}}]`), ksk.pem])).toHaveLength(1)
    expect(refusal([json.replace(/"remove":0}]$/, `"remove":${NOW + 1}}]`), ksk.pem])).toContain('which no file holds')
    expect(refusal(['[{"id":1}]'])).toContain('found the entry')
  })

  it('never from a private key and a DNSKEY of two keys', async () => {
    const [one, two] = [await bindFiles('zsk'), await bindFiles('zsk')]
    expect(refusal([one.public, two.private])).toBe(
      'file1:0: found a private key that belongs to none of the DNSKEY records; expected both',
    )
    expect(refusal([one.public, two.public, one.private])).toBe(
      `file1:0: found key ${two.keyTag} without its private key; expected both`,
    )
    expect(refusal([one.private, one.private], { role: 'zsk' })).toContain('again, which file0 holds; expected it once')
  })

  it('never of another zone, nor with the state or DS of another key', async () => {
    const [one, other] = [
      await bindFiles('zsk', { apex: 'example.net.' }),
      await bindFiles('zsk', { state: 'KSK: no\nZSK: yes\n' }),
    ]
    expect(refusal([one.public, one.private])).toBe(
      'file0:2: found a key of example.net.; expected one of example.com.',
    )
    const zsk = await bindFiles('zsk')
    expect(refusal([zsk.public, zsk.private, other.state])).toContain(
      `the state of key ${other.keyTag} of algorithm 13`,
    )
    const ds = `example.com. IN DS 1 13 2 ${'00'.repeat(32)}`
    expect(refusal([zsk.public, zsk.private, ds])).toBe(
      'file2:1: found the DS record of key 1; expected that of a key that is given',
    )
  })

  it('without a private key only where that is meant', async () => {
    const zsk = await bindFiles('zsk')
    expect(assemble([zsk.public], { isPublicOnly: true })).toMatchObject([{ role: 'zsk', privateKey: undefined }])
  })
})

/** The states of a key, by record. */
function spread(states: ImportedStates): Record<string, unknown> {
  if ('unused' in states) return { unused: states.unused }
  const records = Object.entries(states.records).map(([record, status]) => [record, status!.state])
  return { ...Object.fromEntries(records), duty: states.duty, source: states.source }
}

async function statesOf(
  role: KeyRole,
  { state = '', times = {}, claimed = undefined as 'active' | 'published' | 'retired' | undefined } = {},
) {
  const { keyTag, ...files } = await bindFiles(role, {
    state: `KSK: ${role === 'zsk' ? 'no' : 'yes'}\nZSK: ${role === 'ksk' ? 'no' : 'yes'}\n${state}`,
    times,
  })
  const [key] = assemble([files.public, files.private, files.state])
  return importedStates(key!, { now: NOW, claimed, ttls: TTLS })
}

describe('the states of an imported key', () => {
  it('are those that BIND has', async () => {
    const at = printTime(NOW - 500)
    const state = `Predecessor: 7\nDNSKEYState: omnipresent\nDNSKEYChange: ${at}\nKRRSIGState: omnipresent\nDSState: rumoured\nDSChange: ${at}\nGoalState: omnipresent\n`
    const states = await statesOf('ksk', { state })
    expect(states).toMatchObject({
      ...{ source: 'state file', duty: 'active', predecessor: 7 },
      records: {
        dnskey: { state: 'omnipresent', since: NOW - 500, ttl: 3_600 },
        krrsig: { state: 'omnipresent', since: NOW },
        // It is on its way from now on, and nobody here has seen it.
        ds: { state: 'rumoured', since: NOW, ttl: 7_200 },
      },
    })
    expect(JSON.stringify(states)).not.toMatch(/served|seen/)
    const leaving = 'DNSKEYState: omnipresent\nZRRSIGState: unretentive\nGoalState: hidden\n'
    expect(spread(await statesOf('zsk', { state: leaving }))).toEqual({
      ...{ dnskey: 'omnipresent', zrrsig: 'unretentive', duty: 'retired', source: 'state file' },
    })
    expect(
      spread(await statesOf('zsk', { state: 'DNSKEYState: hidden\nZRRSIGState: hidden\nGoalState: hidden\n' })),
    ).toEqual({
      unused: expect.stringContaining('BIND has taken it out of use'),
    })
  })

  it('are those of its times, where the key manager never had it', async () => {
    const used = { dnskey: 'rumoured', krrsig: 'rumoured', ds: 'rumoured', duty: 'active' }
    expect(spread(await statesOf('ksk', { times: { publish: NOW - 9, activate: NOW - 5 } }))).toEqual({
      ...used,
      source: 'times',
    })
    expect(spread(await statesOf('ksk', { times: { created: NOW } }))).toEqual({ ...used, source: 'claim' })
    expect(spread(await statesOf('zsk', { times: { publish: NOW - 9, activate: NOW + 5 } }))).toEqual({
      ...{ dnskey: 'rumoured', zrrsig: 'hidden', duty: 'active', source: 'times' },
    })
    expect(spread(await statesOf('zsk', { times: { activate: NOW - 9, inactive: NOW } }))).toEqual({
      ...{ dnskey: 'rumoured', zrrsig: 'unretentive', duty: 'retired', source: 'times' },
    })
    for (const times of [{ publish: NOW + 1 }, { delete: NOW }, { revoke: NOW }]) {
      expect(spread(await statesOf('zsk', { times }))).toEqual({ unused: expect.any(String) })
    }
  })

  it('are those that the operator says, or in use with a DS that may be out there', async () => {
    expect(spread(await statesOf('csk'))).toEqual({
      ...{
        dnskey: 'rumoured',
        krrsig: 'rumoured',
        zrrsig: 'rumoured',
        ds: 'rumoured',
        duty: 'active',
        source: 'claim',
      },
    })
    expect(spread(await statesOf('ksk', { claimed: 'published' }))).toEqual({
      ...{ dnskey: 'rumoured', krrsig: 'rumoured', ds: 'hidden', duty: 'active', source: 'claim' },
    })
    expect(spread(await statesOf('ksk', { claimed: 'retired' }))).toMatchObject({ ds: 'rumoured', duty: 'retired' })
  })

  it('have a key of another signer published, and signed with elsewhere', async () => {
    const states = async (role: KeyRole) => {
      const [key] = assemble([(await bindFiles(role)).public], { isPublicOnly: true })
      return spread(importedStates(key!, { now: NOW, claimed: 'retired', ttls: TTLS }))
    }
    expect(await states('zsk')).toEqual({ dnskey: 'rumoured', zrrsig: 'rumoured', duty: 'active', source: 'claim' })
    expect(await states('ksk')).toEqual({
      ...{ dnskey: 'rumoured', krrsig: 'hidden', ds: 'rumoured', duty: 'active', source: 'claim' },
    })
  })

  it.each([
    ['publish', { dnskey: 'rumoured', krrsig: 'rumoured', ds: 'hidden', duty: 'active' }],
    ['ready', { dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'rumoured', duty: 'active' }],
    ['active', { dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'rumoured', duty: 'active' }],
    ['retire-active', { dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'omnipresent', duty: 'retired' }],
    ['retire', { dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'unretentive', duty: 'retired' }],
    ['remove', { unused: 'Knot DNS has removed it from the zone' }],
  ])('follow from Knot’s timer %s', async (timer, expected) => {
    const { privateKey, keyTag, pem } = await bindFiles('ksk')
    const json = JSON.stringify([
      {
        id: knotIdOf(privateKey),
        tag: keyTag,
        algorithm: 13,
        ksk: true,
        zsk: false,
        [timer]: NOW - 1,
        remove: timer === 'remove' ? NOW - 1 : NOW + 9,
      },
    ])
    const [key] = assemble([json, pem])
    expect(spread(importedStates(key!, { now: NOW, claimed: undefined, ttls: TTLS }))).toMatchObject(expected)
  })
})
