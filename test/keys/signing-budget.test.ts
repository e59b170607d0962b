import { describe, expect, it } from 'vitest'
import { createSigningBudget, settleSignatures, signatureCost, spendSignatures } from '../../keys/signing-budget.ts'

describe('the budget for signatures of names made on demand', () => {
  it('gives its share of a second each second, and one second of it at once', () => {
    const budget = createSigningBudget(0.4)
    const cost = signatureCost(13)
    const spendAll = (now: number): number => {
      let signatures = 0
      while (signatures < 1e6 && spendSignatures(budget, cost, now)) signatures++
      return signatures
    }
    const perSecond = Math.floor(400_000 / cost)
    expect(spendAll(5000)).toBe(perSecond)
    expect(spendAll(5000)).toBe(0)
    expect(Math.abs(spendAll(5500) - perSecond / 2)).toBeLessThanOrEqual(1)
    expect(Math.abs(spendAll(6500) - perSecond)).toBeLessThanOrEqual(1)
    expect(spendAll(60_000)).toBe(perSecond)
  })

  it('takes nothing where it is not enough', () => {
    const budget = createSigningBudget(0.001)
    expect(spendSignatures(budget, 1001, 0)).toBe(false)
    expect(spendSignatures(budget, 1000, 0)).toBe(true)
    expect(spendSignatures(budget, 1, 0)).toBe(false)
  })

  it('gives nothing for a clock that goes back, and goes on from there', () => {
    const budget = createSigningBudget(0.4)
    expect(spendSignatures(budget, 400_000, 10_000)).toBe(true)
    expect(spendSignatures(budget, 1, 9000)).toBe(false)
    expect(spendSignatures(budget, 390_000, 10_000)).toBe(true)
  })

  it('owes what took longer than was known, but no more than it holds when it is full', () => {
    const budget = createSigningBudget(0.4)
    expect(spendSignatures(budget, 100_000, 0)).toBe(true)
    settleSignatures(budget, 100_000, 50_000)
    settleSignatures(budget, 100_000, 400_001)
    expect(spendSignatures(budget, 1, 0)).toBe(false)
    expect(spendSignatures(budget, 1, 1)).toBe(true)
    settleSignatures(budget, 0, 1e9)
    expect(spendSignatures(budget, 1, 1000)).toBe(false)
    expect(spendSignatures(budget, 1, 1002)).toBe(true)
  })

  it('gives one client an eighth, whatever it asks for, and others theirs meanwhile', () => {
    const budget = createSigningBudget(0.4)
    const spendAll = (client: number, now: number): number => {
      let spent = 0
      while (spendSignatures(budget, 100, now, client)) spent += 100
      return spent
    }
    expect([1, 2].map((client) => spendAll(client, 0))).toEqual([50_000, 50_000])
    expect(spendAll(1, 500)).toBe(25_000)
    expect([3, 4, 5, 6, 7, 8, 9, 10].map((client) => spendAll(client, 500)).reduce((all, spent) => all + spent)).toBe(
      375_000,
    )
    settleSignatures(budget, 100, 200_100, 1)
    expect(spendAll(1, 3000)).toBe(0)
    expect(spendAll(1, 10_000)).toBe(50_000)
  })

  it('lets a client that has taken nothing have one signature that costs more than its part', () => {
    const budget = createSigningBudget(0.001)
    expect([1, 1, 2].map((client) => spendSignatures(budget, 400, 0, client))).toEqual([true, false, true])
  })

  it('knows what takes long', () => {
    const [rsa, p256, p384, ed25519] = [8, 13, 14, 15].map(signatureCost) as [number, number, number, number]
    expect(ed25519).toBeLessThan(p256)
    expect(p256).toBeLessThan(Math.min(p384, rsa))
    expect(signatureCost(250)).toBeGreaterThanOrEqual(Math.max(p384, rsa))
  })
})
