import { formatAddress, parsePrefix } from '../../server/address.ts'
import type { Setup } from './setup.ts'

/** Commands worth typing once the files are written, each with what it does. `configuration` is the path to name. */
export function nextSteps(setup: Setup, configuration: string): [command: string, purpose: string][] {
  const [address = '', port = '53'] = setup.listen[0]!.split('@')
  const at = `@${address.replace(/[[\]]/g, '')} -p ${port}`
  const hidden = setup.hosts.find((host) => !host.name.endsWith('.'))
  const option = configuration === 'veil.yaml' ? '' : ` --config ${configuration}`
  const steps: [string, string][] = [[`veild --config ${configuration}`, 'start the server']]
  const last: [string, string] = [`dnsctl key ds ${setup.zone}${option}`, 'what to give to the registrar']
  if (hidden === undefined) return [...steps, [`dig ${at} ${setup.zone} SOA`, 'ask it'], last]
  const name = `${hidden.name}.${setup.zone}`
  const insider = insiderOf(setup)
  steps.push([`dig ${at} ${name}`, 'a stranger: no such name'])
  if (setup.insiders.includes('127.0.0.2') && address.startsWith('127.')) {
    steps.push([`dig ${at} ${name} -b 127.0.0.2`, 'an insider'])
  }
  return [...steps, [`dnsctl view test ${name} A --from ${insider}${option}`, 'which view, and why'], last]
}

/** An address of the first client prefix: the first host behind a network address. */
function insiderOf(setup: Setup): string {
  const prefix = parsePrefix(setup.insiders[0]!)
  if (prefix === undefined) return setup.insiders[0]!
  const address = prefix.address.slice()
  if (prefix.length < 128) address[15]! |= 1
  return formatAddress(address)
}
