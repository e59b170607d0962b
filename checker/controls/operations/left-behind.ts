import { apt } from '../../facts/apt.ts'
import type { Host } from '../../facts/host.ts'
import { packages } from '../../facts/packages.ts'
import { glob } from '../../facts/paths.ts'
import { phpRuntimes } from '../../facts/php-runtimes.ts'
import { readIfThere } from '../../facts/read-lines.ts'
import { wordpresses } from '../../facts/wordpress.ts'
import { cite, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import { quoted } from '../../remedy/shell.ts'

/** Day on which PHP's own security fixes end (php.net, supported versions). */
const PHP_ENDS: Readonly<Record<string, string>> = {
  '7.0': '2019-01-10',
  '7.1': '2019-12-01',
  '7.2': '2020-11-30',
  '7.3': '2021-12-06',
  '7.4': '2022-11-28',
  '8.0': '2023-11-26',
  '8.1': '2025-12-31',
  '8.2': '2026-12-31',
  '8.3': '2027-12-31',
  '8.4': '2028-12-31',
  '8.5': '2029-12-31',
}
/** A version as Debian and Ubuntu mark what they build for a release, which they mend as long as the release: `8.2.31-1~deb12u1`. */
const OF_DISTRIBUTION = /(?:deb\d+u\d+|ubuntu[\d.]+)$/
/** WordPress mends none that is older (wordpress.org, July 2025). */
const OLDEST_WORDPRESS = [4, 7] as const
const MOST_TOLD = 5

/** What security updates pass by: packages that are held back, and software that no repository brings. */
export function judgeLeftBehind(host: Host): readonly Judgement[] {
  return [...judgeHeld(host), ...judgePhp(host), ...judgeWordPress(host)]
}

function judgeHeld(host: Host): readonly Judgement[] {
  const held = [...host.get(packages).values()].filter(({ isHeld }) => isHeld)
  const listed = host.get(apt).get('Unattended-Upgrade::Package-Blacklist') ?? []
  const pinned = pins(host)
  const evidence = [
    ...held.map(({ at }) => cite(at)),
    ...listed.map(({ at }) => cite(at)),
    ...pinned.map(({ at }) => at),
  ]
  if (evidence.length === 0) return []
  const names = [
    ...held.map(({ name }) => name),
    ...listed.map(({ value }) => value),
    ...pinned.map(({ name }) => name),
  ]
  const more = names.length > MOST_TOLD ? ` and ${names.length - MOST_TOLD} more` : ''
  const reason = `Security updates pass by what is held back: ${names.slice(0, MOST_TOLD).join(', ')}${more}.`
  return [
    {
      ...sayOf('packages held back', evidence.slice(0, MOST_TOLD))('warn', 'held', reason),
      remedy: [
        ...held.slice(0, MOST_TOLD).map(({ name }) => ({ run: `apt-mark unhold ${quoted(name)}` })),
        {
          tell: 'Take what else is named out of Package-Blacklist, or out of /etc/apt/preferences.d; hold nothing for longer than it takes to mend it.',
        },
      ],
    },
  ]
}

/** Entries of apt_preferences(5) that keep a package at a version, or give what comes from security no chance. */
function pins(host: Host): readonly { readonly name: string; readonly at: Evidence }[] {
  return ['/etc/apt/preferences', ...glob(host.root, '/etc/apt/preferences.d/*')].flatMap((path) => {
    const file = readIfThere(host.root, path)
    let [name, pin, line] = ['', '', 1]
    return (file?.text.split('\n') ?? []).flatMap((text, index) => {
      const [, field, value = ''] = /^(Package|Pin|Pin-Priority):\s*(.*)$/i.exec(text) ?? []
      if (field === undefined) return []
      if (/^package$/i.test(field)) [name, pin, line] = [value, '', index + 1]
      if (/^pin$/i.test(field)) pin = value
      const priority = /^pin-priority$/i.test(field) ? Number.parseInt(value, 10) : Number.NaN
      const keeps = /^version\b/i.test(pin) && priority >= 500
      const refuses = /security/i.test(pin) && priority < 100
      return keeps || refuses ? [{ name, at: cite(placeIn(file!, line)) }] : []
    })
  })
}

function judgePhp(host: Host): readonly Judgement[] {
  const versions = new Map(host.get(phpRuntimes).map((runtime) => [runtime.version, runtime]))
  return [...versions].flatMap(([version, runtime]) => {
    const end = PHP_ENDS[version]
    const installed = ['fpm', 'common', 'cli'].flatMap(
      (part) => host.get(packages).get(`php${version}-${part}`) ?? [],
    )[0]
    if (end === undefined || (installed !== undefined && OF_DISTRIBUTION.test(installed.version))) return []
    const say = sayOf(`PHP ${version}`, [runtime.evidence, ...(installed === undefined ? [] : [cite(installed.at)])])
    return host.now > Date.parse(end) / 1000
      ? [
          say(
            'fail',
            'php-end-of-life',
            `PHP ${version} is not of the distribution, and has had no security fixes since ${end}.`,
          ),
        ]
      : [say('pass', 'php-supported', `PHP ${version} gets security fixes until ${end}.`)]
  })
}

function judgeWordPress(host: Host): readonly Judgement[] {
  return host.get(wordpresses).flatMap(({ folder, version = '', at }) => {
    const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
    const isOld = major < OLDEST_WORDPRESS[0] || (major === OLDEST_WORDPRESS[0] && minor < OLDEST_WORDPRESS[1])
    if (version === '' || !isOld) return []
    const reason = `WordPress ${version} is older than any that still gets security fixes.`
    const path = quoted(folder)
    const remedy = [{ run: `wp --path=${path} core update && wp --path=${path} core update-db` }]
    return [{ ...sayOf(`WordPress ${folder}`, [cite(at)])('fail', 'wordpress-end-of-life', reason), remedy }]
  })
}
