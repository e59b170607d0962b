import type { Host } from '../../facts/host.ts'
import { mysqlOptions } from '../../facts/mysql.ts'
import { type Cluster, clusters } from '../../facts/postgresql.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { redis } from '../../facts/redis.ts'
import { systemd } from '../../facts/systemd.ts'
import { isOwnOrTunnelled } from '../../facts/tunnels.ts'
import { type Judgement, placeIn } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'
import { judgeClients } from './database-clients.ts'
import { judgeMongod, judgeSlapd } from './directory-servers.ts'
import { judgeMysqlReplicas, judgePostgresqlReplicas } from './replicas.ts'
import { isYes, LOCAL, OFFERED, PLAIN, REQUIRED, type Said, say, staysIn, withoutFile } from './said.ts'

/** Databases, directories and caches that other hosts reach must ask for TLS; what asks those of other hosts must use it, and look whom it asks. */
export function s2s01(host: Host): Judged {
  const isOn = (...units: readonly string[]) => units.some((unit) => host.get(systemd).isEnabled(unit))
  const servers = [
    ...(isOn('mariadb', 'mysql') ? [judgeMysql, judgeMysqlReplicas] : []),
    ...(isOn('postgresql', 'postgresql@15-main')
      ? [...host.get(clusters).map((each) => (own: Host) => judgeCluster(own, each)), judgePostgresqlReplicas]
      : []),
    ...(isOn('redis-server', 'redis', 'valkey', 'valkey-server') ? [judgeRedis] : []),
    ...(isOn('memcached') ? [judgeMemcached] : []),
    ...(isOn('mongod', 'mongodb') ? [judgeMongod] : []),
    ...(isOn('slapd') ? [judgeSlapd] : []),
  ]
  const nothing = notApplicable(
    'no-database',
    'No database, directory or cache is started, and none of another host is asked.',
  )
  const clients = (own: Host) => {
    const judged = judgeClients(own)
    return judged.length === 0 && servers.length === 0 ? [nothing] : judged
  }
  return [...servers, clients]
}

function judgeMysql(host: Host): readonly Judgement[] {
  const options = host.get(mysqlOptions)
  if (options === undefined) return withoutFile('MariaDB')
  const about: Said = {
    subject: 'MariaDB',
    remedy: [
      {
        file: '/etc/mysql/mariadb.conf.d/90-tls.cnf',
        content:
          '[mariadb]\nssl-cert = /etc/mysql/tls/server.pem\nssl-key = /etc/mysql/tls/server.key\nrequire-secure-transport = on\n',
      },
      { run: 'systemctl restart mariadb' },
    ],
  }
  const [bind, required, network] = ['bind_address', 'require_secure_transport', 'skip_networking'].map((name) =>
    options.get(name!),
  )
  if (isYes(network?.value)) return [say(about, 'pass', LOCAL, [network?.at])]
  const addresses = (bind?.value ?? '*').split(',').map((address) => address.trim())
  if (staysIn(host, addresses)) return [say(about, 'pass', LOCAL, [bind?.at])]
  if (isYes(required?.value)) return [say(about, 'pass', REQUIRED, [bind?.at, required?.at])]
  const certificate = options.get('ssl_cert')
  if (certificate !== undefined) return [say(about, 'warn', OFFERED, [bind?.at, certificate.at])]
  return [say(about, 'fail', PLAIN, [bind?.at, required?.at])]
}

function judgeCluster(host: Host, { name, settings, access }: Cluster): Judgement {
  const about: Said = {
    subject: `PostgreSQL ${name}`,
    remedy: [
      { edit: `/etc/postgresql/${name}/pg_hba.conf`, replace: '^host(\\s)', with: 'hostssl\\1' },
      { edit: `/etc/postgresql/${name}/pg_hba.conf`, replace: '^hostnossl(\\s)', with: 'hostssl\\1' },
      { file: `/etc/postgresql/${name}/conf.d/tls.conf`, content: 'ssl = on\n' },
      { run: 'systemctl restart postgresql' },
    ],
  }
  const listens = settings.get('listen_addresses')
  const addresses = (listens?.value ?? 'localhost')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)
  if (staysIn(host, addresses)) return say(about, 'pass', LOCAL, [listens?.at])
  const remote = access.filter(
    ({ type, address, method }) => type !== 'local' && method !== 'reject' && !isNear(host, address),
  )
  const plain = remote.find(({ type }) => type === 'host' || type === 'hostnossl' || type === 'hostnogssenc')
  const ssl = settings.get('ssl')
  if (plain !== undefined) return say(about, 'fail', PLAIN, [listens?.at, plain.at])
  if (!isYes(ssl?.value) && remote.some(({ type }) => type === 'hostssl'))
    return say(about, 'warn', ['ssl-off', 'TLS is asked for and switched off: no other host gets in.'], [ssl?.at])
  return say(about, 'pass', REQUIRED, [listens?.at, ssl?.at, remote[0]?.at])
}

function isNear(host: Host, address: string): boolean {
  if (address === 'samehost') return true
  return isOwnOrTunnelled(host, address.replace(/\/\d+$/, '')) !== undefined
}

function judgeRedis(host: Host): readonly Judgement[] {
  const settings = host.get(redis)
  if (settings === undefined) return withoutFile('Redis')
  const about: Said = {
    subject: 'Redis',
    remedy: [
      { edit: '/etc/redis/redis.conf', replace: '^port\\s.*', with: 'port 0' },
      {
        append: '/etc/redis/redis.conf',
        lines: [
          'port 0',
          'tls-port 6379',
          'tls-cert-file /etc/redis/tls/server.pem',
          'tls-key-file /etc/redis/tls/server.key',
          'tls-ca-cert-file /etc/redis/tls/ca.pem',
          'tls-replication yes',
        ],
      },
      { run: 'systemctl restart redis-server' },
    ],
  }
  const [bind, port, replica, replicaTls] = ['bind', 'port', 'replicaof', 'tls-replication'].map((name) =>
    settings.get(name!),
  )
  const primary = replica?.words[0]
  if (primary !== undefined && primary !== 'no' && !staysIn(host, [primary]) && replicaTls?.words[0] !== 'yes')
    return [
      say(
        about,
        'fail',
        ['plain-replication', 'It copies the data of another host in the clear.'],
        [replica?.at, replicaTls?.at],
      ),
    ]
  if (staysIn(host, bind?.words ?? ['*'])) return [say(about, 'pass', LOCAL, [bind?.at])]
  if (port?.words[0] === '0') return [say(about, 'pass', REQUIRED, [bind?.at, port.at])]
  return [say(about, 'fail', PLAIN, [bind?.at, port?.at])]
}

function judgeMemcached(host: Host): readonly Judgement[] {
  const file = readIfThere(host.root, '/etc/memcached.conf')
  if (file === undefined) return withoutFile('memcached')
  const about: Said = {
    subject: 'memcached',
    remedy: [
      { edit: '/etc/memcached.conf', replace: '^-l .*', with: '-l 127.0.0.1' },
      { append: '/etc/memcached.conf', lines: ['-l 127.0.0.1'] },
      { run: 'systemctl restart memcached' },
    ],
  }
  const lines = linesOf(file).map(({ text, number }) => ({
    words: text.trim().split(/[\s=]+/),
    at: placeIn(file, number),
  }))
  const listens = lines.filter(({ words }) => words[0] === '-l' || words[0] === '--listen')
  const tls = lines.find(({ words }) => words[0] === '-Z' || words[0] === '--enable-ssl')
  const addresses = listens.flatMap(({ words }) => (words[1] ?? '').split(','))
  const socket = lines.find(({ words }) => words[0] === '-s')
  if (socket !== undefined || (addresses.length > 0 && staysIn(host, addresses)))
    return [say(about, 'pass', LOCAL, [(socket ?? listens[0])?.at])]
  if (tls !== undefined) return [say(about, 'pass', REQUIRED, [tls.at])]
  return [say(about, 'fail', PLAIN, [listens[0]?.at])]
}
