import type { Host } from '../../facts/host.ts'
import { type CrsVariable, crsOf, crsVariable, modsecurity, type Waf } from '../../facts/modsecurity.ts'
import { wordpressSites } from '../../facts/wordpress-sites.ts'
import { cite, citeStatus, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'

/** The rules of 3.x that ask for the variable, and the plugin that takes their place in 4.x. */
const EXCLUSIONS = /REQUEST-903\.9002-WORDPRESS/
/** Renewed by apt, which OPS-PATCH-01 judges. */
const OF_PACKAGE = '/usr/share/modsecurity-crs/'
const FRESH_SECONDS = 366 * 86_400
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
    ? [...judged, ...judgeAges(host, wafs)]
    : [notApplicable('no-rules', 'WordPress is served without the Core Rule Set, which WAF-02 judges.')]
}

function judgeBlog(waf: Waf, served: readonly Evidence[]): Judgement {
  const say = sayOf(waf.subject, served, { site: waf.names[0] ?? '' })
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

/** Rules that no package brings are as new as whoever copied them: WordPress and its plugins are not. */
function judgeAges(host: Host, wafs: readonly Waf[]): readonly Judgement[] {
  const paths = new Set(wafs.flatMap((waf) => crsOf(waf)?.at.path ?? []).filter((path) => !path.startsWith(OF_PACKAGE)))
  return [...paths].flatMap((path) => {
    const status = host.root.status(path)
    if (status.outcome !== 'found') return []
    const seen: Evidence = { ...citeStatus(path, status), at: status.modified }
    const say = sayOf(`rules in ${path.slice(0, path.lastIndexOf('/'))}`, [seen])
    if (host.now - status.modified <= FRESH_SECONDS)
      return [say('pass', 'new-rules', 'Its rules were written within the last year.')]
    const reason =
      'Its rules are a copy of more than a year ago, which no package renews: WordPress and what attacks it have changed.'
    return [{ ...say('warn', 'old-rules', reason), remedy: RENEWED }]
  })
}

const RENEWED = [
  { install: ['modsecurity-crs'] },
  {
    tell: 'Include /usr/share/modsecurity-crs/owasp-crs.load in place of the copy, or fetch the newest release of the set, and note when to do so again.',
  },
  { run: 'apachectl configtest && systemctl reload apache2' },
]

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
