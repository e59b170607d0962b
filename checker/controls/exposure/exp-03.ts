import { hasPublicAddress } from '../../facts/addresses.ts'
import type { Host } from '../../facts/host.ts'
import { glob } from '../../facts/paths.ts'
import { isPublicAddress } from '../../facts/prefixes.ts'
import { isRunning } from '../../facts/processes.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { type Socket, sockets } from '../../facts/sockets.ts'
import { systemd } from '../../facts/systemd.ts'
import { cite, type Evidence, HOST, type Judgement, placeIn } from '../../judging/judgement.ts'
import { unknown } from '../../judging/say.ts'

/** Ports that are for insiders, and what speaks there. */
const INNER: Readonly<Record<number, string>> = {
  111: 'rpcbind',
  389: 'LDAP',
  873: 'rsync',
  2049: 'NFS',
  2375: 'Docker',
  2379: 'etcd',
  3306: 'MariaDB',
  3389: 'RDP',
  5432: 'PostgreSQL',
  5601: 'Kibana',
  5672: 'RabbitMQ',
  5900: 'VNC',
  5984: 'CouchDB',
  6379: 'Redis',
  8080: 'an application server',
  8086: 'InfluxDB',
  9000: 'PHP-FPM',
  9090: 'Prometheus',
  9100: 'node exporter',
  9200: 'Elasticsearch',
  10000: 'Webmin',
  11211: 'memcached',
  15672: 'RabbitMQ',
  20000: 'Usermin',
  27017: 'MongoDB',
}

/** Those of them that answer by UDP, too: whoever forges his address has them flood others. */
const INNER_BY_UDP: readonly number[] = [111, 389, 2049, 11211]

interface Configured {
  readonly service: string
  readonly unit: string
  readonly files: string
  /** Its first group is the address. */
  readonly line: RegExp
  readonly port: number
  /** What holds where the file says nothing. */
  readonly otherwise: string
}

/** Where services say what they listen at, for systems that do not run. */
const CONFIGURED: readonly Configured[] = [
  {
    service: 'MariaDB',
    unit: 'mariadb.service',
    files: '/etc/mysql/mariadb.conf.d/*.cnf',
    line: /^\s*bind[-_]address\s*=\s*(\S+)/,
    port: 3306,
    otherwise: '*',
  },
  {
    service: 'PostgreSQL',
    unit: 'postgresql.service',
    files: '/etc/postgresql/*/*/postgresql.conf',
    line: /^\s*listen_addresses\s*=\s*'([^']*)'/,
    port: 5432,
    otherwise: 'localhost',
  },
  {
    service: 'Redis',
    unit: 'redis-server.service',
    files: '/etc/redis/redis.conf',
    line: /^\s*bind\s+(.+)$/,
    port: 6379,
    otherwise: '*',
  },
  {
    service: 'memcached',
    unit: 'memcached.service',
    files: '/etc/memcached.conf',
    line: /^\s*-l\s+(\S+)/,
    port: 11211,
    otherwise: '*',
  },
  {
    service: 'MongoDB',
    unit: 'mongod.service',
    files: '/etc/mongod.conf',
    line: /^\s*bindIp\s*:\s*([^\s#].*?)\s*(?:#.*)?$/,
    port: 27017,
    otherwise: 'localhost',
  },
  {
    service: 'Elasticsearch',
    unit: 'elasticsearch.service',
    files: '/etc/elasticsearch/elasticsearch.yml',
    line: /^\s*network\.host\s*:\s*\[?["']?([^"'\]#]+)/,
    port: 9200,
    otherwise: 'localhost',
  },
]

/** Services for insiders listen at loopback or at an inner address; a firewall is the second layer, not the first. */
export function exp03(host: Host): readonly Judgement[] {
  return host.get(isRunning) ? judgeRunning(host) : judgeConfigured(host)
}

function judgeRunning(host: Host): readonly Judgement[] {
  const listening = host
    .get(sockets)
    .filter(({ isListening, protocol, port }) => isListening && (protocol === 'tcp' || INNER_BY_UDP.includes(port)))
  const exposed = listening.filter((socket) => isInner(socket) && reaches(socket.address) && !isAllowed(host, socket))
  if (exposed.length === 0) {
    const reason = `Of ${listening.length} listeners none that is for insiders can be reached from outside.`
    return [{ subject: HOST, state: 'pass', cause: 'bound', reason, evidence: listening.slice(0, 5).map(evidenceOf) }]
  }
  return exposed.map((socket) => {
    const what = INNER[socket.port] ?? socket.process?.name ?? 'a service'
    const isOutside = socket.address !== '0.0.0.0' && socket.address !== '::' ? true : host.get(hasPublicAddress)
    const at = `${socket.address}:${socket.port}`
    return {
      subject: `port ${socket.port}/${socket.protocol}`,
      state: isOutside ? 'fail' : 'warn',
      cause: isOutside ? 'public' : 'wildcard',
      reason: isOutside
        ? `${what} listens at ${at}, where the world can reach it.`
        : `${what} listens at every address; today none is public, tomorrow one may be.`,
      evidence: [evidenceOf(socket)],
    }
  })
}

/** PortSentry's decoys listen to be found. */
function isInner(socket: Socket): boolean {
  return INNER[socket.port] !== undefined && socket.process?.name !== 'portsentry'
}

function reaches(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || isPublicAddress(address)
}

function isAllowed(host: Host, socket: Socket): boolean {
  return host.declared.publicPorts.includes(`${socket.port}/${socket.protocol}`)
}

function evidenceOf(socket: Socket): Evidence {
  return {
    source: 'status',
    path: `/proc/net/${socket.protocol}`,
    excerpt: `${socket.address}:${socket.port} ${socket.process?.name ?? 'process unknown'}`,
  }
}

function judgeConfigured(host: Host): readonly Judgement[] {
  const judged = CONFIGURED.flatMap((service) => judgeService(host, service))
  if (judged.length > 0) return judged
  return [
    unknown('not-running', 'What listens cannot be seen in a system that does not run, and no database is configured.'),
  ]
}

function judgeService(host: Host, service: Configured): readonly Judgement[] {
  const units = host.get(systemd)
  if (units.unit(service.unit) === undefined) return []
  let found: { value: string; evidence: Evidence } | undefined
  for (const path of glob(host.root, service.files)) {
    const file = readIfThere(host.root, path)
    for (const { text, number } of file === undefined ? [] : linesOf(file, '#;')) {
      const value = service.line.exec(text)?.[1]
      if (value !== undefined) found = { value, evidence: cite(placeIn(file!, number)) }
    }
  }
  const value = found?.value ?? service.otherwise
  const addresses = value.split(/[\s,]+/).map((each) => each.replace(/^-/, ''))
  const outside = addresses.find((each) => each === '*' || reaches(each))
  const subject = `port ${service.port}/tcp`
  const evidence = found === undefined ? [] : [found.evidence]
  if (outside === undefined)
    return [
      {
        subject,
        state: 'pass',
        cause: 'bound',
        reason: `${service.service} is set to listen at ${value} alone.`,
        evidence,
      },
    ]
  if (host.declared.publicPorts.includes(`${service.port}/tcp`))
    return [
      { subject, state: 'pass', cause: 'declared', reason: `${service.service} is declared to be public.`, evidence },
    ]
  return [
    {
      subject,
      state: 'fail',
      cause: 'public',
      reason: `${service.service} is set to listen at ${outside}, where the world can reach it.`,
      evidence,
    },
  ]
}
