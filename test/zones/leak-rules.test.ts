import { describe, expect, it } from 'vitest'
import type { View } from '../../zones/leaks/rule.ts'
import { LEAK_RULES } from '../../zones/leaks/rules.ts'
import { brief, DB, type Files, INTERNAL, lint, PUBLIC } from '../helpers/leaks.ts'

describe('each rule finds what it is for, and nothing in what resembles it', () => {
  const CASES: Record<string, { leaks: (Files | Files[])[]; fine: (Files | Files[])[]; views?: View[] }> = {
    'hidden-name': {
      leaks: [
        ...['CNAME db', 'MX 1 DB', 'SRV 0 0 1 db', 'DNAME db', 'NS db', 'PTR db', 'HTTPS 1 db', 'SVCB 0 db'].map(
          (record) => ({ base: `x ${record}\n`, overlay: DB }),
        ),
        { base: 'x NAPTR 1 1 "s" "x" "" db\n', overlay: DB },
        { base: 'x RP me.db db\n', overlay: DB },
        [{ base: 'x CNAME a.corp.example.net.\n' }, { apex: 'corp.example.net', views: ['internal'] }],
      ],
      fine: [
        { base: 'x CNAME www\nwww A 192.0.2.2\n', overlay: DB },
        { overlay: `${DB}x MX 1 db\n` },
        { base: 'x CNAME db\ny.db A 192.0.2.3\n', overlay: DB },
        { base: 'x CNAME db.example.net.\n', overlay: DB },
      ],
    },
    'hidden-name-in-text': {
      leaks: [
        'TXT "v=spf1 include:db.example.com -all"',
        'TXT "v=spf1 a:db.example.com mx:db.example.com -all"',
        'TXT "v=spf1 redirect=db.example.com"',
        'TXT "v=spf1 exists:db.example.com -all"',
        'TXT "v=DMARC1; p=none; rua=mailto:a@db.example.com; ruf=mailto:b@db.example.com"',
        'SPF "v=spf1 include:db.exam" "ple.com -all"',
        'CAA 0 iodef "https://db.example.com/x"',
        'URI 1 1 "https://db.example.com:8443/"',
        'NAPTR 1 1 "u" "sip+E2U" "!^.*$!sip:x@db.example.com!" .',
        'HINFO "db.example.com" "x"',
      ].map((record) => ({ base: `x ${record}\n`, overlay: DB })),
      fine: ['TXT "www.example.com"', 'TXT "db.example.org and db"', 'TXT "xdb.example.com"'].map((record) => ({
        base: `x ${record}\n`,
        overlay: DB,
      })),
    },
    'private-address': {
      leaks: [
        ...['10.1.2.3', '172.31.0.1', '192.168.0.1', '100.64.0.1', '169.254.1.1'].map((a) => ({ base: `x A ${a}\n` })),
        ...['fd00::1', 'fe80::1', '::ffff:10.0.0.1', '64:ff9b::10.0.0.1'].map((a) => ({ base: `x AAAA ${a}\n` })),
        { base: 'x HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1,10.0.0.1\n' },
        { base: 'x SVCB 1 . ipv6hint=fd00::1\n' },
        { base: 'x APL 1:10.0.0.0/8\n' },
        { base: 'x IPSECKEY 10 1 2 10.0.0.1 AQ==\n' },
        { base: 'x AMTRELAY 10 0 2 fd00::1\n' },
        { base: 'sub NS ns.sub\nns.sub A 10.0.0.1\n' },
      ],
      fine: [
        ...['192.0.2.1', '198.51.100.1', '172.32.0.1', '100.128.0.1', '11.0.0.1'].map((a) => ({ base: `x A ${a}\n` })),
        { base: 'x AAAA 2001:db8::1\nx HTTPS 1 . ipv4hint=192.0.2.1\n' },
        { overlay: 'x A 10.0.0.1\n' },
      ],
    },
    'private-address-in-text': {
      leaks: [
        { base: '@ TXT "v=spf1 ip4:10.0.0.0/8 -all"\n' },
        { base: '@ TXT "v=spf1 ip6:fd00::/8 -all"\n' },
        { base: 'x TXT "http://192.168.1.1:8080/"\n' },
        { base: 'x A 127.0.0.1\n' },
      ],
      fine: [
        { base: '@ TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"\nx TXT "10.0.0 and 1.10.0.0.1 and ::"\n' },
        { base: 'localhost A 127.0.0.1\nlocalhost AAAA ::1\n' },
      ],
    },
    'hidden-address': {
      leaks: [
        { base: '@ TXT "v=spf1 ip4:203.0.113.9 -all"\n', overlay: DB },
        { base: 'x HTTPS 1 . ipv4hint=203.0.113.9\n', overlay: DB },
      ],
      fine: [{ base: '@ TXT "v=spf1 ip4:203.0.113.9 -all"\nmail A 203.0.113.9\n', overlay: DB }],
    },
    'client-address': {
      views: [{ ...INTERNAL, hosts: [Uint8Array.of(203, 0, 113, 7)] }, PUBLIC],
      leaks: [{ base: 'gw A 203.0.113.7\n' }, { base: '@ TXT "v=spf1 ip4:203.0.113.7 -all"\n' }],
      fine: [{ base: 'gw A 203.0.113.8\n' }, { overlay: 'gw A 203.0.113.7\n' }],
    },
    'reverse-of-hidden-host': {
      leaks: [
        [{ overlay: DB }, { apex: '113.0.203.in-addr.arpa', base: '9 PTR host9.example.net.\n' }],
        [
          { overlay: 'db AAAA 2001:db8::1\n' },
          { apex: '8.b.d.0.1.0.0.2.ip6.arpa', base: `1${'.0'.repeat(23)} PTR x.example.net.\n` },
        ],
      ],
      fine: [[{ overlay: DB }, { apex: '113.0.203.in-addr.arpa', base: '8 PTR host8.example.net.\n' }]],
    },
    'private-reverse-zone': {
      leaks: [
        '10.in-addr.arpa',
        '2.1.10.in-addr.arpa',
        '31.172.in-addr.arpa',
        '168.192.in-addr.arpa',
        'd.f.ip6.arpa',
      ].map((apex) => ({ apex })),
      fine: [
        { apex: '10.in-addr.arpa', views: ['internal'] },
        ...['110.in-addr.arpa', '32.172.in-addr.arpa', '2.0.192.in-addr.arpa', 'd.0.1.0.0.2.ip6.arpa'].map((apex) => ({
          apex,
        })),
      ],
    },
    'service-of-hidden-host': {
      leaks: ['_acme-challenge.db TXT "x"', '_443._tcp.db TLSA 3 1 1 00', '_dmarc.db TXT "v=DMARC1"'].map((record) => ({
        base: `${record}\n`,
        overlay: DB,
      })),
      fine: [
        { base: '_acme-challenge.www TXT "x"\nwww A 192.0.2.2\n', overlay: DB },
        { base: '_acme-challenge TXT "x"\n_imaps._tcp SRV 0 1 993 ns1\n', overlay: DB },
      ],
    },
    'orchestrator-text': {
      leaks: [
        {
          base: 'a-db TXT "heritage=external-dns,external-dns/owner=k,external-dns/resource=ingress/prod/db"\n',
          overlay: DB,
        },
      ],
      fine: [{ base: 'x TXT "our heritage=external-dns is long"\n', overlay: DB }],
    },
    'wildcard-hole': {
      leaks: [{ base: '* A 192.0.2.2\nx TXT ""\n', overlay: 'x A 192.0.2.3\n' }],
      fine: [
        { base: '* A 192.0.2.2\n_dmarc TXT "v=DMARC1"\n', overlay: 'y A 192.0.2.3\n' },
        { base: '* A 192.0.2.2\nx CNAME ns1\n', overlay: 'x A 192.0.2.3\n' },
        { base: 'x TXT ""\n', overlay: 'x A 192.0.2.3\n' },
      ],
    },
    'wildcard-over-hidden': {
      leaks: [{ base: '* A 192.0.2.2\n', overlay: 'a.b A 192.0.2.3\nc A 192.0.2.3\n' }],
      fine: [
        { base: '* A 192.0.2.2\n' },
        { base: '* A 192.0.2.2\nx.b A 192.0.2.2\n', overlay: 'a.b A 192.0.2.3\n' },
        { base: '*.w A 192.0.2.2\n', overlay: 'c A 192.0.2.3\n' },
      ],
    },
    'internal-looking-name': {
      leaks: ['db', 'db2', 'ldap', 'dc01', 'vpn-admin', 'jenkins', 'esxi-12'].map((name) => ({
        base: `${name} A 192.0.2.2\n`,
      })),
      fine: ['www', 'mail', 'dbase', 'ns1', 'git', 'webdc'].map((name) => ({ base: `${name} A 192.0.2.2\n` })),
    },
    'hiding-fails-open': { leaks: [{ base: 'x A 192.0.2.2\n', hide: ['x.example.com'] }], fine: [{}] },
    'unused-waiver': {
      leaks: [
        '; veil: allow private-address "why not"',
        '; veil: allow private-adress "why not"',
        '; veil: allow private-address',
        '; veil: permit private-address "x"',
        ';veil:',
      ].map((waiver) => ({ base: `x A 192.0.2.2 ${waiver}\n` })),
      fine: [
        { base: 'x A 10.0.0.1 ; veil: allow private-address "x"\n' },
        { base: 'x A 192.0.2.2 ; a veil: over it\ny TXT "; veil: x"\n' },
      ],
    },
  }

  it('and every rule is tried', () => {
    const tried = [...Object.keys(CASES), 'uneven-families']
    expect(tried.sort()).toEqual(LEAK_RULES.map(({ id }) => id).sort())
  })

  for (const [rule, { leaks, fine, views }] of Object.entries(CASES)) {
    it.each(leaks.map((files) => [files] as const))(`${rule}: %j`, (files) => {
      expect(brief(lint(files, views)).filter((line) => line.includes(` ${rule} `))).not.toEqual([])
    })

    it.each(fine.map((files) => [files] as const))(`no ${rule}: %j`, (files) => {
      expect(brief(lint(files, views)).filter((line) => line.includes(` ${rule} `))).toEqual([])
    })
  }
})
