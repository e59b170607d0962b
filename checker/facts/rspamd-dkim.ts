import type { DkimDaemon, DkimSigner } from './dkim-signers.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { exists } from './paths.ts'
import { rspamd, rspamdModule } from './rspamd.ts'
import { objectOf, type UclObject, type UclValue, wordOf } from './ucl.ts'

const PATH = '/var/lib/rspamd/dkim/$domain.$selector.key'
const SELECTOR = 'dkim'

/** rspamd's module dkim_signing; undefined where rspamd is not installed. */
export const rspamdDkim = fact('rspamd dkim_signing', (host): DkimDaemon | undefined => {
  const daemon = host.get(rspamd)
  if (daemon === undefined) return undefined
  const module = rspamdModule(host, 'dkim_signing')
  return {
    name: 'rspamd',
    isEnabled: daemon.isEnabled,
    listener: daemon.milter,
    signersFor: (domain) => (module.isEnabled ? signersFor(host, module.settings, domain) : []),
    evidence: [...daemon.evidence, ...module.evidence],
  }
})

/** Keys that `domain { … }` names, else the key of the general path, if it is there. */
function signersFor(host: Host, settings: UclObject, domain: string): readonly DkimSigner[] {
  const own = objectOf(settings.get('domain')).get(domain)
  const listed: readonly UclValue[] = Array.isArray(own) ? own : own === undefined ? [] : [own]
  const choices = listed.flatMap((each): readonly UclObject[] => {
    const selectors = objectOf(each).get('selectors')
    return Array.isArray(selectors) ? selectors.map(objectOf) : [objectOf(each)]
  })
  const signerOf = (choice: UclObject): DkimSigner => {
    const selector = wordOf(choice.get('selector')) ?? wordOf(settings.get('selector')) ?? SELECTOR
    const path = wordOf(choice.get('path')) ?? wordOf(settings.get('path')) ?? PATH
    const keyFile = path.replaceAll('$domain', domain).replaceAll('$selector', selector)
    return { domain, selector, keyFile, at: undefined }
  }
  if (choices.length > 0) return choices.map(signerOf)
  const general = signerOf(new Map())
  return exists(host.root, general.keyFile) ? [general] : []
}
