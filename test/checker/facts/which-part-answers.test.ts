import { describe, expect, it } from 'vitest'
import { NOTHING_DECLARED } from '../../../checker/declarations/declarations.ts'
import { apache } from '../../../checker/facts/apache.ts'
import { apacheRefusal } from '../../../checker/facts/apache-refusal.ts'
import { createHost, type Host } from '../../../checker/facts/host.ts'
import { nginx } from '../../../checker/facts/nginx.ts'
import { nginxLocationFor } from '../../../checker/facts/nginx-location.ts'
import { sshdAdmits, sshdSetting } from '../../../checker/facts/sshd.ts'
import { users } from '../../../checker/facts/users.ts'
import { createRemediedRoot } from '../../../checker/remedy/remedied-root.ts'
import { createMemoryRoot } from '../../../checker/root/memory-root.ts'

/** A host with these files alone. */
function hostWith(files: Readonly<Record<string, string>>): Host {
  const empty = createMemoryRoot({ label: 'test', entries: new Map(), commands: {} })
  const root = createRemediedRoot(
    empty,
    Object.entries(files).map(([file, content]) => ({ file, content })),
  )
  return createHost({ root, now: 0, declared: NOTHING_DECLARED, observations: [] }).host
}

describe('the location of nginx that answers', () => {
  const host = hostWith({
    '/etc/nginx/nginx.conf': `http { server {
      location = /exact.php { }
      location /files/ { }
      location /files/deep/ { }
      location ^~ /static/ { }
      location ~ \\.php$ { }
      location ~* \\.PHP5?$ { }
    } }`,
  })
  const server = host.get(nginx)!.servers[0]!
  it.each([
    ['/exact.php', '= /exact.php'],
    ['/files/a.jpg', '/files/'],
    ['/files/deep/a.jpg', '/files/deep/'],
    ['/files/deep/a.php', '~ \\.php$'],
    ['/static/a.php', '^~ /static/'],
    ['/A.PHP', '~* \\.PHP5?$'],
    ['/other', undefined],
  ])('for %s is %s', (path, expected) => {
    expect(nginxLocationFor(host, server, path)?.path).toBe(expected)
  })
})

describe('a refusal of Apache', () => {
  const refused = (config: string, file: string, htaccess = '') => {
    const host = hostWith({ '/etc/apache2/apache2.conf': config, '/srv/a/.htaccess': htaccess })
    const found = host.get(apache)!
    return apacheRefusal(host, found, found.sites[0]!, file) !== undefined
  }
  const GRANTED =
    '<Directory />\nRequire all denied\n</Directory>\n<Directory /srv>\nRequire all granted\n</Directory>\n'

  it('is what the narrowest folder says, and what is said of the name after it', () => {
    expect(refused(GRANTED, '/srv/a/x.php')).toBe(false)
    expect(refused(`${GRANTED}<Directory /srv/a>\nRequire all denied\n</Directory>`, '/srv/a/x.php')).toBe(true)
    const byName = `${GRANTED}<FilesMatch "\\.php$">\nRequire all denied\n</FilesMatch>`
    expect(refused(byName, '/srv/a/x.php')).toBe(true)
    expect(refused(byName, '/srv/a/x.jpg')).toBe(false)
  })

  it('is read from a .htaccess where AllowOverride lets it', () => {
    const own = '<Files "x.*">\nRequire all denied\n</Files>'
    expect(refused(GRANTED, '/srv/a/x.php', own)).toBe(false)
    const overridden = `${GRANTED}<Directory /srv/a>\nAllowOverride AuthConfig\n</Directory>`
    expect(refused(overridden, '/srv/a/x.php', own)).toBe(true)
    expect(refused(overridden, '/srv/a/y.php', own)).toBe(false)
  })
})

describe('a setting of sshd', () => {
  const host = hostWith({
    '/etc/passwd': 'bea:x:1002:1002::/home/bea:/bin/sh\nbo:x:1003:1003::/home/bo:/bin/sh',
    '/etc/group': 'sites:x:1500:bea\nbea:x:1002:\nbo:x:1003:',
    '/etc/systemd/system/multi-user.target.wants/ssh.service': '',
    '/usr/lib/systemd/system/ssh.service': '[Install]\nWantedBy=multi-user.target',
    '/etc/ssh/sshd_config':
      'Include sshd_config.d/*.conf\nChrootDirectory none\nAllowGroups s*tes "x y"\nChrootDirectory /later',
    '/etc/ssh/sshd_config.d/a.conf':
      'Match User !bo,b* # both but one\n  ChrootDirectory "/srv/%u"\nMatch all\n  Banner none',
  })
  const [bea, bo] = ['bea', 'bo'].map((name) => host.get(users).get(name)!)

  it('is the first of the blocks that are about the user, else the first of all, and blocks end with their file', () => {
    expect(sshdSetting(host, 'ChrootDirectory', bea!)?.value).toBe('/srv/%u')
    expect(sshdSetting(host, 'ChrootDirectory', bo!)?.value).toBe('none')
    expect(sshdSetting(host, 'Banner', bo!)?.value).toBe('none')
  })

  it('lets in whom AllowGroups names', () => {
    expect([sshdAdmits(host, bea!), sshdAdmits(host, bo!)]).toEqual([true, false])
  })
})
