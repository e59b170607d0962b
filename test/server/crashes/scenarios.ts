import { keyTagOf } from '../../../dns/key-tag.ts'
import { restoredKey } from '../../../keys/backup/restored-states.ts'
import { readBundleRequest } from '../../../keys/bundle/bundle-reading.ts'
import { signBundle } from '../../../keys/bundle/bundle-signing.ts'
import { bundleToDocument } from '../../../keys/bundle/bundle-text.ts'
import { DsDigest, dsRdata } from '../../../keys/dnskey.ts'
import { withImported } from '../../../keys/import-plan.ts'
import { isKeySigning, type KeyRole } from '../../../keys/key-role.ts'
import type { KeySetChange, StoredKey } from '../../../keys/key-store.ts'
import { openSigningKey } from '../../../keys/open-signing-key.ts'
import { RECORDS_OF_ROLE, type RecordState } from '../../../keys/rollover/key-state.ts'
import { is } from '../../../keys/rollover/record-states.ts'
import { openPrivateKey, sealPrivateKey } from '../../../keys/sealed-private-key.ts'
import { signaturePolicy } from '../../../keys/signature-policy.ts'
import { bundleCommands } from '../../../server/keys/bundle-commands.ts'
import { takingOfflineProof } from '../../../server/keys/bundle-protocol.ts'
import { keyToWire } from '../../../server/keys/key-import.ts'
import { rolloverCommands } from '../../../server/keys/rollover-commands.ts'
import type { EmergencyPrice, RolloverReport } from '../../../server/keys/rollover-protocol.ts'
import { drawKey } from '../../helpers/keys.ts'
import { quickZone, sealing, ZONE } from '../../helpers/rolling-server.ts'
import type { Phase, QuickZone, Run } from './run.ts'

export interface Scenario {
  readonly title: string
  readonly phases: readonly Phase[]
}

const DAY = 86_400
const plain = quickZone()
const combined = quickZone({ isCombined: true })
const standby = quickZone({ standbyZsk: true, standbyKsk: true })
const begin = (zone: QuickZone = plain): Phase => ({ zone })

/** Runs a command of the control channel. */
function command(name: keyof ReturnType<typeof rolloverCommands>, args: object = {}): NonNullable<Phase['act']> {
  return async ({ server }) => {
    await rolloverCommands(server)[name]({ zone: ZONE, isDryRun: false, ...args })
  }
}

const roll = (role: KeyRole, zone: QuickZone = plain): Phase => ({ zone, act: command('key-roll', { role }) })

function emergency(role: KeyRole, manner: 'continuity' | 'security', zone: QuickZone = plain): Phase {
  return {
    zone,
    act: async ({ server }, run) => {
      const { keyTag } = run.before!.keys.find((key) => key.role === role && key.duty === 'active')!
      const args = { zone: ZONE, manner, keyTag, isDryRun: true }
      const price = (await rolloverCommands(server)['key-emergency'](args)) as RolloverReport & EmergencyPrice
      const now = Math.floor(Date.now() / 1000)
      // What waits for the parent ends with the phase.
      run.agreedUntil =
        price.bogusSeconds === 0 ? 0 : price.needsParent ? Number.POSITIVE_INFINITY : now + price.bogusSeconds
      await rolloverCommands(server)['key-emergency']({ ...args, isDryRun: false })
    },
  }
}

/** What follows is held to what it promised again. */
const soberAgain = (zone: QuickZone = plain): Phase => ({
  zone,
  isActed: ({ agreedUntil }) => agreedUntil === 0,
  offline: async (run) => {
    run.agreedUntil = 0
  },
})

const isUnsigned = ({ keys }: { readonly keys: readonly StoredKey[] }): boolean =>
  keys.every((key) => Object.keys(key.records).every((record) => is(key, record as 'ds', 'hidden')))

const successorIs = (role: KeyRole, record: 'dnskey' | 'ds', state: RecordState): NonNullable<Phase['until']> => {
  return ({ keys }) => keys.some((key) => key.role === role && key.replaces !== undefined && is(key, record, state))
}

/** Keys of another server: all of them everywhere already, or to become so. */
async function foreignKeys(state: RecordState): Promise<StoredKey[]> {
  const keys: StoredKey[] = []
  for (const role of ['ksk', 'zsk'] as const) {
    const { dnskey, privateKey } = await drawKey(15, role)
    const id = `f${role === 'ksk' ? 1 : 2}f0`
    const status = { state, since: 1_800_000_000, ttl: 600, ...(state === 'hidden' && { served: 1_800_000_000 }) }
    const records = Object.fromEntries(RECORDS_OF_ROLE[role].map((record) => [record, status]))
    const sealed = sealPrivateKey(sealing, ZONE, id, privateKey)
    const about = { id, role, algorithm: 15, keyTag: keyTagOf(dnskey), created: 1_800_000_000 }
    keys.push({ ...about, duty: 'active', dutySince: 1_800_000_000, records, dnskey, sealed })
  }
  return keys
}

/** Before the first start, as dnsctl does it: the DS is at the parent, and caches have what the other server gave. */
async function importBeforeStart(): Promise<Phase> {
  const incoming = await foreignKeys('rumoured')
  return {
    zone: plain,
    offline: async (run) => {
      const now = Math.floor(Date.now() / 1000)
      run.ds = incoming
        .filter(({ role }) => isKeySigning(role))
        .map(({ dnskey }) => dsRdata(plain.apex, dnskey, DsDigest.Sha256))
      run.view.delegate(run.ds, now)
      const set = withImported(ZONE, undefined, { incoming, retiring: [] }, now)
      await run.disk.open().put([{ set, entry: operatorEntry(now, set.epoch, 'imported') }])
    },
  }
}

async function importIntoServer(): Promise<Phase> {
  const incoming = await foreignKeys('hidden')
  return {
    zone: plain,
    act: async (server, { before }) => {
      const retiring = before!.keys.map(({ id }) => id)
      await command('key-import', { keys: incoming.map(keyToWire), retiring })(server, {} as Run)
    },
  }
}

function operatorEntry(at: number, epoch: number, what: string): NonNullable<KeySetChange['entry']> {
  return { at, epoch, by: 'operator', what, transitions: [], changes: [] }
}

/** The machine is lost in the middle of a roll, and its keys go from a backup into an empty store. */
const restore: Phase = {
  zone: plain,
  isActed: ({ disk, before }) =>
    disk
      .open()
      .history(ZONE)
      .entries.some(({ what, epoch }) => what === 'restored' && epoch > before!.epoch),
  offline: async ({ disk, before: set, history }) => {
    const now = Math.floor(Date.now() / 1000)
    const restored = { ...set!, epoch: set!.epoch + 1, keys: set!.keys.map((key) => restoredKey(key, now)) }
    disk.replace()
    await disk
      .open()
      .put([
        ...history.map((entry) => ({ set: restored, entry })),
        { set: restored, entry: operatorEntry(now, restored.epoch, 'restored') },
      ])
  },
}

const long = quickZone({}, { policy: signaturePolicy(14 * DAY, 600) })

const takeOffline: Phase = {
  zone: long,
  act: async ({ server }, run) => {
    const key = run.before!.keys.find(({ role }) => role === 'ksk')!
    const { algorithm, keyTag, dnskey } = key
    const material = { algorithm, keyTag, dnskey, privateKey: openPrivateKey(sealing, ZONE, key)! }
    run.kept = [material]
    const proof = new Uint8Array(openSigningKey(material).signatureOctets)
    const signed = takingOfflineProof(ZONE, keyTag)
    openSigningKey(material).sign(signed, signed.length, proof, 0)
    const args = { zone: ZONE, keyTag, weeks: 1, proof: Buffer.from(proof).toString('base64') }
    await bundleCommands(server)['bundle-take-offline'](args, undefined)
  },
}

/** Asks for more signatures, has them made elsewhere, and takes them in. */
const importBundle: Phase = {
  zone: long,
  isActed: ({ disk }) => disk.open().bundles(ZONE).bundles.length > 1,
  act: async ({ server }, { kept }) => {
    const made = (await bundleCommands(server)['bundle-request']({ zone: ZONE, weeks: 2 }, undefined)) as {
      request: object
    }
    const reading = readBundleRequest(made.request)
    if (reading.outcome !== 'read') throw new Error(reading.reason)
    const signers = kept.map((material) => ({ key: openSigningKey(material), dnskey: material.dnskey }))
    const bundle = await signBundle(reading.value, signers, Math.floor(Date.now() / 1000))
    await bundleCommands(server)['bundle-import']({ bundle: bundleToDocument(bundle) }, undefined)
  },
}

/** Rolls, as policies and operators ask for them. */
export async function rolls(): Promise<Scenario[]> {
  const of13 = quickZone({}, { algorithms: [13] })
  return [
    { title: 'first keys, a ZSK roll, a KSK roll', phases: [begin(), roll('zsk'), roll('ksk')] },
    { title: 'from algorithm 13 to 15', phases: [begin(of13), { zone: plain }] },
    { title: 'a CSK roll', phases: [begin(combined), roll('csk', combined)] },
    { title: 'from two keys to one, and back', phases: [begin(), { zone: combined }, { zone: plain }] },
    { title: 'standby keys take over', phases: [begin(standby), roll('zsk', standby), roll('ksk', standby)] },
    {
      title: 'insecure, and back',
      phases: [
        begin(),
        { zone: plain, act: command('dnssec-disable'), until: isUnsigned },
        { zone: plain, act: command('dnssec-enable') },
      ],
    },
    {
      title: 'a KSK roll that is cancelled',
      phases: [
        begin(),
        { ...roll('ksk'), until: successorIs('ksk', 'ds', 'rumoured') },
        { zone: plain, act: command('key-cancel') },
      ],
    },
  ]
}

/** Keys that are given up, that come from elsewhere, or are kept there. */
export async function emergenciesAndOrigins(): Promise<Scenario[]> {
  return [
    {
      title: 'emergencies with continuity',
      phases: [begin(), emergency('zsk', 'continuity'), emergency('ksk', 'continuity')],
    },
    {
      title: 'emergencies with continuity, with standby keys',
      phases: [begin(standby), emergency('zsk', 'continuity', standby), emergency('ksk', 'continuity', standby)],
    },
    {
      title: 'emergencies with security',
      phases: [begin(), emergency('zsk', 'security'), soberAgain(), emergency('ksk', 'security'), soberAgain()],
    },
    { title: 'keys of another server, before the first start', phases: [await importBeforeStart(), roll('zsk')] },
    { title: 'keys of another server, into a running one', phases: [begin(), await importIntoServer()] },
    { title: 'a KSK that is offline', phases: [begin(long), takeOffline, importBundle, roll('zsk', long)] },
    {
      title: 'keys from a backup, in the middle of a roll',
      phases: [begin(), { ...roll('ksk'), until: successorIs('ksk', 'dnskey', 'omnipresent') }, restore],
    },
  ]
}
