import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from '../../../checker/root/redact.ts'

const SECRETS: readonly (readonly [path: string, text: string])[] = [
  ['/etc/mysql/conf.d/client.cnf', 'password = hunter2'],
  ['/etc/dovecot/dovecot-sql.conf.ext', 'connect = host=localhost user=mail password=hunter2 dbname=mails'],
  ['/etc/postgresql/15/main/postgresql.conf', "primary_conninfo = 'host=db2 password=hunter2 sslmode=verify-full'"],
  ['/lib/systemd/system/backup.service', 'Environment="RESTIC_PASSWORD=hunter2 and more"'],
  ['/lib/systemd/system/backup.service', 'ExecStart=/usr/bin/dump --password=hunter2 --all'],
  ['/etc/redis/redis.conf', 'requirepass hunter2'],
  ['/etc/wireguard/wg0.conf', 'PrivateKey = hunter2='],
  ['/etc/app.json', '{"user": "web", "apiKey": "hunter2"}'],
  ['/etc/app.xml', '<password>hunter2</password>'],
  ['/etc/app.env', 'DATABASE=mysql://web:hunter2@db/site'],
  ['/var/www/html/wp-config.php', "define( 'AUTH_KEY', 'hunter2' );"],
  ['/etc/shadow', 'ada:$6$salt$hunter2:19000:0:99999:7:::'],
  ['/etc/apache2/htpasswd', 'ada:$apr1$salt$hunter2'],
  ['/etc/postfix/sasl_passwd', '[smtp.example.com]:587 ada:hunter2'],
  ['/root/.pgpass', 'db:5432:site:web:hunter2'],
  ['/etc/restic/password', 'hunter2'],
  ['/etc/keys/data.key', 'hunter2'],
  ['/etc/app.conf', 'password = no-hunter2'],
  ['/etc/app.conf', 'password = on.hunter2 '],
  ['/etc/wireguard/wg0.conf', 'PrivateKey = /hunter2/x='],
  ['/etc/app.conf', 'secret = $hunter2'],
  ['/etc/ldap/slapd.d/cn=config/olcDatabase={1}mdb.ldif', 'olcRootPW: {CLEARTEXT}hunter2'],
  ['/etc/ldap/slapd.d/cn=config/olcDatabase={1}mdb.ldif', 'olcRootPW:: hunter2'],
  [
    '/etc/ldap/slapd.d/cn=config/olcDatabase={1}mdb.ldif',
    'olcSyncrepl: rid=1 provider=ldap://a bindmethod=simple creden\n tials=hun\n ter2',
  ],
  ['/etc/ldap/slapd.conf', 'rootpw hunter2'],
  ['/etc/ldap/slapd.conf', 'syncrepl rid=1\n  credentials=hunter2'],
  ['/etc/nslcd.conf', 'bindpw hunter2'],
  ['/etc/dovecot/users', 'ada:hunter2:1000:1000::/home/ada'],
  ['/etc/mail/accounts', 'ada:$6$salt$hunter2hunter2hunter2:1000'],
  ['/etc/mail/accounts', 'ada@example.com:{SHA512-CRYPT}hunter2:1000'],
  ['/var/lib/mysql/master.info', '33\nbin.000001\n4\ndb1\nrepl\nhunter2\n3306'],
  ['/etc/pam.d/mysql', 'auth required pam_mysql.so user=root passwd=hunter2 host=db'],
  ['/var/www/html/wp-config.php', "define('DB_PASSWORD', 'hunter2');\r\ndefine('DB_NAME', 'wp');\r\n"],
  ['/var/www/html/wp-config.php', `defined('X') || DEFINE('DB_PASSWORD', 'a"hunter2\\'hunter2');`],
  ['/etc/app.conf', 'password hunter2\r\nuser web\r\n'],
  ['/etc/app.conf', 'secret x\u2028hunter2'],
  ['/etc/default/restic', 'export RESTIC_PASSWORD="a hunter2"'],
  ['/etc/bind/named.conf', 'key "k" { algorithm hmac-sha256; secret "a hunter2"; };'],
  ['/etc/fetchmailrc', "poll mail user 'a' there with password 'hunter2' is b here"],
  ['/etc/ipsec.secrets', '192.0.2.1 : PSK "hunter2"'],
  ['/etc/rsyncd.secrets', 'backup:hunter2'],
  ['/etc/exim4/passwd.client', '*:ada:hunter2'],
  [
    '/etc/openvpn/a.conf',
    '<tls-crypt>\n-----BEGIN OpenVPN Static key V1-----\nhunter2\n-----END OpenVPN Static key V1-----',
  ],
  ['/proc/7/cmdline', 'mongod\0--password\0hunter2\0'],
  ['/etc/cron.d/dump', '0 3 * * * root dump --password hunter2 --all'],
  ['/etc/cron.d/dump', '0 3 * * * root mysqldump -phunter2 --all'],
  ['/etc/cron.d/dump', '0 3 * * * root curl -u ada:hunter2 https://example.com/'],
  ['/etc/fstab', '//a/b /mnt cifs username=a,pass=hunter2 0 0'],
  ['/etc/php/8.2/fpm/pool.d/www.conf', 'env[DB_PASSWORD] = hunter2'],
  ['/etc/app.conf', 'api_token: hunter2'],
  ['/etc/haproxy/haproxy.cfg', 'user ada insecure-password hunter2'],
  ['/etc/squid/squid.conf', 'cache_peer a parent 3128 0 login=ada:hunter2'],
  ['/etc/snmp/snmpd.conf', 'rocommunity hunter2'],
  ['/boot/grub/grub.cfg', 'password_pbkdf2 root grub.pbkdf2.sha512.10000.hunter2.hunter2'],
]

/** What takes the square of its length where an expression is careless. */
const LONG_LINES = ['password', 'password =', 'psk', '-u a:', 'pass ', 'define(', 'stats auth'].map(
  (start) => start + ' '.repeat(400_000),
)

const KEPT: readonly (readonly [path: string, text: string])[] = [
  ['/etc/nsswitch.conf', 'passwd: files systemd'],
  ['/etc/pam.d/common-password', 'password [success=1 default=ignore] pam_unix.so obscure yescrypt'],
  ['/etc/ssh/sshd_config', 'PasswordAuthentication no'],
  ['/etc/ssh/sshd_config', 'PermitRootLogin prohibit-password'],
  ['/etc/postfix/main.cf', 'smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd'],
  ['/etc/default/restic', 'RESTIC_PASSWORD_FILE=/etc/restic/password'],
  ['/etc/fail2ban/filter.d/x.conf', 'failregex = ^Failed password for <HOST>'],
  ['/etc/app.conf', 'secret = $APP_SECRET'],
  ['/etc/app.conf', 'password "/run/secrets/app";'],
  ['/etc/apache2/sites-enabled/a.conf', 'RewriteRule ^(a)(b)$ /$1$2/index.php?long=enough_to_look_like_a_hash [L]'],
  ['/etc/apache2/sites-enabled/a.conf', 'LogFormat "%{SHA1}x %{Referer}i" crypt'],
  ['/etc/passwd', 'root:x:0:0:root:/root:/bin/bash'],
]

describe('redaction', () => {
  it.each(LONG_LINES)('goes through a long line once: %.12s', (line) => {
    const start = performance.now()
    redact('/srv/a/.htaccess', line)
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it.each(SECRETS)('keeps the secret of %s to itself: %s', (path, text) => {
    const { text: told, redacted } = redact(path, text)
    expect(told).not.toContain('hunter2')
    expect(told).not.toContain('and more')
    expect(redacted).toBe(true)
    expect(redact(path, told).text).toBe(told)
  })

  it.each(KEPT)('leaves %s as it is: %s', (path, text) => {
    expect(redact(path, text)).toEqual({ text, redacted: false })
  })

  it('keeps the method of a hash, for weak ones are a finding', () => {
    expect(redact('/etc/shadow', 'ada:$6$salt$hash:1:::').text).toBe('ada:$6$[redacted]:1:::')
    expect(redact('/srv/.htpasswd', 'ada:{SHA}hash=').text).toBe('ada:{SHA}[redacted]')
  })

  it('keeps the scheme of a password of mail', () => {
    expect(redact('/etc/dovecot/users', 'ada:{PLAIN-MD5}hash:1000:1000').text).toBe('ada:{PLAIN-MD5}[redacted]')
    expect(redact('/etc/mail/accounts', 'ada:{PLAIN-MD5}hash:1000').text).toBe('ada:{PLAIN-MD5}[redacted]:1000')
  })

  it('puts the public half where a private key stood', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const { text } = redact('/etc/ssl/private/site.key', `before\n${privateKey}after`)
    expect(text).toContain(publicKey.trim())
    expect(text).not.toContain(privateKey.split('\n')[1])
    expect(redact('/etc/x.pem', privateKey.slice(0, 60)).text).toBe('[redacted] private key')
  })

  it('takes linear time, and no text is too strange', () => {
    const pieces = [
      'a',
      'password',
      'password=',
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY-----',
      'a://',
      "define('",
      'psk ',
      '{MD5',
      '$6$a$',
      'a\n ',
    ]
    for (const piece of pieces) {
      const before = process.cpuUsage()
      const text = piece.repeat(300_000 / piece.length)
      for (const path of ['/etc/x', '/etc/ldap/slapd.d/x.ldif']) redact(path, text)
      expect(process.cpuUsage(before).user / 1e6, piece).toBeLessThan(1)
    }
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('/etc/shadow', '/etc/x', '/root/.pgpass'),
        (text, path) => {
          const once = redact(path, text).text
          expect(redact(path, once).text).toBe(once)
        },
      ),
    )
  })
})
