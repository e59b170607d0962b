/** A protocol that sends data in the clear, unless it begins TLS itself. */
export interface PlainProtocol {
  readonly name: string
  /** TLS may run on the same port, so the port alone proves nothing. */
  readonly mayBeTls: boolean
}

/** By TCP port. */
export const PLAIN_PROTOCOLS: ReadonlyMap<number, PlainProtocol> = new Map([
  [21, { name: 'FTP', mayBeTls: true }],
  [23, { name: 'telnet', mayBeTls: false }],
  [25, { name: 'SMTP', mayBeTls: true }],
  [389, { name: 'LDAP', mayBeTls: true }],
  [514, { name: 'syslog', mayBeTls: false }],
  [873, { name: 'rsync', mayBeTls: false }],
  [2049, { name: 'NFS', mayBeTls: true }],
  [3260, { name: 'iSCSI', mayBeTls: false }],
  [3306, { name: 'MySQL', mayBeTls: true }],
  [5432, { name: 'PostgreSQL', mayBeTls: true }],
  [6379, { name: 'Redis', mayBeTls: true }],
  [9200, { name: 'Elasticsearch', mayBeTls: true }],
  [11211, { name: 'memcached', mayBeTls: true }],
  [27017, { name: 'MongoDB', mayBeTls: true }],
])
