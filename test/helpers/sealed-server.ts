import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from '../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import type { StatusReport } from '../../server/control/protocol.ts'
import { BOOT_LEDGER, type BootEntry, checkLedger } from '../../server/state/boot-ledger.ts'
import { personWho, type Run, runDnsctl } from '../dnsctl/run.ts'
import { connectTcp } from './tcp-client.ts'
import { connectUdp } from './udp-client.ts'
import { endAll, portOf, runVeild, type VeildProcess } from './veild-process.ts'

/** A folder with a zone of two views, the internal one laid over it, and whatever veild runs on it. */
export interface SealedServer {
  readonly folder: string
  readonly state: string
  readonly overlay: string
  /** Starts veild on the folder and waits until it is ready. */
  start(environment?: NodeJS.ProcessEnv): Promise<VeildProcess>
  /** Ends it as it should, or by force. */
  stop(veild: VeildProcess, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Lines of the configuration besides those that are always there. */
  configure(settings: string): void
  /** Over UDP with EDNS and DO; 127.0.0.2 is an insider. */
  ask(name: string, type?: number, from?: string): Promise<Message>
  /** Over TCP without EDNS. */
  askByTcp(name: string): Promise<Message>
  /** Runs dnsctl in the folder; a person answers in order, where there is something to answer. */
  dnsctl(line: string, answers?: readonly string[], environment?: Record<string, string>): Promise<Run>
  /** Runs dnsctl and takes its JSON; what is piped is standard input. */
  json<Data>(line: string, input?: string): Promise<Data & { exitCode: number }>
  status(): Promise<StatusReport>
  ledger(): { entries: BootEntry[]; isWhole: boolean }
  /** Ends everything and removes the folder. */
  remove(): Promise<void>
}

export const INSIDER = '127.0.0.2'
/** In the overlay alone. */
export const HIDDEN_NAME = 'vault-7f3a.staging.example.com'
const BASE = '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\nwww A 192.0.2.2\n'
const OVERLAY = '$TTL 60\nvault-7f3a.staging A 192.0.2.7\n'

/** A folder with zone, overlay and configuration; nothing runs yet. */
export function sealedServer(settings = ''): SealedServer {
  const folder = mkdtempSync(join(tmpdir(), 'veil-sealed-'))
  const state = join(folder, 'state')
  const overlay = join(folder, 'internal.zone')
  let port = 0
  const configure = (lines: string): void => {
    const text = `listen: ["127.0.0.1@0"]
workers: 2
state: state
rate-limit: { enabled: false }
views:
  internal: { clients: [${INSIDER}/32] }
  public: {}
zones:
  example.com: { file: example.com.zone, overlays: { internal: internal.zone } }
${lines}
`
    writeFileSync(join(folder, 'veil.yaml'), text)
  }
  writeFileSync(join(folder, 'example.com.zone'), BASE)
  writeFileSync(overlay, OVERLAY)
  configure(settings)
  const dnsctl: SealedServer['dnsctl'] = (line, answers, environment) =>
    runDnsctl(folder, line.split(' '), {
      ...(answers && { dialogue: personWho(answers) }),
      ...(environment && { environment }),
    })
  return {
    ...{ folder, state, overlay, configure, dnsctl },
    start: async (environment = {}) => {
      const veild = runVeild(['--config', join(folder, 'veil.yaml')], environment)
      port = portOf(await veild.logged('ready'))
      return veild
    },
    stop: async (veild, signal = 'SIGTERM') => {
      veild.signal(signal)
      await veild.ended()
    },
    ask: async (name, type = Type.A, from = '127.0.0.1') => {
      const socket = await connectUdp({ port, from, timeoutMs: 10_000 })
      const answer = await socket.ask(buildQuery({ id: 1, name: nameFromText(`${name}.`), type, edns: { do: true } }))
      socket.close()
      return readMessage(answer!)!
    },
    askByTcp: async (name) => {
      const client = await connectTcp(port)
      const answer = await client.ask(buildQuery({ id: 1, name: nameFromText(`${name}.`), type: Type.A }))
      client.close()
      return readMessage(answer)!
    },
    json: async (line, input) => {
      const run = await runDnsctl(folder, [...line.split(' '), '--json'], input === undefined ? {} : { input })
      return { ...JSON.parse(run.stdout), exitCode: run.exitCode }
    },
    status: async () => JSON.parse((await runDnsctl(folder, ['status', '--json'])).stdout) as StatusReport,
    ledger: () => checkLedger(readFileSync(join(state, BOOT_LEDGER), 'utf8')),
    remove: async () => {
      await endAll()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
