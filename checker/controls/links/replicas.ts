import type { Host } from '../../facts/host.ts'
import { mysqlReplicas } from '../../facts/mysql-replicas.ts'
import { clusters } from '../../facts/postgresql.ts'
import { wordOf } from '../../facts/slapd.ts'
import type { Judgement } from '../../judging/judgement.ts'
import { type Said, say, staysIn, type Why } from './said.ts'

const PLAIN_COPY: Why = ['plain-replication', 'It copies the data of another host in the clear, or may.']
const ANY_PRIMARY: Why = ['unverified', 'It copies by TLS from whoever answers: someone in between reads along.']
const VERIFIED: Why = ['verified', 'It copies by TLS, and looks whose certificate it is.']

/** What MariaDB copies of another server. */
export function judgeMysqlReplicas(host: Host): readonly Judgement[] {
  return host.get(mysqlReplicas).flatMap(({ primary, path, usesTls, verifies, at }): readonly Judgement[] => {
    if (staysIn(host, [primary])) return []
    const about: Said = {
      subject: `MariaDB’s copy of ${primary}`,
      remedy: [
        {
          run: `mariadb -e "STOP SLAVE; CHANGE MASTER TO MASTER_SSL=1, MASTER_SSL_CA='/etc/mysql/tls/ca.pem', MASTER_SSL_VERIFY_SERVER_CERT=1; START SLAVE"`,
          leads: [{ edit: path, replace: '^0$', with: '1' }],
        },
      ],
    }
    if (!usesTls) return [say(about, 'fail', PLAIN_COPY, at)]
    return [verifies ? say(about, 'pass', VERIFIED, at) : say(about, 'warn', ANY_PRIMARY, at)]
  })
}

/** What PostgreSQL copies of another server: libpq falls back to the clear unless `sslmode` is at least `require`. */
export function judgePostgresqlReplicas(host: Host): readonly Judgement[] {
  return host.get(clusters).flatMap(({ name, settings }): readonly Judgement[] => {
    const connection = settings.get('primary_conninfo')
    const primary = connection === undefined ? undefined : wordOf(connection.value, 'host')
    if (connection === undefined || primary === undefined || staysIn(host, primary.split(','))) return []
    const about: Said = {
      subject: `PostgreSQL ${name}’s copy of ${primary}`,
      remedy: [
        {
          edit: connection.at.path,
          replace: "^(\\s*primary_conninfo\\s*=\\s*'[^']*)'",
          with: "\\1 sslmode=verify-full'",
        },
        { run: 'systemctl restart postgresql' },
      ],
    }
    const mode = lastWordOf(connection.value, 'sslmode')
    if (mode === 'verify-full') return [say(about, 'pass', VERIFIED, [connection.at])]
    if (mode === 'require' || mode === 'verify-ca') return [say(about, 'warn', ANY_PRIMARY, [connection.at])]
    return [say(about, 'fail', PLAIN_COPY, [connection.at])]
  })
}

/** Of a word that a connection string names twice the last counts. */
function lastWordOf(value: string, key: string): string | undefined {
  return wordOf(value.split(/\s+/).reverse().join(' '), key)
}
