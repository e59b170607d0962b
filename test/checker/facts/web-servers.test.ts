import { describe, expect, it } from 'vitest'
import { NOTHING_DECLARED } from '../../../checker/declarations/declarations.ts'
import { type Apache, apache, apacheParts, apacheSetting } from '../../../checker/facts/apache.ts'
import type { Fact } from '../../../checker/facts/fact.ts'
import { haproxy } from '../../../checker/facts/haproxy.ts'
import { createHost } from '../../../checker/facts/host.ts'
import { type Nginx, nginx, nginxDefault, nginxPlaces, nginxSettings } from '../../../checker/facts/nginx.ts'
import { createRemediedRoot } from '../../../checker/remedy/remedied-root.ts'
import { createMemoryRoot } from '../../../checker/root/memory-root.ts'

/** A host with these files alone. */
function factOf<T>(fact: Fact<T>, files: Readonly<Record<string, string>>): T {
  const empty = createMemoryRoot({ label: 'test', entries: new Map(), commands: {} })
  const steps = Object.entries(files).map(([file, content]) => ({ file, content }))
  const root = createRemediedRoot(empty, steps)
  return createHost({ root, now: 0, declared: NOTHING_DECLARED, observations: [] }).host.get(fact)
}

function readApache(main: string, more: Readonly<Record<string, string>> = {}): Apache {
  return factOf(apache, { '/etc/apache2/apache2.conf': main, ...more })!
}

function readNginx(main: string, more: Readonly<Record<string, string>> = {}): Nginx {
  return factOf(nginx, { '/etc/nginx/nginx.conf': main, ...more })!
}

/** What a directive comes to for the only site. */
function settled(found: Apache, name: string): string | undefined {
  return apacheSetting(found, found.sites.at(-1)!, name)?.words.join(' ')
}

describe('Apache', () => {
  it('reads a section for a module only after the module is loaded, by either of its names', () => {
    const found = readApache(
      [
        '<IfModule security2_module>\nServerTokens Early\n</IfModule>',
        'LoadModule security2_module /usr/lib/apache2/modules/mod_security2.so',
        '<IfModule mod_security2.c>\nServerTokens Late\n</IfModule>',
        '<IfModule !security2_module>\nServerTokens Never\n</IfModule>',
      ].join('\n'),
    )
    expect(settled(found, 'servertokens')).toBe('Late')
  })

  it('takes variables from Define before those of the environment, and leaves what is neither', () => {
    const found = readApache(`Define OWN here\nErrorLog \${APACHE_LOG_DIR}/\${OWN}/\${NOTHING}.log`, {
      '/etc/apache2/envvars': 'export APACHE_LOG_DIR=/var/log/apache2$SUFFIX',
    })
    expect(settled(found, 'errorlog')).toBe(`/var/log/apache2/here/\${NOTHING}.log`)
  })

  it('includes patterns in their order, folders with all below, and no circle for ever', () => {
    const found = readApache('IncludeOptional conf.d/*.conf\nInclude more', {
      '/etc/apache2/conf.d/b.conf': 'ServerTokens B',
      '/etc/apache2/conf.d/a.conf': 'ServerTokens A\nInclude conf.d/a.conf',
      '/etc/apache2/more/deep/any': 'ServerSignature Off',
    })
    expect(settled(found, 'servertokens')).toBe('B')
    expect(settled(found, 'serversignature')).toBe('Off')
  })

  it('gives a virtual host what stands outside, also after it, unless it says otherwise', () => {
    const found = readApache(
      '<VirtualHost *:80>\nServerName a.example\nServerSignature On\n</VirtualHost>\nServerTokens Prod\nServerSignature Off',
    )
    expect(settled(found, 'servertokens')).toBe('Prod')
    expect(settled(found, 'serversignature')).toBe('On')
    expect(found.sites[0]!.subject).toBe('vhost a.example:80')
  })

  it('takes a location "/" for the whole site and any other for a part of it', () => {
    const found = readApache(
      'SecRuleEngine Off\n<Location />\nSecRuleEngine On\n</Location>\n<Location "/api">\nSecRuleEngine DetectionOnly\n</Location>',
    )
    expect(settled(found, 'secruleengine')).toBe('On')
    expect(apacheParts(found, found.sites[0]!, 'secruleengine').map(({ where }) => where)).toEqual(['location /api'])
  })

  it('joins lines at a backslash, in comments, too, and keeps quoted words together', () => {
    const found = readApache('# a comment \\\nServerTokens Full\nServerAdmin "Ada \\"of\\" example" \\\n  more')
    expect(settled(found, 'servertokens')).toBeUndefined()
    expect(settled(found, 'serveradmin')).toBe('Ada "of" example more')
  })

  it('lets nothing grow without end: variables and macros that hold themselves, sections in sections, circles', () => {
    const doubling = Array.from({ length: 60 }, () => `Define A \${A}\${A}`).join('\n')
    const macros = Array.from(
      { length: 20 },
      (_, index) => `<Macro M${index} $x>\nUse M${index + 1} $x$x$x$x\nUse M${index + 1} $x\n</Macro>`,
    )
    const nested = '<Location /a>\n'.repeat(20_000)
    const found = readApache(
      `Define A aaaa\n${doubling}\nServerAdmin \${A}\n${macros.join('\n')}\nUse M0 xxxx\n${nested}`,
    )
    expect(settled(found, 'serveradmin')!.length).toBeLessThanOrEqual(128 * 1024)
    expect(apacheParts(found, found.sites[0]!, 'nothing')).toEqual([])
  })

  it('writes macros out where they are used', () => {
    const found = readApache(
      '<Macro Site $name>\n<VirtualHost *:80>\nServerName $name\n</VirtualHost>\n</Macro>\nUse Site a.example\nUse Site b.example',
    )
    expect(found.sites.map(({ names }) => names[0])).toEqual(['a.example', 'b.example'])
  })
})

describe('nginx', () => {
  it('replaces directives of an outer level by those of an inner one, also where several may stand', () => {
    const found = readNginx(
      'http { limit_req zone=a; limit_req zone=b; server { location / { limit_req zone=c; } location /x { root /srv; } } }',
    )
    const places = nginxPlaces(found.servers[0]!)
    const zones = places.map(({ levels }) => nginxSettings(levels, 'limit_req').map(({ words }) => words[0]))
    expect(zones).toEqual([['zone=c'], ['zone=a', 'zone=b']])
  })

  it('counts the server itself where no location takes all requests', () => {
    const found = readNginx('http { server { location = /login { root /srv; } } }')
    expect(nginxPlaces(found.servers[0]!).map(({ path }) => path)).toEqual(['/', '= /login'])
  })

  it('reads quotes, comments, variables in braces and includes beside one another', () => {
    const found = readNginx('http { include sites/*; # server { listen 1; }\n}', {
      '/etc/nginx/sites/a': `server { listen 8080; server_name "a;b" '{c}'; set $x \${host}y; }`,
    })
    expect(found.servers.map(({ names }) => names)).toEqual([['a;b', '{c}']])
    expect(nginxSettings(found.servers[0]!.levels, 'set')[0]!.words).toEqual(['$x', `\${host}y`])
    expect(found.servers[0]!.subject).toBe('server a;b:8080')
  })

  it('follows a variable through geo and map to what it holds for everybody', () => {
    const found = readNginx(
      'http { geo $other { default 1; 10.0.0.0/8 0; } map $other $key { 0 ""; 1 $binary_remote_addr; } map $http_a $none { x y; } map $m $m { default $m; } }',
    )
    expect(nginxDefault(found, '$key')).toBe('$binary_remote_addr')
    expect(nginxDefault(found, '$none')).toBe('')
    expect(nginxDefault(found, '$request_uri')).toBeUndefined()
    expect(nginxDefault(found, '$m')).toBe('$m')
  })
})

describe('nginx that is meant to harm', () => {
  it('takes linear time for what never closes', () => {
    const piece = `\${`
    const before = process.cpuUsage().user
    readNginx(`http { set ${piece.repeat(128 * 1024)}`)
    readNginx('a{'.repeat(100_000))
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(3)
  })
})

describe('haproxy', () => {
  const unit = {
    '/etc/systemd/system/multi-user.target.wants/haproxy.service': '',
    '/lib/systemd/system/haproxy.service': '[Unit]',
  }

  it('refuses by a rate only whom it counts, by a condition or an acl', () => {
    const frontends = factOf(haproxy, {
      ...unit,
      '/etc/haproxy/haproxy.cfg': [
        'frontend counted',
        '  bind :80',
        '  http-request track-sc0 src',
        '  acl often sc_http_req_rate(0) gt 15',
        '  http-request deny if often',
        'frontend uncounted',
        '  bind :81',
        '  http-request deny if { sc_http_req_rate(0) gt 15 }',
      ].join('\n'),
    })
    expect(frontends.map(({ limit }) => limit?.requests)).toEqual([15, undefined])
  })
})
