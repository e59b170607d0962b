import { describe, expect, it } from 'vitest'
import { NOTHING_DECLARED } from '../../../checker/declarations/declarations.ts'
import { createHost } from '../../../checker/facts/host.ts'
import { type FpmPool, fpmPools, poolPath } from '../../../checker/facts/php-fpm.ts'
import { iniLines, octetsOf } from '../../../checker/facts/php-ini.ts'
import { createRemediedRoot } from '../../../checker/remedy/remedied-root.ts'
import type { Step } from '../../../checker/remedy/step.ts'
import { STOCK_TIME, stockRoot } from '../stock.ts'

const POOLS = '/etc/php/8.2/fpm/pool.d'

/** Pools of the stock tree after the steps, by name. */
function poolsAfter(...steps: readonly Step[]): Readonly<Record<string, FpmPool>> {
  const root = createRemediedRoot(stockRoot(), steps, {}, STOCK_TIME)
  const { host } = createHost({ root, now: STOCK_TIME, declared: NOTHING_DECLARED, observations: [] })
  return Object.fromEntries(host.get(fpmPools).map((pool) => [pool.name, pool]))
}

describe('pools of php-fpm', () => {
  it('are those of the files that are included, by name, and a later file goes on with a pool', () => {
    const { www } = poolsAfter({
      file: `${POOLS}/zz.conf`,
      content: '[www]\npm.max_children = 9\nlisten = /run/php/$pool.sock',
    })
    expect(www?.setting('pm.max_children')?.value).toBe('9')
    expect(www?.setting('listen')?.value).toBe('/run/php/www.sock')
    expect(www?.setting('user')?.value).toBe('www-data')
    expect(www?.at.path).toBe(`${POOLS}/www.conf`)
  })

  it('are none where nothing starts php-fpm', () => {
    expect(poolsAfter({ link: '/etc/systemd/system/php8.2-fpm.service', to: '/dev/null' })).toEqual({})
  })

  it('end where files include themselves', () => {
    const loop = { file: `${POOLS}/loop.conf`, content: `[loop]\nuser = a\ninclude = ${POOLS}/loop.conf` }
    expect(Object.keys(poolsAfter(loop)).sort()).toEqual(['loop', 'www'])
  })

  it('have paths below their prefix', () => {
    const { www } = poolsAfter({ file: `${POOLS}/zz.conf`, content: '[www]\nprefix = /srv\nchroot = $prefix/$pool' })
    expect(poolPath(www!, 'chroot')).toBe('/srv/www')
    expect(poolPath(www!, 'listen')).toBe('/run/php/php8.2-fpm.sock')
  })
})

describe('a directive of PHP in a pool', () => {
  const ini = (content: string): Step => ({ file: '/etc/php/8.2/fpm/conf.d/99-x.ini', content })
  const pool = (content: string): Step => ({ file: `${POOLS}/zz.conf`, content: `[www]\n${content}` })
  const directive = (name: string, ...steps: readonly Step[]) => {
    const { value, set } = poolsAfter(...steps).www!.php(name)
    return { value, set }
  }

  it('is what conf.d says before what php.ini says', () => {
    expect(directive('expose_php')).toEqual({ value: '', set: 'ini' })
    expect(directive('expose_php', ini('expose_php = On'))).toEqual({ value: '1', set: 'ini' })
  })

  it('is what is compiled in where no file says anything', () => {
    expect(directive('open_basedir')).toEqual({ value: '', set: 'compiled' })
    expect(directive('user_ini.filename')).toEqual({ value: '.user.ini', set: 'compiled' })
  })

  it('is what the pool says before both, and php_admin_value before php_value wherever they stand', () => {
    const both = pool('php_admin_value[memory_limit] = 64M\nphp_value[memory_limit] = 1G')
    expect(directive('memory_limit', both)).toEqual({ value: '64M', set: 'admin' })
    expect(directive('memory_limit', pool('php_value[memory_limit] = 1G'))).toEqual({ value: '1G', set: 'pool' })
  })

  it('adds up where it switches functions off', () => {
    const steps = [ini('disable_functions = exec'), pool('php_admin_value[disable_functions] = system')]
    expect(directive('disable_functions', ...steps).value).toBe('exec,system')
  })

  it('is not what stands for one host or one path', () => {
    expect(directive('display_errors', ini('[PATH=/var/www/dev]\ndisplay_errors = On')).value).toBe('')
  })
})

describe("PHP's ini format", () => {
  it.each([
    ['a = On', '1'],
    ['a = none', ''],
    ['a = "On" ; quoted', 'On'],
    ["a='x;y'", 'x;y'],
    ['a = b ; c', 'b'],
    ['a =', ''],
    ['a = "open', 'open'],
  ])('reads %s', (content, value) => {
    const root = createRemediedRoot(stockRoot(), [{ file: '/etc/x.ini', content }], {}, STOCK_TIME)
    expect(iniLines(root, '/etc/x.ini').map((line) => line.value)).toEqual([value])
  })

  it.each([
    ['128M', 134_217_728],
    ['1g', 1_073_741_824],
    ['-1', -1],
    ['64', 64],
    ['much', undefined],
  ])('takes %s for octets', (text, octets) => {
    expect(octetsOf(text)).toBe(octets)
  })
})
