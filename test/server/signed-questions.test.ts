import { describe, expect, it } from 'vitest'
import { Rcode } from '../../dns/constants.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { signedExample } from '../helpers/signed-example.ts'
import { linesOf } from '../helpers/signed-world.ts'

const MODES = Object.entries(DenialMode)
const compact = signedExample()

describe('the record that denies a name in a compact zone', () => {
  it('is the answer where it is asked for, for it says that the name has NSEC and RRSIG', () => {
    const [record, signature] = linesOf(compact.ask('nowhere.example.com', 'NSEC').answer)
    expect(record).toContain('nowhere.example.com. 300 NSEC \\000.nowhere.example.com. RRSIG NSEC NXNAME')
    expect(compact.ask('nowhere.example.com', 'NSEC').authority).toEqual([])
    expect(linesOf(compact.ask('nowhere.example.com', 'RRSIG').answer)).toEqual([signature])
    expect(compact.judge('nowhere.example.com', 'NSEC')).toEqual({ kind: 'answer' })
  })

  it('stays a denial for those who say CO, and is not there for those who do not ask for DNSSEC', () => {
    for (const type of ['NSEC', 'RRSIG']) {
      const { rcode, answer } = compact.ask('nowhere.example.com', type, { dnssec: 'do+co' })
      expect([rcode, answer.length], type).toEqual([Rcode.NxDomain, 0])
      expect(compact.ask('nowhere.example.com', type, { dnssec: 'off' }).rcode, type).toBe(Rcode.NxDomain)
    }
  })
})

describe('questions about signing itself', () => {
  it('get one RRset for ANY, with its signature (RFC 8482)', () => {
    expect(linesOf(compact.ask('www.example.com', 'ANY').answer)).toEqual([
      'www.example.com. 3600 A 192.0.2.4',
      'www.example.com. 3600 RRSIG A 3 3600',
    ])
  })

  it('get the signatures of one RRset for RRSIG, with or without DO', () => {
    for (const dnssec of ['do', 'off'] as const) {
      expect(linesOf(compact.ask('www.example.com', 'RRSIG', { dnssec }).answer)).toEqual([
        'www.example.com. 3600 RRSIG A 3 3600',
      ])
      expect(linesOf(compact.ask('alias.example.com', 'RRSIG', { dnssec }).answer)).toEqual([
        'alias.example.com. 3600 RRSIG CNAME 3 3600',
      ])
      expect(linesOf(compact.ask('ent.example.com', 'RRSIG', { dnssec }).answer)).toEqual([
        'ent.example.com. 300 RRSIG NSEC 3 300',
      ])
    }
    expect(compact.ask('nowhere.example.com', 'RRSIG', { dnssec: 'off' }).rcode).toBe(Rcode.NxDomain)
    expect(linesOf(compact.ask('host.plain.test', 'RRSIG').answer)).toEqual([])
  })

  it('get no proofs that were not asked for, behind aliases and wildcards', () => {
    for (const [, denial] of MODES) {
      const signed = signedExample({ denial, wildcards: WildcardStyle.Conventional })
      for (const name of ['x.wild', 'x.moved', 'x.away']) {
        for (const type of ['RRSIG', 'NSEC']) {
          const answer = signed.ask(`${name}.example.com`, type, { dnssec: 'off' })
          expect(answer.authority.every((record) => record.type === 6)).toBe(true)
        }
      }
    }
  })

  it('get FORMERR for NXNAME, with the extended error that says why', () => {
    const answer = compact.ask('www.example.com', 'NXNAME')
    expect(answer.rcode).toBe(Rcode.FormErr)
    expect(answer.edns!.options).toEqual([{ code: 15, data: Uint8Array.of(0, 30) }])
    expect(compact.ask('www.example.com', 'NXNAME', { dnssec: 'off' }).rcode).toBe(Rcode.FormErr)
  })
})
