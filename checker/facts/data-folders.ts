import type { Evidence } from '../judging/judgement.ts'
import { cite, citeStatus } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { packages } from './packages.ts'
import { exists, glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** A folder that holds what must not be read by whoever takes the disk. */
export interface DataFolder {
  readonly path: string
  /** `MariaDB`, `mail`, `declared`. */
  readonly of: string
  /** The service that must not start without it, where one writes there. */
  readonly unit: string | undefined
  readonly evidence: Evidence
}

interface KnownService {
  readonly of: string
  readonly package: RegExp
  readonly folder: string
  readonly unit: string
  /** Where another folder may be set. */
  readonly set?: { readonly files: string; readonly key: RegExp }
}

/** Services with data, the folder that is compiled in, and where it is set otherwise. */
const SERVICES: readonly KnownService[] = [
  {
    of: 'MariaDB',
    package: /^(mariadb-server|default-mysql-server|mysql-server)(-[\d.]+)?$/,
    folder: '/var/lib/mysql',
    unit: 'mariadb.service',
    set: { files: '/etc/mysql/mariadb.conf.d/*.cnf', key: /^\s*datadir\s*=\s*(\S+)/ },
  },
  {
    of: 'PostgreSQL',
    package: /^postgresql-\d+$/,
    folder: '/var/lib/postgresql',
    unit: 'postgresql.service',
    set: { files: '/etc/postgresql/*/*/postgresql.conf', key: /^\s*data_directory\s*=\s*'([^']+)'/ },
  },
  {
    of: 'Redis',
    package: /^redis-server$/,
    folder: '/var/lib/redis',
    unit: 'redis-server.service',
    set: { files: '/etc/redis/*.conf', key: /^\s*dir\s+(\S+)/ },
  },
  { of: 'mail queue', package: /^postfix$/, folder: '/var/spool/postfix', unit: 'postfix.service' },
  { of: 'mailboxes', package: /^dovecot-core$/, folder: '/var/mail', unit: 'dovecot.service' },
  { of: 'web sites', package: /^(apache2|nginx)$/, folder: '/var/www', unit: 'apache2.service' },
]

/** Every folder with data: what services say, what the operator declares, and people's homes. */
export const dataFolders = fact('data folders', (host): readonly DataFolder[] => [
  ...SERVICES.flatMap((service) => foldersOf(host, service)),
  ...host.declared.dataFolders.map((path) => ({
    path,
    of: 'declared',
    unit: undefined,
    evidence: { source: 'declaration' as const, path: 'data-folders', excerpt: path },
  })),
])

function foldersOf(host: Host, service: KnownService): readonly DataFolder[] {
  const installed = [...host.get(packages).values()].find((each) => service.package.test(each.name))
  if (installed === undefined) return []
  const { of } = service
  const unit = of === 'web sites' && installed.name === 'nginx' ? 'nginx.service' : service.unit
  const set = service.set === undefined ? undefined : settingOf(host, service.set.files, service.set.key)
  if (set !== undefined) return [{ path: set.path, of, unit, evidence: set.evidence }]
  if (!exists(host.root, service.folder)) return [{ path: service.folder, of, unit, evidence: cite(installed.at) }]
  const status = host.root.status(service.folder)
  const evidence = status.outcome === 'found' ? citeStatus(service.folder, status) : cite(installed.at)
  return [{ path: service.folder, of, unit, evidence }]
}

function settingOf(
  host: Host,
  pattern: string,
  key: RegExp,
): { readonly path: string; readonly evidence: Evidence } | undefined {
  let found: { path: string; evidence: Evidence } | undefined
  for (const path of glob(host.root, pattern)) {
    const file = readIfThere(host.root, path)
    for (const { text, number } of file === undefined ? [] : linesOf(file, '#;')) {
      const value = key.exec(text)?.[1]
      if (value === undefined || file === undefined) continue
      found = {
        path: value,
        evidence: { source: 'file', path, line: number, excerpt: text.trim(), sha256: file.sha256 },
      }
    }
  }
  return found
}
