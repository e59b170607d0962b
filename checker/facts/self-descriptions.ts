import { type Place, placeIn } from '../judging/judgement.ts'
import { apache, apacheHas } from './apache.ts'
import { dovecot } from './dovecot.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { nginx, nginxSetting } from './nginx.ts'
import { exists, glob } from './paths.ts'
import { postfix } from './postfix.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { sshd } from './sshd.ts'
import { systemd } from './systemd.ts'
import { miniservs } from './webmin.ts'

/** What a service says of itself, and the line that lets it; without a line it is what the service begins with. */
export interface SelfDescription {
  readonly service: string
  /** `version`: exactly which; `product`: more than it has to; `little`: no more than the protocol asks for. */
  readonly tells: 'version' | 'product' | 'little'
  readonly says: string
  readonly at: Place | undefined
  /** Where it is to be changed. */
  readonly path: string
}

const VERSION = /\d+\.\d+/

/** What the services that are started say of themselves. */
export const selfDescriptions = fact('self-descriptions', (host): readonly SelfDescription[] => [
  ...ofApache(host),
  ...ofNginx(host),
  ...ofPhp(host),
  ...ofPostfix(host),
  ...ofSsh(host),
  ...ofSquid(host),
  ...ofDovecot(host),
  ...ofWebmin(host),
])

/** Of mod_security2 the whole header can be had, but only over ServerTokens Full. */
function ofApache(host: Host): readonly SelfDescription[] {
  const found = host.get(apache)
  if (found?.isEnabled !== true) return []
  const last = (name: string) => found.main.filter((node) => node.name === name).at(-1)
  const tokens = last('servertokens')
  const signature = last('serversignature')
  const masked = last('secserversignature')
  const path = tokens?.at.path ?? '/etc/apache2/conf-available/security.conf'
  const value = tokens?.words[0]?.toLowerCase() ?? 'full'
  const isMasked = masked !== undefined && apacheHas(found, 'security2_module') && value === 'full'
  const isShort = value === 'prod' || value === 'productonly'
  const says = isMasked ? `Server: ${masked.words[0]}` : `ServerTokens ${tokens?.words[0] ?? 'Full, as it begins with'}`
  const pages = signature !== undefined && signature.words[0]?.toLowerCase() !== 'off'
  return [
    { service: 'Apache', tells: isMasked || isShort ? 'little' : 'version', says, at: masked?.at ?? tokens?.at, path },
    {
      service: 'pages of Apache',
      tells: !pages ? 'little' : isShort || isMasked ? 'product' : 'version',
      says: `ServerSignature ${pages ? 'On' : 'Off'}`,
      at: signature?.at,
      path,
    },
  ]
}

function ofNginx(host: Host): readonly SelfDescription[] {
  const found = host.get(nginx)
  if (found?.isEnabled !== true) return []
  const talkative = [found.http, ...found.servers.map(({ levels }) => levels.at(-1)!)].map((_, index) => {
    const levels = index === 0 ? [found.http] : found.servers[index - 1]!.levels
    return nginxSetting(levels, 'server_tokens')
  })
  const worst = found.servers.length === 0 ? talkative[0] : talkative.slice(1).find((node) => node?.words[0] !== 'off')
  const isQuiet =
    found.servers.length === 0
      ? worst?.words[0] === 'off'
      : talkative.slice(1).every((node) => node?.words[0] === 'off')
  const says = isQuiet ? 'server_tokens off' : `server_tokens ${worst?.words[0] ?? 'on, as it begins with'}`
  return [
    { service: 'nginx', tells: isQuiet ? 'little' : 'version', says, at: worst?.at, path: '/etc/nginx/nginx.conf' },
  ]
}

function ofPhp(host: Host): readonly SelfDescription[] {
  return [...glob(host.root, '/etc/php/*/fpm/php.ini'), ...glob(host.root, '/etc/php/*/apache2/php.ini')].map(
    (path) => {
      const set = lastLine(
        host,
        [path, ...glob(host.root, path.replace(/php\.ini$/, 'conf.d/*.ini'))],
        /^\s*expose_php\s*=\s*(\S+)/i,
      )
      const isQuiet = /^["']?(?:off|0|no|false)/i.test(set?.value ?? '')
      const service = path.includes('/fpm/') ? 'PHP-FPM' : 'mod_php'
      return {
        service,
        tells: isQuiet ? 'little' : 'version',
        says: `expose_php ${set?.value ?? 'On, as it begins with'}`,
        at: set?.at,
        path,
      }
    },
  )
}

function ofPostfix(host: Host): readonly SelfDescription[] {
  const found = host.get(postfix)
  if (found === undefined) return []
  const banner = found.parameters.get('smtpd_banner')
  const value = banner?.value ?? '$myhostname ESMTP $mail_name'
  const tells = /\$\{?mail_version|\d+\.\d+\.\d+/.test(value)
    ? 'version'
    : /Debian|Ubuntu|GNU/i.test(value)
      ? 'product'
      : 'little'
  return [{ service: 'Postfix', tells, says: value, at: banner?.at, path: '/etc/postfix/main.cf' }]
}

/** Its protocol asks for its version (RFC 4253 §4.2); Debian adds the one of the package, patches and all. */
function ofSsh(host: Host): readonly SelfDescription[] {
  const lines = host.get(sshd)
  if (lines === undefined) return []
  const set = lines.find(({ keyword, match }) => keyword === 'debianbanner' && match === undefined)
  return [
    {
      service: 'ssh',
      tells: set?.value.toLowerCase() === 'no' ? 'little' : 'version',
      says: `DebianBanner ${set?.value ?? 'yes, as it begins with'}`,
      at: set?.at,
      path: '/etc/ssh/sshd_config',
    },
  ]
}

function ofSquid(host: Host): readonly SelfDescription[] {
  const path = '/etc/squid/squid.conf'
  if (!exists(host.root, path) || !host.get(systemd).isEnabled('squid')) return []
  const set = lastLine(
    host,
    [...glob(host.root, '/etc/squid/conf.d/*.conf'), path],
    /^\s*httpd_suppress_version_string\s+(\S+)/,
  )
  const isQuiet = set?.value === 'on'
  return [
    {
      service: 'Squid',
      tells: isQuiet ? 'little' : 'version',
      says: `httpd_suppress_version_string ${set?.value ?? 'off, as it begins with'}`,
      at: set?.at,
      path,
    },
  ]
}

/** Debian's greeting is "Dovecot (Debian) ready."; the last word for all protocols counts. */
function ofDovecot(host: Host): readonly SelfDescription[] {
  const found = host.get(dovecot)
  if (found === undefined || !host.get(systemd).isEnabled('dovecot')) return []
  const set = found.settings.filter(({ key, sections }) => key === 'login_greeting' && sections.length === 0).at(-1)
  const says = set?.value ?? 'Dovecot (Debian) ready.'
  const tells = VERSION.test(says) ? 'version' : /dovecot|debian|ubuntu/i.test(says) ? 'product' : 'little'
  return [{ service: 'Dovecot', tells, says, at: set?.at, path: '/etc/dovecot/dovecot.conf' }]
}

/** `server` of miniserv.conf is its header: set up, Webmin writes its version there. */
function ofWebmin(host: Host): readonly SelfDescription[] {
  return host.get(miniservs).map(({ name, folder, setting }) => {
    const set = setting('server')
    const says = set?.value ?? 'MiniServ/0.01'
    const tells =
      set !== undefined && VERSION.test(says) ? 'version' : /miniserv|webmin|usermin/i.test(says) ? 'product' : 'little'
    return {
      service: name === 'webmin' ? 'Webmin' : 'Usermin',
      tells,
      says,
      at: set?.at,
      path: `${folder}/miniserv.conf`,
    }
  })
}

interface FoundLine {
  readonly value: string
  readonly at: Place
}

function linesLike(host: Host, path: string, pattern: RegExp): readonly FoundLine[] {
  const file = readIfThere(host.root, path)
  if (file === undefined) return []
  return linesOf(file, '#;').flatMap(({ text, number }) => {
    const value = pattern.exec(text)?.[1]
    return value === undefined ? [] : [{ value, at: placeIn(file, number) }]
  })
}

function lastLine(host: Host, paths: readonly string[], pattern: RegExp): FoundLine | undefined {
  return paths.flatMap((path) => linesLike(host, path, pattern)).at(-1)
}
