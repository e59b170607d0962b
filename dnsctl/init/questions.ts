import { networkInterfaces } from 'node:os'
import type { Dialogue } from '../../console/dialogue.ts'
import { Failure } from '../../console/failure.ts'
import { ExitCode } from '../exit-code.ts'
import { glueObjection, hostsOf, listOf, objections, PRIVATE_NETWORKS, type Setup } from './setup.ts'

/** What the flags of `dnsctl init` said; what is missing is asked, or proposed where nobody can be asked. */
export interface GivenSetup {
  readonly zone: string | undefined
  readonly listen: readonly string[]
  readonly state: string | undefined
  readonly user: string | undefined
  readonly nameServer: readonly string[]
  readonly address: readonly string[]
  readonly mail: string | undefined
  readonly insiders: readonly string[]
  readonly host: readonly string[]
}

type Topic = keyof typeof objections

interface Question {
  readonly topic: Topic
  readonly flag: string
  readonly text: string
  readonly given: readonly string[]
  readonly proposal: string
  /** What only shows beside other answers. */
  readonly object?: (answer: string) => string | undefined
}

/** Completes what was given, by asking where there is somebody to ask. Throws a `Failure` for what cannot be. */
export async function completeSetup(given: GivenSetup, dialogue: Dialogue | undefined): Promise<Setup> {
  const answer = (topic: Topic, flag: string, text: string, said: readonly string[], proposal: string) =>
    settle({ topic, flag, text, given: said, proposal }, dialogue)
  const zone = (await answer('zone', 'ZONE', 'Which domain?', given.zone ? [given.zone] : [], '')).replace(/\.$/, '')
  const where = proposedListen().join(', ')
  const listen = listOf(await answer('listen', '--listen', 'Where should the server answer?', given.listen, where))
  const nameServers = await settle(nameServerQuestion(given, zone, listen), dialogue)
  const web = `Address of ${zone} and www (none: leave empty)?`
  const addresses = listOf(await answer('addresses', '--address', web, given.address, ''))
  const mailbox = given.mail ? [given.mail] : []
  const mail = await answer('mail', '--mail', 'Mailbox of whoever answers for it?', mailbox, `hostmaster@${zone}`)
  const inside = proposedInsiders(listen).join(', ')
  const insiders = listOf(await answer('insiders', '--insiders', 'Who are the insiders?', given.insiders, inside))
  const hosts = await answer('hosts', '--host', 'Hosts that only insiders see?', given.host, 'staging=10.0.0.10')
  return {
    zone,
    listen,
    state: given.state ?? 'state',
    user: given.user,
    nameServers: hostsOf(listOf(nameServers)),
    addresses,
    mail,
    insiders,
    hosts: hostsOf(listOf(hosts)),
  }
}

function nameServerQuestion({ nameServer }: GivenSetup, zone: string, listen: readonly string[]): Question {
  return {
    topic: 'nameServers',
    flag: '--name-server',
    text: 'Name servers of the domain?',
    given: nameServer,
    proposal: proposedNameServer(listen),
    object: (text) => glueObjection(zone, hostsOf(listOf(text))),
  }
}

async function settle(question: Question, dialogue: Dialogue | undefined): Promise<string> {
  const { topic, flag, text, given, proposal } = question
  const object = (answer: string) => objections[topic](answer) ?? question.object?.(answer)
  if (given.length === 0 && dialogue !== undefined) return dialogue.ask(text, proposal, object)
  const value = given.length > 0 ? given.join(' ') : proposal
  const objection = object(value)
  if (objection === undefined) return value
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: given.length > 0 ? `${flag}: ${objection}` : `${flag} is missing: ${objection}`,
    next: '`dnsctl init --help`',
  })
}

/** The loopback addresses that this machine has: safe to try, and no root needed. */
function proposedListen(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return ['127.0.0.1', '::1']
    .filter((loopback) => addresses.some(({ address }) => address === loopback))
    .map((address) => `${address}@5300`)
}

/** Private networks; where the server answers on this machine alone, 127.0.0.2 plays the insider. */
function proposedInsiders(listen: readonly string[]): readonly string[] {
  return listen.some((each) => each.startsWith('127.')) ? ['127.0.0.2', ...PRIVATE_NETWORKS] : PRIVATE_NETWORKS
}

/** `ns1` at the first address that the server answers at; where that is every address, at one of this machine's. */
function proposedNameServer(listen: readonly string[]): string {
  const addresses = listen.map((each) => each.replace(/@\d+$/, '').replace(/^\[(.*)\]$/, '$1'))
  const own = Object.values(networkInterfaces()).flatMap((each) => (each ?? []).filter(({ internal }) => !internal))
  const usable = addresses.filter((address) => address !== '0.0.0.0' && address !== '::')
  return `ns1=${usable[0] ?? own[0]?.address ?? '127.0.0.1'}`
}
