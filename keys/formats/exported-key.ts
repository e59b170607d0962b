/*
 * A key as other programs take it: the files, and the command that takes them.
 */
import type { KeyObject } from 'node:crypto'
import { algorithmOf } from '../algorithms.ts'
import { DNSKEY_HEAD_OCTETS } from '../dnskey.ts'
import { isKeySigning, isZoneSigning } from '../key-role.ts'
import type { KeyRecord, RolloverKey } from '../rollover/key-state.ts'
import { printKeyFile } from './dnskey-file.ts'
import type { KnotTimer } from './knot-listing.ts'
import { knotIdOf, printPem } from './pem-file.ts'
import { type KeyTimes, printPrivateKeyFile } from './private-key-file.ts'
import { printStateFile, type StateFile } from './state-file.ts'

/** What keys are exported as. */
export const EXPORT_FORMS = ['bind', 'pem', 'powerdns', 'knot'] as const
export type ExportForm = (typeof EXPORT_FORMS)[number]

/** A key that leaves. */
export interface OutgoingKey {
  /** Canonical text. */
  readonly zone: string
  readonly key: RolloverKey & { readonly dnskey: Uint8Array }
  /** Undefined: it is not here. */
  readonly privateKey: KeyObject | undefined
  /** Key tags: of the key that it replaces, and of the one that replaces it. */
  readonly predecessor: number | undefined
  readonly successor: number | undefined
  /** Seconds: the TTL of its DNSKEY. */
  readonly ttl: number
}

/** Files of a key, and what is to be done with them. */
export interface ExportedKey {
  readonly files: readonly ExportedFile[]
  /** A command for a shell in the folder of the files; undefined: the other program finds them by itself. */
  readonly command: string | undefined
}

export interface ExportedFile {
  readonly name: string
  /** To be wiped by whoever writes them. */
  readonly octets: Buffer
}

/** The files of a key in a form; none: the form has no place for a key whose private half is not here. */
export function exportKey(outgoing: OutgoingKey, form: ExportForm): ExportedKey {
  if (form === 'bind') return { files: bindFiles(outgoing), command: undefined }
  const { privateKey } = outgoing
  if (privateKey === undefined) return { files: [], command: undefined }
  const name = baseName(outgoing)
  switch (form) {
    case 'pem':
      return { files: [{ name: `${name}.pem`, octets: printPem(privateKey) }], command: undefined }
    case 'powerdns': {
      const { algorithm } = outgoing.key
      const octets = printPrivateKeyFile({ algorithm, privateKey, times: {} }, '1.2')
      return { files: [{ name: `${name}.private`, octets }], command: pdnsutilCommand(outgoing, `${name}.private`) }
    }
    case 'knot': {
      const file = `${knotIdOf(privateKey)}.pem`
      return { files: [{ name: file, octets: printPem(privateKey) }], command: keymgrCommand(outgoing, file) }
    }
  }
}

function bindFiles({ zone, key, privateKey, ...outgoing }: OutgoingKey): ExportedFile[] {
  const { algorithm, dnskey, keyTag } = key
  const times = timesOf(key)
  const name = baseName({ zone, key })
  const publicFile = {
    name: `${name}.key`,
    octets: Buffer.from(printKeyFile(zone, { dnskey, keyTag, times }, outgoing.ttl)),
  }
  if (privateKey === undefined) return [publicFile]
  const state = printStateFile({ ...stateOf(key), ...outgoing, keyTag }, zone, bitsOf(key))
  return [
    publicFile,
    { name: `${name}.private`, octets: printPrivateKeyFile({ algorithm, privateKey, times }, '1.3') },
    { name: `${name}.state`, octets: Buffer.from(state) },
  ]
}

/** As BIND names files: `Kexample.com.+013+50304`; what is no letter, digit, hyphen or underscore is in hexadecimal. */
function baseName({ zone, key: { algorithm, keyTag } }: Pick<OutgoingKey, 'zone' | 'key'>): string {
  const name = zone.replace(/[^a-z0-9_.-]/g, (each) => `%${each.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return `K${name}+${String(algorithm).padStart(3, '0')}+${String(keyTag).padStart(5, '0')}`
}

/** BIND goes by these where it has no states: in use, or published alone; and out of use. */
function timesOf(key: RolloverKey): KeyTimes {
  const { created, duty, dutySince } = key
  const activate = isOut(key, 'zrrsig') || isOut(key, 'ds') || duty === 'retired'
  return {
    ...{ created, publish: created },
    ...(activate && { activate: created }),
    ...(duty === 'retired' && { inactive: dutySince }),
  }
}

function stateOf({ role, algorithm, created, duty, dutySince, records }: RolloverKey): Omit<StateFile, 'keyTag'> {
  return {
    ...{ algorithm, isKsk: isKeySigning(role), isZsk: isZoneSigning(role) },
    goal: duty === 'retired' ? 'hidden' : 'omnipresent',
    records: Object.fromEntries(
      Object.entries(records).map(([record, status]) => [record, { state: status.state, since: status.since }]),
    ),
    ...{ predecessor: undefined, successor: undefined, lifetime: 0, removed: undefined },
    ...{ generated: created, published: created, retired: duty === 'retired' ? dutySince : undefined },
  }
}

function bitsOf({ algorithm, dnskey }: OutgoingKey['key']): number {
  const key = algorithmOf(algorithm).publicKey.fromOctets(dnskey.subarray(DNSKEY_HEAD_OCTETS))
  const bits: Readonly<Record<number, number>> = { 13: 256, 14: 384, 15: 256 }
  return bits[algorithm] ?? key?.asymmetricKeyDetails?.modulusLength ?? 0
}

function pdnsutilCommand({ zone, key }: OutgoingKey, file: string): string {
  const isActive = key.duty !== 'standby' && (isOut(key, 'zrrsig') || isOut(key, 'krrsig'))
  return `pdnsutil import-zone-key ${plainName(zone)} ${file} ${isActive ? 'active' : 'inactive'} ${isKeySigning(key.role) ? 'ksk' : 'zsk'}`
}

function keymgrCommand({ zone, key }: OutgoingKey, file: string): string {
  const { role, algorithm, created } = key
  const reached = knotTimers(key)
  // A timer that is not said keymgr sets by itself, some seconds from now.
  const named = new Set<KnotTimer>(['publish', 'ready', 'active', ...reached])
  const timers = [...named].map((name) => `${name}=${reached.includes(name) ? created : 0}`)
  const roles = `ksk=${isKeySigning(role) ? 'yes' : 'no'} zsk=${isZoneSigning(role) ? 'yes' : 'no'}`
  return `keymgr ${plainName(zone)} import-pem ${file} algorithm=${algorithm} ${roles} created=${created} ${timers.join(' ')}`
}

/** The timers that have run out, as imported-states.ts reads them. */
function knotTimers(key: RolloverKey): KnotTimer[] {
  const { role, duty } = key
  if (!isKeySigning(role)) {
    const isSigning = isOut(key, 'zrrsig')
    if (duty === 'retired') return isSigning ? ['publish', 'active', 'retire-active'] : ['publish', 'active', 'retire']
    return isSigning ? ['publish', 'active'] : ['publish']
  }
  if (duty === 'retired') return ['publish', 'ready', 'active', isOut(key, 'ds') ? 'retire-active' : 'retire']
  if (!isOut(key, 'ds')) return ['publish']
  return key.records.ds?.state === 'omnipresent' ? ['publish', 'ready', 'active'] : ['publish', 'ready']
}

function isOut({ records }: RolloverKey, record: KeyRecord): boolean {
  const state = records[record]?.state
  return state === 'rumoured' || state === 'omnipresent'
}

/** For a shell: a name that needs quotes gets them. */
function plainName(zone: string): string {
  const name = zone === '.' ? zone : zone.replace(/\.$/, '')
  return /^[a-z0-9._-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`
}
