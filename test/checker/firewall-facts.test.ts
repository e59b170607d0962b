import { describe, expect, it } from 'vitest'
import { NOTHING_DECLARED } from '../../checker/declarations/declarations.ts'
import { rulingOn } from '../../checker/facts/firewall/filter.ts'
import { chainsOfNftFile } from '../../checker/facts/firewall/nft-text.ts'
import { createHost } from '../../checker/facts/host.ts'
import { mysqlOptions } from '../../checker/facts/mysql.ts'
import { createRemediedRoot } from '../../checker/remedy/remedied-root.ts'
import type { Step } from '../../checker/remedy/step.ts'
import { STOCK_TIME, stockRoot } from './stock.ts'

const rootWith = (steps: readonly Step[]) => createRemediedRoot(stockRoot(), steps, {}, STOCK_TIME)

describe('nftables.conf', () => {
  const chains = chainsOfNftFile(
    rootWith([
      {
        file: '/etc/nftables.conf',
        content: 'define web = { 80, 443 }\ninclude "nft.d/*.nft"\ninclude "nftables.conf"',
      },
      {
        file: '/etc/nft.d/in.nft',
        content:
          'table ip x {\n chain i {\n type filter hook input priority 0; policy drop;\n tcp dport $web accept\n }\n}',
      },
    ]),
    '/etc/nftables.conf',
  )
  const ruling = (port: string) => rulingOn(chains, { hook: 'input', family: 'IPv4', protocol: 'tcp', port })?.ruling

  it('takes includes and definitions in, and does not go round where a file includes itself', () => {
    expect([ruling('443'), ruling('22')]).toEqual(['accept', 'deny'])
  })

  it('says nothing of a family that no table is for', () => {
    expect(rulingOn(chains, { hook: 'input', family: 'IPv6', protocol: 'tcp' })).toBeUndefined()
  })
})

it('takes dashes for underscores in options of MariaDB, and the last file', () => {
  const root = rootWith([
    { file: '/etc/mysql/mariadb.conf.d/98-a.cnf', content: '[mariadb]\nbind_address = 192.0.2.1' },
    { file: '/etc/mysql/mariadb.conf.d/99-a.cnf', content: "[mysqld]\nbind-address = '192.0.2.2' # here" },
  ])
  const { host } = createHost({ root, now: STOCK_TIME, declared: NOTHING_DECLARED, observations: [] })
  expect(host.get(mysqlOptions)?.get('bind_address')?.value).toBe('192.0.2.2')
})
