import { cite, type Evidence } from '../judging/judgement.ts'
import { fail2ban, type Jail } from './fail2ban.ts'
import { filterMatches, readFilter } from './fail2ban-filter.ts'
import type { Host } from './host.ts'
import { systemd } from './systemd.ts'
import { placeOfUnit } from './unit-evidence.ts'

/** Whether a jail would ban whoever writes such lines into its log, and what shows it. */
export type JailHealth =
  | { readonly state: 'alive'; readonly jail: Jail; readonly evidence: readonly Evidence[] }
  | { readonly state: 'dead'; readonly cause: string; readonly why: string; readonly evidence: readonly Evidence[] }
  | { readonly state: 'absent'; readonly why: string; readonly evidence: readonly Evidence[] }

export interface Wanted {
  readonly jail: string
  /** A line as the daemon writes it, without the date that fail2ban cuts off; the jail must count it. */
  readonly line?: string
  /** Units that may write it, for jails that read the journal: the first that is there does. */
  readonly units?: readonly string[]
}

/** Follows a jail from the daemon's start to the line that it has to count. */
export function jailHealth(host: Host, { jail: name, line, units }: Wanted): JailHealth {
  const found = host.get(fail2ban)
  if (found === undefined) return { state: 'absent', why: 'fail2ban is not here', evidence: [] }
  const jail = found.jails.get(name)
  const at = jail?.at === undefined ? [] : [cite(jail.at)]
  if (jail === undefined || !jail.isEnabled)
    return { state: 'absent', why: `the jail ${name} is not switched on`, evidence: at }
  const dead = (cause: string, why: string, more: readonly Evidence[] = []): JailHealth => ({
    state: 'dead',
    cause,
    why,
    evidence: [...at, ...more],
  })
  if (!found.isEnabled) return dead('service-off', 'nothing starts fail2ban', placeOfUnit(host, 'fail2ban'))
  if (found.startError !== undefined) {
    const { jail: culprit, why } = found.startError
    const more = culprit.at === undefined ? [] : [cite(culprit.at)]
    return dead('no-start', `fail2ban does not start at all: of the jail ${culprit.name}, ${why}`, more)
  }
  const refused = host.root.run('fail2ban-test')
  if (refused.outcome === 'ran' && refused.exitCode !== 0) {
    const said = refused.stderr.trim().split('\n').at(-1) ?? ''
    return dead('no-start', 'fail2ban itself says that it would not start', [
      { source: 'command', path: 'fail2ban-client -t', excerpt: said.slice(0, 200) },
    ])
  }
  const spared = sparesAll(jail)
  if (spared !== undefined)
    return dead('spares-all', `its ignoreip spares ${spared.prefix}: everybody`, [spared.evidence])
  const filter = readFilter(host.root, jail.filter)
  if (filter === undefined) return dead('no-filter', `its filter ${jail.filter.name} is not there`)
  const cited: Evidence = { source: 'file', path: filter.path, excerpt: `${filter.expressions.length} expressions` }
  if (line !== undefined && !filterMatches(filter, line)) {
    return dead('no-match', `its filter does not match the line "${shortened(line)}"`, [cited])
  }
  // fail2ban reads what either of them matches.
  const journals = [filter.journalMatch, jail.setting('journalmatch')?.value].filter((each) => each !== undefined)
  if (jail.backend === 'systemd' && units !== undefined && journals.length > 0 && !readsUnit(host, journals, units)) {
    const journal = journals.join(' and of ')
    return dead('other-unit', `it reads the journal of ${journal}, but ${units.join(' or ')} writes these lines`, [
      cited,
    ])
  }
  return {
    state: 'alive',
    jail,
    evidence: [
      ...at,
      cited,
      ...jail.logFiles.slice(0, 1).map((path): Evidence => ({ source: 'status', path, excerpt: 'the log is there' })),
    ],
  }
}

const EVERYBODY = /^(?:0\.0\.0\.0\/[0-3]|::\/[0-3])$/

/** A prefix of ignoreip that holds all addresses of a family, or an eighth of them and more. */
function sparesAll(jail: Jail): { readonly prefix: string; readonly evidence: Evidence } | undefined {
  const setting = jail.setting('ignoreip')
  const prefix = setting?.value.split(/[\s,]+/).find((word) => EVERYBODY.test(word))
  return setting === undefined || prefix === undefined ? undefined : { prefix, evidence: cite(setting.at) }
}

/** Terms joined by blanks must all hold, `+` begins another choice (journalctl(1)); the unit that writes is the first that is there. */
function readsUnit(host: Host, journals: readonly string[], units: readonly string[]): boolean {
  const writer = units.find((unit) => host.get(systemd).unit(unit) !== undefined) ?? units[0]!
  return journals
    .flatMap((journal) => journal.split(/\s\+\s/))
    .some((choice) => {
      const named = [...choice.matchAll(/_SYSTEMD_UNIT=(\S+)/g)].map((match) => match[1]!)
      return named.length === 0 || named.includes(writer)
    })
}

function shortened(line: string): string {
  return line.length <= 90 ? line : `${line.slice(0, 89)}…`
}
