import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLabelledName, type LabelledName, readLabelledName } from '../../dns/labelled-name.ts'
import {
  findSignatures,
  openSignatureTable,
  ownerPhase,
  type SignatureSubject,
  type SignatureTable,
  signatureTableOctets,
  storeSignatures,
} from '../../keys/signature-table.ts'
import { wireName } from '../helpers/zone.ts'

const SEED = 0x5eed

describe('the table of signatures', () => {
  it('gives back exactly what it was given, or nothing', () => {
    const table = tableOf(64)
    const known = new Map<string, Uint8Array>()
    fc.assert(
      fc.property(subjects(), fc.uint8Array({ minLength: 1, maxLength: 520 }), (subject, signatures) => {
        const key = keyOf(subject)
        const before = find(table, subject, signatures.length)
        if (before !== undefined) expect(before).toEqual(known.get(key))
        storeSignatures(table, subject, signatures.length, signatures, 0)
        if (find(table, subject, signatures.length) !== undefined) known.set(key, signatures)
        const after = find(table, subject, signatures.length)
        if (after !== undefined) expect(after).toEqual(signatures)
      }),
      { numRuns: 3000 },
    )
    expect(known.size).toBeGreaterThan(100)
  })

  it('keeps what fits a slot with its owner, and nothing longer', () => {
    const table = tableOf(64)
    const long = subjectOf(`${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}.`)
    expect(long.name.length).toBe(255)
    expect(keeps(table, long, 232)).toBe(true)
    expect(keeps(table, long, 236)).toBe(false)
    expect(keeps(table, subjectOf('.'), 484)).toBe(true)
    expect(keeps(table, subjectOf('.'), 488)).toBe(false)
  })

  it('tells apart stamps, items, quanta and owners', () => {
    const table = tableOf(64)
    const subject = subjectOf('www.example.com.')
    expect(keeps(table, subject, 64)).toBe(true)
    expect(find(table, { ...subject, stamp: 2 }, 64)).toBeUndefined()
    expect(find(table, { ...subject, item: 2 }, 64)).toBeUndefined()
    expect(find(table, { ...subject, quantum: 2 }, 64)).toBeUndefined()
    expect(find(table, { ...subject, label: 1 }, 64)).toBeUndefined()
    expect(find(table, subject, 128)).toBeUndefined()
    expect(find(table, subjectOf('WWW.Example.com.'), 64)).toBeDefined()
  })

  it('finds the owner of an answer as the suffix of a longer name', () => {
    const table = tableOf(64)
    expect(keeps(table, subjectOf('example.com.'), 64)).toBe(true)
    expect(find(table, { ...subjectOf('a.b.example.com.'), label: 2 }, 64)).toBeDefined()
  })

  it('puts the next quantum in the place of the last', () => {
    const table = tableOf(8)
    const subjectsOfSet = Array.from({ length: 8 }, (_, index) => subjectOf(`${index}.example.`))
    for (let quantum = 1; quantum < 20; quantum++) {
      for (const subject of subjectsOfSet) expect(keeps(table, { ...subject, quantum }, 64)).toBe(true)
      for (const subject of subjectsOfSet) expect(find(table, { ...subject, quantum }, 64)).toBeDefined()
    }
  })

  it('gives up what was used longest ago', () => {
    const table = tableOf(8)
    const subjectsOfSet = Array.from({ length: 8 }, (_, index) => subjectOf(`${index}.example.`))
    for (const subject of subjectsOfSet) keeps(table, subject, 64)
    for (let other = 0; other < 100; other++) {
      expect(find(table, subjectsOfSet[3]!, 64)).toBeDefined()
      keeps(table, subjectOf(`other${other}.example.`), 64)
      keeps(table, subjectOf(`another${other}.example.`), 64)
    }
    expect(find(table, subjectsOfSet[3]!, 64)).toBeDefined()
    expect(find(table, subjectsOfSet[4]!, 64)).toBeUndefined()
  })

  it('takes a slot that is being written for a miss, and writes another', () => {
    const table = tableOf(8)
    const subject = subjectOf('www.example.com.')
    keeps(table, subject, 64)
    const slots = (table.words.length - 8 * 128) | 0
    const written = Array.from({ length: 8 }, (_, way) => slots + way * 128).find((slot) => table.words[slot] !== 0)!
    table.words[written]!++
    expect(find(table, subject, 64)).toBeUndefined()
    expect(keeps(table, subject, 64)).toBe(true)
    expect(find(table, subject, 64)).toBeDefined()
  })

  it('refuses what was mixed by two writers', () => {
    const table = tableOf(8)
    const subject = subjectOf('www.example.com.')
    keeps(table, subject, 64)
    const slots = table.words.length - 8 * 128
    for (let word = slots; word < table.words.length; word++) if (word % 128 === 20) table.words[word]! ^= 1
    const changed = Array.from({ length: 8 }, (_, way) => slots + way * 128).find((slot) => table.words[slot] !== 0)!
    table.words[changed + 7]! ^= 1
    expect(find(table, subject, 64)).toBeUndefined()
  })

  it('has room for a power of two of slots, and refuses memory of another size', () => {
    expect(signatureTableOctets(1)).toBe(signatureTableOctets(8))
    expect(signatureTableOctets(9)).toBe(signatureTableOctets(16))
    expect(signatureTableOctets(32_768)).toBeLessThan(17 * 2 ** 20)
    expect(() => openSignatureTable(new SharedArrayBuffer(1000), SEED)).toThrow(/no table/)
  })

  it('keeps most of what it has room for', () => {
    const table = tableOf(1024)
    const all = Array.from({ length: 768 }, (_, index) => subjectOf(`host${index}.example.com.`))
    for (const subject of all) keeps(table, subject, 64)
    const kept = all.filter((subject) => find(table, subject, 64) !== undefined).length
    expect(kept).toBeGreaterThan(700)
  })
})

describe('two threads on one table', () => {
  it('read what was written, whole, or nothing', async () => {
    const memory = new SharedArrayBuffer(signatureTableOctets(16))
    const names = Array.from({ length: 24 }, (_, index) => wireName(`n${index}.example.com.`))
    const results = await Promise.all(
      [1, 2, 3].map(async (offset) => {
        const worker = new Worker(new URL('../fixtures/signature-hammer.mjs', import.meta.url), {
          workerData: { memory, seed: SEED, rounds: 200_000, names, offset },
        })
        const [result] = (await once(worker, 'message')) as [{ hits: number; wrong: number }]
        return result
      }),
    )
    for (const { hits, wrong } of results) {
      expect(wrong).toBe(0)
      expect(hits).toBeGreaterThan(1000)
    }
  })
})

describe('the phase of an owner', () => {
  it('is that of the suffix, whatever stands in front of it and however it is spelled', () => {
    const long = subjectOf('a.B.example.COM.').name
    expect(ownerPhase(7, long, 2)).toBe(ownerPhase(7, subjectOf('example.com.').name, 0))
    expect(ownerPhase(7, long, 1)).toBe(ownerPhase(7, subjectOf('b.Example.com.').name, 0))
  })

  it('spreads owners evenly over a quantum', () => {
    const buckets = new Array(24).fill(0)
    for (let index = 0; index < 24_000; index++) {
      buckets[Math.floor((ownerPhase(7, subjectOf(`host${index}.example.com.`).name, 0) % 86_400) / 3600)]++
    }
    for (const count of buckets) {
      expect(count).toBeGreaterThan(800)
      expect(count).toBeLessThan(1200)
    }
  })

  it('depends on the order of labels and on both secrets', () => {
    const { name } = subjectOf('a.example.')
    expect(ownerPhase(7, name, 0)).not.toBe(ownerPhase(8, name, 0))
    expect(ownerPhase(7, subjectOf('a.b.example.').name, 0)).not.toBe(ownerPhase(7, subjectOf('b.a.example.').name, 0))
    expect(ownerPhase(7, nameOf('www.example.', 1), 0)).not.toBe(ownerPhase(7, nameOf('www.example.', 2), 0))
  })
})

function tableOf(slots: number): SignatureTable {
  return openSignatureTable(new SharedArrayBuffer(signatureTableOctets(slots)), SEED)
}

function nameOf(text: string, seed = 7): LabelledName {
  const name = createLabelledName(seed)
  const wire = wireName(text)
  readLabelledName(name, wire, 0, wire.length)
  return name
}

function subjectOf(text: string): SignatureSubject {
  return { stamp: 1, item: 1, quantum: 1, name: nameOf(text), label: 0 }
}

/** Few enough to meet again. */
function subjects(): fc.Arbitrary<SignatureSubject> {
  return fc.record({
    stamp: fc.integer({ min: 1, max: 3 }),
    item: fc.constantFrom(1, 28, 0x10000, 0x10001),
    quantum: fc.integer({ min: 20_000, max: 20_002 }),
    name: fc
      .constantFrom('example.', 'www.example.', 'a.b.c.example.', '.', `${'x'.repeat(63)}.example.`)
      .map((text) => nameOf(text)),
    label: fc.constant(0),
  })
}

function keyOf({ stamp, item, quantum, name }: SignatureSubject): string {
  return `${stamp} ${item} ${quantum} ${Buffer.from(name.octets.subarray(0, name.length)).toString('hex')}`
}

function find(table: SignatureTable, subject: SignatureSubject, octets: number): Uint8Array | undefined {
  const into = new Uint8Array(octets + 4)
  if (!findSignatures(table, subject, octets, into, 2)) return undefined
  expect([into[0], into[1], into[octets + 2], into[octets + 3]]).toEqual([0, 0, 0, 0])
  return into.slice(2, octets + 2)
}

/** Stores signatures of so many octets, and says whether they are there afterwards, exactly. */
function keeps(table: SignatureTable, subject: SignatureSubject, octets: number): boolean {
  const signatures = Uint8Array.from({ length: octets }, (_, index) => (index * 7 + subject.quantum) & 255)
  storeSignatures(table, subject, octets, signatures, 0)
  const found = find(table, subject, octets)
  if (found !== undefined) expect(found).toEqual(signatures)
  return found !== undefined
}
