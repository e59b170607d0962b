import { cite, type Evidence, type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { mysqlClientOptions } from './mysql.ts'
import { postfix } from './postfix.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { wordpresses } from './wordpress.ts'

/** Something of this host that asks a database or a directory, by the configuration that says where. */
export interface DatabaseClient {
  /** It stays the same from run to run: `WordPress in /srv/blog`. */
  readonly name: string
  /** Hosts, and paths of sockets; undefined where a program works out which. */
  readonly peers: readonly string[] | undefined
  /** `verified`: by TLS, from whoever shows the right certificate; `unverified`: by TLS, from whoever answers. */
  readonly tls: 'none' | 'unverified' | 'verified'
  readonly evidence: readonly Evidence[]
}

/** Programs that ask a database or a directory: WordPress, the clients of MariaDB and PostgreSQL, Postfix, Dovecot, users of LDAP. */
export const databaseClients = fact('database clients', (host): readonly DatabaseClient[] => [
  ...wordpressClients(host),
  ...mysqlClients(host),
  ...postgresqlClients(host),
  ...postfixTables(host),
  ...DOVECOT_FILES.flatMap((path) => dovecotClient(host, path)),
  ...ldapClients(host),
])

/** mysqli verifies by itself; the one flag takes that away. */
function wordpressClients(host: Host): readonly DatabaseClient[] {
  return host.get(wordpresses).flatMap(({ folder, defines }): readonly DatabaseClient[] => {
    const [server, flags] = [defines.get('DB_HOST'), defines.get('MYSQL_CLIENT_FLAGS')]
    if (server === undefined) return []
    const isFixed = /^[\w.:[\]/-]*$/.test(server.value)
    const peer = server.value.startsWith('/') ? server.value : withoutPort(server.value)
    const tls = /DONT_VERIFY/.test(flags?.value ?? '')
      ? 'unverified'
      : /SSL/.test(flags?.value ?? '')
        ? 'verified'
        : 'none'
    const evidence = [server, flags].flatMap((each) => (each === undefined ? [] : [cite(each.at)]))
    return [{ name: `WordPress in ${folder}`, peers: isFixed ? [peer] : undefined, tls, evidence }]
  })
}

function mysqlClients(host: Host): readonly DatabaseClient[] {
  const options = host.get(mysqlClientOptions)
  const server = options?.get('host')
  if (options === undefined || server === undefined) return []
  const [ssl, ca, verify, mode] = ['ssl', 'ssl_ca', 'ssl_verify_server_cert', 'ssl_mode'].map((name) =>
    options.get(name),
  )
  const isOn = (value: string | undefined) => value !== undefined && !/^(0|off|false|no|disabled?)$/i.test(value)
  const isVerified = isOn(verify?.value) || /^verify_identity$/i.test(mode?.value ?? '')
  const isTls = isVerified || isOn(ssl?.value) || ca !== undefined || /^(required|verify_ca)$/i.test(mode?.value ?? '')
  const evidence = [server, verify ?? mode ?? ssl ?? ca].flatMap((each) => (each === undefined ? [] : [cite(each.at)]))
  return [{ name: 'clients of MariaDB', peers: [server.value], tls: tlsOf(isTls, isVerified), evidence }]
}

/** Services that connections of libpq name (pg_service.conf). */
function postgresqlClients(host: Host): readonly DatabaseClient[] {
  const file = readIfThere(host.root, '/etc/postgresql-common/pg_service.conf')
  const services = new Map<string, Map<string, { readonly value: string; readonly at: Place }>>()
  let current = new Map<string, { readonly value: string; readonly at: Place }>()
  for (const { text, number } of file === undefined ? [] : linesOf(file)) {
    const name = /^\s*\[([^\]]+)\]/.exec(text)?.[1]
    if (name !== undefined) {
      current = new Map()
      services.set(name, current)
    }
    const [, key, value] = /^(\w+)\s*=\s*(.*?)\s*$/.exec(text.trim()) ?? []
    if (key !== undefined) current.set(key, { value: value!, at: placeIn(file!, number) })
  }
  return [...services].flatMap(([name, settings]): readonly DatabaseClient[] => {
    const [server, mode] = [settings.get('host'), settings.get('sslmode')]
    if (server === undefined) return []
    const evidence = [server, mode].flatMap((each) => (each === undefined ? [] : [cite(each.at)]))
    return [
      { name: `service ${name} of PostgreSQL`, peers: server.value.split(','), tls: tlsOfMode(mode?.value), evidence },
    ]
  })
}

/** Tables that Postfix looks up in databases (mysql_table(5), pgsql_table(5), ldap_table(5)). */
function postfixTables(host: Host): readonly DatabaseClient[] {
  const found = host.get(postfix)
  const values = [
    ...[...(found?.parameters.values() ?? [])].map(({ value }) => value),
    ...(found?.services ?? []).flatMap(({ overrides }) => [...overrides.values()]),
  ]
  const tables = new Map(
    values.flatMap((value) =>
      [...value.matchAll(/\b(mysql|pgsql|ldap):(\/[^\s,{}]+)/g)].map(([, type, path]) => [path!, type!]),
    ),
  )
  return [...tables].flatMap(([path, type]): readonly DatabaseClient[] => {
    const settings = settingsOf(host, path)
    const servers = (settings.get(type === 'ldap' ? 'server_host' : 'hosts')?.value ?? '')
      .split(/[\s,]+/)
      .filter(Boolean)
    if (servers.length === 0) return []
    const isOn = (name: string) => settings.get(name)?.value === 'yes'
    const mode = /\bsslmode=([\w-]+)/.exec(servers.join(' '))?.[1]
    const tls = {
      mysql: tlsOf(
        isOn('tls_verify_cert') || settings.has('tls_CAfile') || settings.has('tls_CApath'),
        isOn('tls_verify_cert'),
      ),
      pgsql: tlsOfMode(mode),
      ldap: tlsOf(isOn('start_tls') || servers.every((each) => each.startsWith('ldaps:')), isOn('tls_require_cert')),
    }[type]!
    const first = [...settings.values()][0]!
    return [
      {
        name: `table ${path} of Postfix`,
        peers: servers.map(peerOf),
        tls,
        evidence: [cite(settings.get('hosts')?.at ?? settings.get('server_host')?.at ?? first.at)],
      },
    ]
  })
}

const DOVECOT_FILES = ['/etc/dovecot/dovecot-sql.conf.ext', '/etc/dovecot/dovecot-ldap.conf.ext']

/** `connect = host=… sslmode=…` of a database, `hosts` and `tls` of a directory. */
function dovecotClient(host: Host, path: string): readonly DatabaseClient[] {
  const settings = settingsOf(host, path)
  const connect = settings.get('connect')
  if (connect !== undefined) {
    const words = new Map(
      connect.value.split(/\s+/).map((word) => [word.split('=', 1)[0]!, word.slice(word.indexOf('=') + 1)]),
    )
    const server = words.get('host')
    if (server === undefined) return []
    const isVerified = words.get('ssl_verify_server_cert') === 'yes'
    const tls =
      settings.get('driver')?.value === 'pgsql'
        ? tlsOfMode(words.get('sslmode'))
        : tlsOf(isVerified || words.has('ssl_ca'), isVerified)
    return [{ name: 'users of Dovecot', peers: [server], tls, evidence: [cite(connect.at)] }]
  }
  const servers = settings.get('uris') ?? settings.get('hosts')
  if (servers === undefined) return []
  const peers = servers.value.split(/\s+/).filter(Boolean)
  const isTls = settings.get('tls')?.value === 'yes' || peers.every((each) => each.startsWith('ldaps:'))
  const isVerified = !/^(never|allow|try)$/.test(settings.get('tls_require_cert')?.value ?? '')
  return [
    {
      name: 'users of Dovecot in a directory',
      peers: peers.map(peerOf),
      tls: tlsOf(isTls, isVerified),
      evidence: [cite(servers.at)],
    },
  ]
}

/** Who is asked for users of the system, and how: nslcd.conf(5), sssd-ldap(5). */
function ldapClients(host: Host): readonly DatabaseClient[] {
  const kinds = [
    { name: 'nslcd', path: '/etc/nslcd.conf', uri: 'uri', start: 'ssl', check: 'tls_reqcert' },
    {
      name: 'sssd',
      path: '/etc/sssd/sssd.conf',
      uri: 'ldap_uri',
      start: 'ldap_id_use_start_tls',
      check: 'ldap_tls_reqcert',
    },
  ]
  return kinds.flatMap(({ name, path, uri, start, check }): readonly DatabaseClient[] => {
    const settings = settingsOf(host, path)
    const servers = settings.get(uri)
    if (servers === undefined) return []
    const peers = servers.value.split(/[\s,]+/).filter(Boolean)
    const isTls =
      /^(start_tls|on|yes|true)$/i.test(settings.get(start)?.value ?? '') ||
      peers.every((each) => each.startsWith('ldaps:'))
    const isVerified = !/^(never|allow|try)$/i.test(settings.get(check)?.value ?? '')
    const evidence = [servers, settings.get(start), settings.get(check)].flatMap((each) =>
      each === undefined ? [] : [cite(each.at)],
    )
    return [{ name, peers: peers.map(peerOf), tls: tlsOf(isTls, isVerified), evidence }]
  })
}

/** `name = value` and `name value`, the last of a name counts. */
function settingsOf(host: Host, path: string): ReadonlyMap<string, { readonly value: string; readonly at: Place }> {
  const file = readIfThere(host.root, path)
  return new Map(
    (file === undefined ? [] : linesOf(file, '#;[')).flatMap(({ text, number }) => {
      const [, name, value] = /^\s*(\w+)(?:\s*=\s*|\s+)(\S.*)$/.exec(text) ?? []
      return name === undefined ? [] : [[name, { value: value!.trim(), at: placeIn(file!, number) }] as const]
    }),
  )
}

function tlsOf(isTls: boolean, isVerified: boolean): DatabaseClient['tls'] {
  return isTls ? (isVerified ? 'verified' : 'unverified') : 'none'
}

/** libpq takes TLS where it can and the clear where not, unless `sslmode` says otherwise. */
function tlsOfMode(mode: string | undefined): DatabaseClient['tls'] {
  return mode === 'verify-full' ? 'verified' : tlsOf(mode === 'require' || mode === 'verify-ca', false)
}

/** The host of `ldap://host:389/`, `postgresql://user@host/db`, `inet:host:3306`, `host:3306`; the path of `unix:/…` and `ldapi://`. */
function peerOf(server: string): string {
  if (server.startsWith('ldapi:')) return '/'
  const bare = server.replace(/^(?:unix|inet):/, '').replace(/^[a-z]+:\/\/(?:[^/@]*@)?/, '')
  return bare.startsWith('/') ? bare : withoutPort(bare.split('/', 1)[0]!)
}

function withoutPort(text: string): string {
  return /^\[([^\]]*)\]/.exec(text)?.[1] ?? text.replace(/^([^:]*):.*$/, '$1')
}
