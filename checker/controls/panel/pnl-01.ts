import { isIP } from 'node:net'
import type { Host } from '../../facts/host.ts'
import { isPublicAddress } from '../../facts/prefixes.ts'
import { type Miniserv, miniservs, proxyTo } from '../../facts/webmin.ts'
import { cite, type Evidence, type Judgement, type Place, type State } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'
import { judgeVirtualmin } from './virtualmin-sites.ts'

interface Weakness {
  readonly state: State
  readonly cause: string
  readonly says: string
  readonly at: Place | undefined
}

/** Prefixes so wide that a list of them shuts nobody out. */
const ALL = /^(?:0\.0\.0\.0(?:\/0)?|\*|::(?:\/0)?|ALL)$/i

/** The panel is root on the web: nobody reaches it who has no business there, and a password alone does not open it. */
export function pnl01(host: Host): Judged {
  const servers = host.get(miniservs)
  if (servers.length === 0) return [notApplicable('no-panel', 'There is no Webmin here.')]
  return [...servers.map((server) => (own: Host) => judge(own, server)), judgeVirtualmin]
}

function judge(host: Host, server: Miniserv): Judgement {
  const weaknesses = [...reach(host, server), ...transport(server), ...logins(server)]
  const worst = weaknesses.find(({ state }) => state === 'fail') ?? weaknesses[0]
  const base = { subject: server.name, values: { name: server.name, folder: server.folder } }
  if (worst === undefined) {
    const evidence = ['bind', 'allow', 'ssl', 'blockhost_failures'].flatMap((key) => citedSetting(server, key))
    const reason = 'Only insiders reach it, over TLS, with a second factor, and whoever guesses is shut out.'
    return { ...base, state: 'pass', cause: 'contained', reason, evidence }
  }
  const text = weaknesses.map(({ says }) => says).join('; ')
  return {
    ...base,
    state: worst.state,
    cause: worst.cause,
    reason: `${text[0]!.toUpperCase()}${text.slice(1)}.`,
    evidence: weaknesses.map(({ at }) => cite(at ?? server.at)),
  }
}

function citedSetting(server: Miniserv, key: string): readonly Evidence[] {
  const setting = server.setting(key)
  return setting === undefined ? [] : [cite(setting.at)]
}

/** Whom its address, its list, or a web server in front lets through. */
function reach(host: Host, server: Miniserv): readonly Weakness[] {
  const [bind, allow] = [server.setting('bind'), server.setting('allow')]
  const port = server.setting('port')?.value ?? (server.name === 'webmin' ? '10000' : '20000')
  const proxy = proxyTo(host, port)
  const isInside = bind !== undefined && isIP(bind.value) !== 0 && !ALL.test(bind.value) && !isPublicAddress(bind.value)
  if (isInside && proxy !== undefined) {
    return [
      {
        state: 'fail',
        cause: 'proxied',
        says: 'a web server hands requests of the world to it, past its own address',
        at: proxy,
      },
    ]
  }
  if (isInside) return []
  const list = (allow?.value ?? '').split(/\s+/).filter((word) => word !== '')
  return list.length > 0 && !list.some((word) => ALL.test(word))
    ? [
        {
          state: 'warn',
          cause: 'listed',
          says: 'it listens to the world, and only its own list of addresses keeps others out',
          at: allow?.at,
        },
      ]
    : [{ state: 'fail', cause: 'public', says: 'the world reaches a login of root', at: (allow ?? bind)?.at }]
}

function transport(server: Miniserv): readonly Weakness[] {
  const ssl = server.setting('ssl')
  if (ssl?.value !== '1') {
    return [
      { state: 'fail', cause: 'clear-text', says: "root's password goes over the line in the clear", at: ssl?.at },
    ]
  }
  return []
}

function logins(server: Miniserv): readonly Weakness[] {
  const [block, session, provider] = ['blockhost_failures', 'session', 'twofactor_provider'].map((key) =>
    server.setting(key),
  )
  const without = server.users.filter((user) => !server.withSecondFactor.includes(user))
  const weaknesses: Weakness[] = []
  if (!(Number(block?.value ?? 0) > 0)) {
    weaknesses.push({
      state: 'warn',
      cause: 'no-lock-out',
      says: 'passwords can be guessed without end',
      at: block?.at,
    })
  }
  if (session?.value !== '1') {
    weaknesses.push({
      state: 'warn',
      cause: 'no-session',
      says: 'the browser sends the password with every request',
      at: session?.at,
    })
  }
  if ((provider?.value ?? '') === '' || without.length > 0 || server.users.length === 0) {
    weaknesses.push({ state: 'warn', cause: 'no-second-factor', says: 'a password alone opens it', at: provider?.at })
  }
  return weaknesses
}
