# The recipes that administrators find and follow, in a chroot of the stock tree: everything is installed, enabled, and
# still does nothing. scripts/compare-lynis.mjs runs this, then hostcheck and Lynis beside each other.
set -eu

# Catch-all against enumeration, and the stock jails for what is now never logged.
cat >> /etc/postfix/main.cf <<'END'
virtual_alias_domains = example.com
virtual_alias_maps = hash:/etc/postfix/virtual
END
echo '@example.com root' > /etc/postfix/virtual
cat > /etc/fail2ban/jail.local <<'END'
[sshd]
enabled = true
[postfix]
enabled = true
[dovecot]
enabled = true
[apache-modsecurity]
enabled = true
END

# ModSecurity and mod_evasive as their packages recommend them.
ln -s ../mods-available/security2.load ../mods-available/security2.conf /etc/apache2/mods-enabled/ 2>/dev/null || true
ln -s ../mods-available/evasive.load ../mods-available/evasive.conf /etc/apache2/mods-enabled/ 2>/dev/null || true
cp /etc/modsecurity/modsecurity.conf-recommended /etc/modsecurity/modsecurity.conf

# AIDE with a database, of /etc alone so that it takes seconds.
aide --config /etc/aide/aide.conf --init --limit '/etc/aide' -B database_out=file:/var/lib/aide/aide.db >/dev/null 2>&1 || true

# Shorewall from its sample.
cp /usr/share/doc/shorewall/examples/one-interface/* /etc/shorewall/
sed -i 's/^startup=0/startup=1/' /etc/default/shorewall
systemctl enable shorewall.service >/dev/null 2>&1

# Backups by a script of one line.
printf '#!/bin/sh\nmysqldump --all-databases | gzip > /var/backups/all.sql.gz\n' > /etc/cron.daily/backup
chmod 755 /etc/cron.daily/backup
