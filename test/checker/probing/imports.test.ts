import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importDnsAttack } from '../../../checker/imports/dns-attack.ts'
import type { Imported } from '../../../checker/imports/imported.ts'
import { importNmap } from '../../../checker/imports/nmap.ts'
import { importRdap } from '../../../checker/imports/rdap.ts'
import { importSmtpUserEnum } from '../../../checker/imports/smtp-user-enum.ts'
import { importSqlmap } from '../../../checker/imports/sqlmap.ts'
import { importWp } from '../../../checker/imports/wp.ts'
import { observationLine, readObservationLines } from '../../../checker/observations/observation-lines.ts'
import { folderWith } from '../../dnsctl/run.ts'
import { NOON, runHostcheck } from '../run.ts'

/** The beginnings and ends that programs write, with as little between as matters. */
const NMAP = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" args="nmap -Pn -p- -oX scan.xml 192.0.2.10" start="1795600000" version="7.93">
<scaninfo type="connect" protocol="tcp" numservices="65535" services="1-65535"/>
<host starttime="1795600000"><status state="up" reason="user-set" reason_ttl="0"/>
<address addr="192.0.2.10" addrtype="ipv4"/>
<ports><extraports state="filtered" count="65533"></extraports>
<port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/><service name="ssh"/></port>
<port protocol="tcp" portid="25"><state state="closed" reason="reset"/></port>
<port protocol="tcp" portid="443"><state state="open" reason="syn-ack"/></port>
</ports></host>
<runstats><finished time="1795600100" exit="success"/></runstats>
</nmaprun>
`

const SMTP = `Starting smtp-user-enum v1.2 ( http://pentestmonkey.net/tools/smtp-user-enum )

Mode ..................... VRFY
Target domain ............ example.com

######## Scan started at Wed Nov 25 03:10:00 2026 #########
192.0.2.10: root exists
192.0.2.10: ada exists
######## Scan completed at Wed Nov 25 03:10:05 2026 #########
2 results.

10 queries in 5 seconds (2.0 queries / sec)
`

const SQLMAP = `[*] starting @ 03:10:00 /2026-11-25/

[03:10:00] [INFO] testing URL 'https://example.com/item?id=1&page=2'
[03:10:00] [INFO] checking if the target is protected by some kind of WAF/IPS
[03:10:01] [INFO] testing if GET parameter 'id' is dynamic
[03:10:02] [INFO] testing if GET parameter 'page' is dynamic
sqlmap identified the following injection point(s) with a total of 46 HTTP(s) requests:
---
Parameter: id (GET)
    Type: boolean-based blind
---
[*] ending @ 03:11:00 /2026-11-25/
`

const WP = `WordPress /var/www/blog at 2026-11-25T03:10:00Z
[{"name":"loginizer","status":"active","update":"none","version":"1.9.2"}]
Warning: File doesn't verify against checksum: wp-includes/load.php
Warning: File should not exist: wp-includes/x.php
Error: WordPress installation doesn't verify against checksums.
{"max_retries":"5","lockout_time":"0"}
`

const ATTACK = {
  zone: 'example.com.',
  server: '192.0.2.53@53',
  from: '198.51.100.7',
  at: 1_795_600_000,
  hidden: ['jenkins.example.com.'],
  published: ['a.example.com.', 'www.example.com.'],
  cutShort: false,
  methods: [
    { method: 'words', names: 1, told: [] },
    { method: 'walk', names: 0, told: ['www.example.com.'] },
  ],
}

const AT = Date.UTC(2026, 10, 25, 3, 10) / 1000

function foundIn(imported: Imported): readonly unknown[] {
  if (imported.outcome === 'unreadable') throw new Error(imported.why)
  const text = imported.observations.map(observationLine).join('')
  expect(readObservationLines(text, NOON)).toMatchObject({ passedOver: 0 })
  return imported.observations
}

describe('what other programs found', () => {
  it('is read from nmap', () => {
    expect(foundIn(importNmap(NMAP, '198.51.100.7'))).toEqual([
      {
        probe: 'open-ports',
        target: '192.0.2.10',
        at: 1_795_600_000,
        from: '198.51.100.7',
        found: { open: ['22/tcp', '443/tcp'], tried: { tcp: 65_535, udp: 0 }, controlSeen: true },
      },
    ])
  })

  it('is read from smtp-user-enum', () => {
    expect(foundIn(importSmtpUserEnum(SMTP))).toMatchObject([
      {
        target: '192.0.2.10',
        at: AT,
        found: { domain: 'example.com', confirmed: ['root', 'ada'], by: ['code'], asked: 10, vrfy: 'answers' },
      },
    ])
  })

  it('is read from sqlmap', () => {
    const found = { injectable: ['GET id of https://example.com/item'], tried: 2, wafBypassed: true }
    expect(foundIn(importSqlmap(SQLMAP))).toEqual([
      { probe: 'sql-injection', target: 'https://example.com/item', at: AT, found },
    ])
    const guarded = SQLMAP.replace(
      'sqlmap identified',
      "[CRITICAL] WAF/IPS identified as 'ModSecurity'\nsqlmap identified",
    )
    expect(foundIn(importSqlmap(guarded))).toMatchObject([{ found: { wafBypassed: false } }])
  })

  it('is read from sqlmap page by page, with parameters wherever they stand', () => {
    const pages = SQLMAP.replace(
      '[*] ending',
      `[03:10:30] [INFO] testing URL 'https://example.com/safe?q=1'
[03:10:30] [INFO] testing if GET parameter 'q' is dynamic
[03:10:40] [INFO] testing URL 'https://example.com/login'
[03:10:41] [INFO] testing if Cookie parameter 'sid' is dynamic
sqlmap resumed the following injection point(s) from stored session:
---
Parameter: JSON user name ((custom) POST)
---
[*] ending`,
    )
    expect(foundIn(importSqlmap(pages))).toMatchObject([
      { target: 'https://example.com/item', found: { injectable: ['GET id of https://example.com/item'], tried: 2 } },
      { target: 'https://example.com/safe', found: { injectable: [], tried: 1, wafBypassed: true } },
      {
        target: 'https://example.com/login',
        found: { injectable: ['(custom) POST JSON user name of https://example.com/login'], tried: 2 },
      },
    ])
  })

  it('is read from RDAP, where it says of when it is', () => {
    const events = [
      { eventAction: 'expiration', eventDate: '2027-08-13T04:00:00Z' },
      { eventAction: 'last update of RDAP database', eventDate: '2026-11-25T03:10:00Z' },
    ]
    const domain = { objectClassName: 'domain', ldhName: 'EXAMPLE.COM', status: ['client transfer prohibited'], events }
    const found = { locks: ['client transfer prohibited'], expires: Date.UTC(2027, 7, 13, 4) / 1000 }
    expect(foundIn(importRdap(JSON.stringify(domain)))).toEqual([
      { probe: 'registration', target: 'example.com.', at: AT, found },
    ])
    const undated = importRdap(JSON.stringify({ ...domain, events: [] }))
    expect(undated).toMatchObject({ outcome: 'unreadable', why: expect.stringContaining('of when it is') })
    expect(importRdap('{"objectClassName":"nameserver"}')).toMatchObject({ outcome: 'unreadable' })
  })

  it('is read from wp', () => {
    const found = {
      plugins: [{ name: 'loginizer', status: 'active', version: '1.9.2' }],
      core: { isGenuine: false, changed: ['wp-includes/load.php', 'wp-includes/x.php'] },
      loginizer: { mostRetries: 5, lockSeconds: 900 },
    }
    expect(foundIn(importWp(WP))).toEqual([{ probe: 'wp-plugins', target: '/var/www/blog', at: AT, found }])
    const bare = `${WP.split('\n', 2).join('\n')}\nError: Could not get 'loginizer_options' option. Does it exist?`
    expect(foundIn(importWp(bare))).toMatchObject([{ found: { loginizer: { mostRetries: 3, lockSeconds: 900 } } }])
    expect(foundIn(importWp(bare))).not.toMatchObject([{ found: { core: {} } }])
  })

  it('is read from dnsctl attack', () => {
    expect(foundIn(importDnsAttack(JSON.stringify(ATTACK)))).toMatchObject([
      {
        target: 'example.com.',
        at: ATTACK.at,
        found: { transferable: [], walked: ['www.example.com.'], hiddenLearned: ['jenkins.example.com.'], guessed: 2 },
      },
    ])
  })

  it.each<[string, Imported, string]>([
    ['a scan that was broken off', importNmap(NMAP.split('<runstats>')[0]!, undefined), 'broken off'],
    ['a scan of nobody', importNmap(NMAP.replace(/<host.*<\/host>/s, ''), undefined), '-Pn'],
    ['a scan without a time', importNmap(NMAP.replace(' start="1795600000"', ''), undefined), 'when'],
    ['another XML', importNmap('<html></html>', undefined), 'is not what'],
    ['users of half a run', importSmtpUserEnum(SMTP.replace(/10 queries.*/, '')), 'broken off'],
    ['a run of sqlmap that was let near nothing', importSqlmap(SQLMAP.replace(/^.*arameter.*$/gm, '')), 'no parameter'],
    ['half a run of sqlmap', importSqlmap(SQLMAP.replace(/^.*ending.*$/m, '')), 'broken off'],
    ['a WordPress without a time', importWp(WP.replace(/^.*\n/, '')), 'when'],
    ['a WordPress whose plugins were not listed', importWp(WP.replace(/^\[.*$/m, '')), 'no list of plugins'],
    ['an attack without a time', importDnsAttack(JSON.stringify({ ...ATTACK, at: undefined })), 'when'],
  ])('is refused of %s', (_, imported, why) => {
    expect(imported).toEqual({ outcome: 'unreadable', why: expect.stringContaining(why) })
  })

  it('is bounded and never an exception, whatever stands in the file', () => {
    const parts = [NMAP, SMTP, SQLMAP, WP, JSON.stringify(ATTACK)].flatMap((text) => text.split(/(?=[<\n,])/))
    const readers = [
      (text: string) => importNmap(text, undefined),
      importSmtpUserEnum,
      importSqlmap,
      importDnsAttack,
      importRdap,
      importWp,
    ]
    const text = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string()), { maxLength: 60 })
    fc.assert(
      fc.property(text, (pieces) => {
        for (const read of readers) expect(['read', 'unreadable']).toContain(read(pieces.join('')).outcome)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    '<a x="',
    '<host ',
    '< ',
    '######## Scan started at ',
    'Parameter: x (',
    'WordPress / at ',
    'Warning: File ',
    "testing parameter '",
    '\u001b[2J',
  ])('is read in linear time of a file full of %j', (piece) => {
    const text = `${NMAP}${SMTP}${SQLMAP}${piece.repeat(200_000)}`
    const started = performance.now()
    for (const read of [importNmap, importSmtpUserEnum, importSqlmap, importDnsAttack, importWp]) read(text, undefined)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('goes into the observations, unless it is from the future', async () => {
    const folder = folderWith()
    writeFileSync(join(folder, 'scan.xml'), NMAP)
    const argv = ['import', 'nmap', 'scan.xml', '--observations', 'seen.jsonl']
    const { exitCode, stdout } = await runHostcheck(folder, argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('22/tcp') })
    expect(readFileSync(join(folder, 'seen.jsonl'), 'utf8')).toContain('"probe":"open-ports"')
    writeFileSync(join(folder, 'scan.xml'), NMAP.replace('start="1795600000"', 'start="1895600000"'))
    expect((await runHostcheck(folder, argv)).stderr).toContain('yet to come')
    expect((await runHostcheck(folder, ['import', 'nmap', '/dev/zero'])).stderr).toContain('it is no file')
  })
})
