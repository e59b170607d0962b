import { describe, expect, it } from 'vitest'
import { NOTHING_DECLARED } from '../../../checker/declarations/declarations.ts'
import { dovecot, dovecotSetting, protocolsOf } from '../../../checker/facts/dovecot.ts'
import { createHost, type Host } from '../../../checker/facts/host.ts'
import { opendkim } from '../../../checker/facts/opendkim.ts'
import { listOf, parameterOf, postfix } from '../../../checker/facts/postfix.ts'
import { endpointOf, listenerOf } from '../../../checker/facts/smtp-path.ts'
import { objectOf, readUcl, wordOf } from '../../../checker/facts/ucl.ts'
import { createRemediedRoot } from '../../../checker/remedy/remedied-root.ts'
import { STOCK_TIME, stockRoot } from '../stock.ts'

/** The stock tree with these files, instead of what it has there. */
function hostWith(files: Readonly<Record<string, string>>): Host {
  const steps = Object.entries(files).map(([file, content]) => ({ file, content }))
  const root = createRemediedRoot(stockRoot(), steps, {}, STOCK_TIME)
  return createHost({ root, now: STOCK_TIME, declared: NOTHING_DECLARED, observations: [] }).host
}

describe('Postfix', () => {
  it('expands parameters of parameters, takes the last of a name, joins lines over comments, and has defaults', () => {
    const main = [
      'myhostname = mx1.example.org',
      `one = $two,\${three}`,
      'two = a',
      'two = b',
      'three = c',
      '# not the end',
      '   d $(myhostname) $mydomain',
      `four = \${two?set}\${none?unset}\${none:absent}`,
      'loop = $loop x',
    ].join('\n')
    const found = hostWith({ '/etc/postfix/main.cf': main }).get(postfix)!
    expect(parameterOf(found, 'one').value).toBe('b,c d mx1.example.org example.org')
    expect(parameterOf(found, 'one').at?.line).toBe(2)
    expect(parameterOf(found, 'four').value).toBe('setabsent')
    expect(parameterOf(found, 'loop').value).toMatch(/ x$/)
    expect(parameterOf(found, 'disable_vrfy_command')).toEqual({ value: 'no', at: undefined })
    expect(listOf('a, { b c }\n d,')).toEqual(['a', 'b c', 'd'])
  })

  it('ends where a value names others that name others without end', () => {
    const names = Array.from({ length: 12 }, (_, index) => `p${index} = ${`$p${index + 1} `.repeat(200)}`)
    const found = hostWith({ '/etc/postfix/main.cf': names.join('\n') }).get(postfix)!
    expect(parameterOf(found, 'p0').value.length).toBeLessThan(20_000)
  })

  it('takes overrides of master.cf with and without braces, and sees to chroot', () => {
    const master = [
      'smtp inet n - y - - smtpd -o a=1',
      '  -o { b = 2 3 }',
      '  -o a=4',
      'other inet n - n - - smtpd',
    ].join('\n')
    const found = hostWith({ '/etc/postfix/master.cf': master }).get(postfix)!
    expect(found.services.map(({ isChrooted }) => isChrooted)).toEqual([true, false])
    expect([...found.services[0]!.overrides]).toEqual([
      ['a', '4'],
      ['b', '2 3'],
    ])
    expect(endpointOf(found, 'unix:/run/x.sock', true)).toBe('unix:/var/spool/postfix/run/x.sock')
    expect(endpointOf(found, 'unix:/run/x.sock', false)).toBe(listenerOf('local:/run/x.sock'))
    expect(endpointOf(found, 'inet:127.0.0.1:8891', true)).toBe(listenerOf('inet:8891@localhost'))
    expect(endpointOf(found, 'inet:filter.example.net:8891', true)).not.toBe(listenerOf('inet:8891@localhost'))
  })
})

describe('Dovecot', () => {
  it('reads includes where they stand, sections within sections, and the last of a key', () => {
    const host = hostWith({
      '/etc/dovecot/dovecot.conf':
        'protocols = imap\n!include conf.d/*.conf\n!include_try none.conf\nssl = required # why\nprotocols = $protocols pop3',
      '/etc/dovecot/conf.d/10-auth.conf': 'ssl = no\nprotocol imap {\n  ssl = yes\n}\n!include 10-auth.conf',
    })
    const found = host.get(dovecot)!
    expect(dovecotSetting(found, 'ssl').value).toBe('required')
    expect(dovecotSetting(found, 'ssl', 'imap').value).toBe('yes')
    expect(dovecotSetting(found, 'disable_plaintext_auth')).toEqual({ value: 'yes', at: undefined })
    expect([...protocolsOf(found)]).toEqual(['imap', 'pop3'])
  })
})

describe('OpenDKIM', () => {
  it('finds the key for a domain by its tables, % for the domain itself', () => {
    const host = hostWith({
      '/etc/opendkim.conf': 'Socket inet:8891\nKeyTable file:/etc/dk/keys\nSigningTable refile:/etc/dk/signing',
      '/etc/dk/keys': 'every %:mail:/etc/dk/every.private\nown example.net:s1:/etc/dk/own.private',
      '/etc/dk/signing': 'alice@example.org own\n*@example.net own\n*@*.example.com every',
    })
    const signers = (domain: string) =>
      host
        .get(opendkim)!
        .signersFor(domain)
        .map(({ domain: of, selector }) => [of, selector])
    expect(signers('example.net')).toEqual([['example.net', 's1']])
    expect(signers('a.example.com')).toEqual([['a.example.com', 'mail']])
    expect(signers('example.org')).toEqual([])
  })
})

describe('UCL', () => {
  it('reads objects, lists, comments and sections of names, and passes over what includes say', () => {
    const found = readUcl(
      'a = yes; # no\nb { c: "d e"; /* x } */ f = [1, "two", { g = 3 }] }\n.include(try=true) "x"\nb "h" { i = 5min }\nj',
    )
    expect(wordOf(found.get('a'))).toBe('yes')
    const inner = objectOf(found.get('b'))
    expect(wordOf(inner.get('c'))).toBe('d e')
    expect(inner.get('f')).toEqual(['1', 'two', new Map([['g', '3']])])
    expect(wordOf(objectOf(inner.get('h')).get('i'))).toBe('5min')
  })
})
