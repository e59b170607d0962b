import type { Host } from '../../facts/host.ts'
import { type CrsVariable, crsOf, crsVariable, modsecurity, type Waf } from '../../facts/modsecurity.ts'
import { wordpressSites } from '../../facts/wordpress-sites.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

/** The rules of 3.x that ask for the variable, and the plugin that takes their place in 4.x. */
const EXCLUSIONS = /REQUEST-903\.9002-WORDPRESS/
const PLUGIN = /wordpress-rule-exclusions-\w+\.conf$/

/** WordPress posts what looks like an attack: without the set's exclusions for it, people switch the engine off. */
export function waf03(host: Host): readonly Judgement[] {
  const blogs = new Map(wordpressSites(host).map((each) => [each.subject, each]))
  if (blogs.size === 0) return [notApplicable('no-wordpress', 'No site that is served is a WordPress.')]
  const wafs = host.get(modsecurity).filter((waf) => waf.isLoaded && crsOf(waf) !== undefined)
  const judged = wafs.flatMap((waf) => {
    const blog = blogs.get(waf.subject)
    const served: readonly Evidence[] = blog?.at === undefined ? [] : [cite(blog.at)]
    return blog === undefined ? judgeOther(waf) : [judgeBlog(waf, served)]
  })
  return judged.length > 0
    ? judged
    : [notApplicable('no-rules', 'WordPress is served without the Core Rule Set, which WAF-02 judges.')]
}

function judgeBlog(waf: Waf, served: readonly Evidence[]): Judgement {
  const say = (
    state: Judgement['state'],
    cause: string,
    reason: string,
    more: readonly Evidence[] = [],
  ): Judgement => ({
    subject: waf.subject,
    state,
    cause,
    reason,
    evidence: [...served, ...more],
    values: { site: waf.names[0] ?? '' },
  })
  const plugin = waf.rules.find(({ at }) => PLUGIN.test(at.path))
  if (plugin !== undefined) return say('pass', 'plugin', 'The plugin for WordPress is read.', [cite(plugin.at)])
  const set = exclusionsOf(waf).filter((each) => each.isForAll || concerns(each, waf))
  const first = set[0]
  if (first === undefined) {
    return say('warn', 'not-set', 'WordPress works against these rules, and the exclusions for it are not set.')
  }
  if (!set.some(({ index }) => index < asked(waf))) {
    const reason = 'The exclusions are set after the rules that ask for them, so they change nothing.'
    return say('warn', 'too-late', reason, [cite(first.rule.at)])
  }
  return say('pass', 'set', 'The exclusions for WordPress are set before the rules that ask for them.', [
    cite(first.rule.at),
  ])
}

/** A site that is no WordPress and gets its exclusions all the same is less protected than it could be. */
function judgeOther(waf: Waf): readonly Judgement[] {
  const wide = exclusionsOf(waf).find(({ isForAll, index }) => isForAll && index < asked(waf))
  if (wide === undefined) return []
  return [
    {
      subject: waf.subject,
      state: 'warn',
      cause: 'too-wide',
      reason: 'This site is no WordPress, and the exclusions for it hold here as well.',
      evidence: [cite(wide.rule.at)],
    },
  ]
}

function exclusionsOf(waf: Waf): readonly CrsVariable[] {
  return crsVariable(waf, 'crs_exclusions_wordpress').filter(({ value }) => value === '1')
}

/** A rule that asks for another site's name does nothing for this one; one that asks for a path may. */
function concerns({ rule }: CrsVariable, waf: Waf): boolean {
  if (!/^(?:SERVER_NAME|REQUEST_HEADERS:Host)$/i.test(rule.words[0] ?? '')) return true
  return waf.names.some((name) => (rule.words[1] ?? '').toLowerCase().includes(name.toLowerCase()))
}

function asked(waf: Waf): number {
  const index = waf.rules.findIndex(({ at }) => EXCLUSIONS.test(at.path))
  return index < 0 ? Number.POSITIVE_INFINITY : index
}
