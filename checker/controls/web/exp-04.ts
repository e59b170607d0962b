import type { Host } from '../../facts/host.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { accessOf, type SiteAccess } from '../../facts/site-access.ts'
import { hiddenNames, veilZones } from '../../facts/veil-zones.ts'
import { servesName, type WebSite, webSites } from '../../facts/web-sites.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { httpAuth } from '../../probes/http-auth.ts'
import { observedAt } from './observed-at.ts'

/** Methods whose hashes take long to guess; anything else is guessed in a day. */
const SLOW_HASH = /^[^:]+:\$(?:2[aby]|apr1|5|6|y|argon2)/

/** A site for insiders that the world can reach asks for a password first, on every path. */
export function exp04(host: Host): readonly Judgement[] {
  const zones = host.get(veilZones)
  const hidden = zones === undefined ? [] : [...hiddenNames(zones).keys()].map((name) => name.replace(/\.$/, ''))
  const declared = host.declared.sites.filter(({ internal }) => internal).map(({ name }) => name)
  const inner = [...new Set([...declared, ...hidden])]
  const sites = host.get(webSites)
  const judged = inner.flatMap((name) =>
    sites.filter((site) => servesName(site, name)).map((site) => judgeSite(host, site, name)),
  )
  return judged.length > 0
    ? judged
    : [notApplicable('no-inner-site', 'No web site of this host is declared, or shown to insiders alone, as internal.')]
}

function judgeSite(host: Host, site: WebSite, name: string): Judgement {
  const access = accessOf(site)
  const evidence = access.evidence.map(cite)
  const say = sayOf(`${name} (${site.subject})`, evidence, { site: name })
  if (!site.isOpen) return say('not-applicable', 'inner-address', 'It listens on addresses of insiders alone.')
  const seen = observedAt(host.observed(httpAuth), [name])
  const letIn = seen?.found.paths.find(({ status }) => status < 400)
  if (seen !== undefined && (letIn !== undefined || (seen.found.byAddress ?? 401) < 300)) {
    const excerpt =
      letIn === undefined ? `by its bare address: ${seen.found.byAddress}` : `${letIn.path}: ${letIn.status}`
    const probed: Evidence = { source: 'probe', path: seen.target, excerpt, at: seen.at }
    return say('fail', 'let-in', 'It is for insiders, and whoever asked without a password got in.', [probed])
  }
  if (access.kind === 'open') return say('fail', 'open', 'It is for insiders, and asks nobody for a password.')
  const part = access.openParts[0]
  if (part !== undefined) {
    return say('fail', 'part-open', `It asks for a password, but not for ${part.where}.`, [cite(part.at)])
  }
  if (access.kind === 'address') return say('pass', 'by-address', 'Only addresses of insiders get in.')
  if (!site.hasTls) return say('warn', 'in-the-clear', 'It asks for a password, which then travels in the clear.')
  const weak = weakFile(host, access)
  if (weak !== undefined)
    return weak.isExposed
      ? say('fail', 'served', 'It serves the file with the passwords itself.', [weak.evidence])
      : say('warn', 'weak-hash', 'A password of it is kept in a way that is guessed quickly.', [weak.evidence])
  return say('pass', 'asks', 'It asks for a password on every path, over TLS.')
}

function weakFile(
  host: Host,
  { userFiles, documentRoot }: SiteAccess,
): { readonly isExposed: boolean; readonly evidence: Evidence } | undefined {
  for (const path of userFiles) {
    const file = readIfThere(host.root, path)
    const excerpt = 'a file of names and passwords'
    const isHidden = /\/\.ht[^/]*$/.test(path)
    if (documentRoot !== undefined && path.startsWith(`${documentRoot.replace(/\/+$/, '')}/`) && !isHidden) {
      return { isExposed: true, evidence: { source: 'file', path, excerpt } }
    }
    if (file !== undefined && linesOf(file).some(({ text }) => !SLOW_HASH.test(text))) {
      return { isExposed: false, evidence: { source: 'file', path, excerpt } }
    }
  }
  return undefined
}
