/* Stands in until the tables and budgets of keys/ are there. */
import type { LabelledName } from '../../dns/labelled-name.ts'
import type { SignatureSubject } from '../../keys/signature-table.ts'

export interface SignatureTable {
  readonly entries: Map<string, Uint8Array>
}
export interface SigningBudget {
  readonly left: number
}
export function findSignatures(
  _table: SignatureTable,
  _subject: SignatureSubject,
  _octets: number,
  _into: Uint8Array,
  _at: number,
): boolean {
  return false
}
export function storeSignatures(
  _table: SignatureTable,
  _subject: SignatureSubject,
  _octets: number,
  _from: Uint8Array,
  _at: number,
): void {}
export function spendSignatures(_budget: SigningBudget, _count: number, _now: number): boolean {
  return true
}
export function ownerPhase(name: LabelledName, label: number): number {
  let phase = 0
  for (let at = label; at < name.count; at++) phase = Math.imul(phase ^ name.hashes[at]!, 0x85ebca6b)
  return phase >>> 0
}
