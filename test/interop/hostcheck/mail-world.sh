#!/bin/bash
# A mail server in a mount namespace of its own: what is written to /etc, /run, /var/log and the queue goes into the folder $1.
# journald runs for real; `systemctl` and `apt-get` stand in for what needs a booted system.
set -e
folder=$1
mount -t tmpfs tmpfs "$folder"
for each in etc dev; do
  mkdir -p "$folder/$each/up" "$folder/$each/work"
  mount -t overlay overlay -o "lowerdir=/$each,upperdir=$folder/$each/up,workdir=$folder/$each/work" "/$each"
done
cp -a /var/spool/postfix "$folder/queue"
cp -a /var/lib/postfix "$folder/data"
mkdir -p "$folder/run" "$folder/log" "$folder/bans" "$folder/mail"
chmod 1777 "$folder/mail"
mount --bind "$folder/queue" /var/spool/postfix
mount --bind "$folder/data" /var/lib/postfix
mount --bind "$folder/bans" /var/lib/fail2ban
mount --bind "$folder/mail" /var/mail
mount --bind "$folder/log" /var/log
mount --bind "$folder/run" /run

cat >"$folder/systemctl" <<'EOF'
#!/bin/sh
# Each unit in the control group that systemd would give it, by which journald names it.
into() {
  for root in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
    [ -e "$root/cgroup.procs" ] && mkdir -p "$root/system.slice/$1" && echo $$ >"$root/system.slice/$1/cgroup.procs"
  done 2>/dev/null
}
case "$1 $2" in
  'start postfix') into 'system-postfix.slice/postfix@-.service'; exec postfix start ;;
  'reload postfix') into 'system-postfix.slice/postfix@-.service'; exec postfix reload ;;
  'restart fail2ban') fail2ban-client stop >/dev/null 2>&1; into fail2ban.service; exec fail2ban-client start ;;
  *) echo "there is no systemd here for: $*" >&2; exit 1 ;;
esac
EOF
cat >"$folder/apt-get" <<'EOF'
#!/bin/sh
# Installs nothing: says whether it is there.
[ "$1 $2" = 'install -y' ] && shift 2 && exec dpkg -s "$@" >/dev/null
EOF
chmod +x "$folder/systemctl" "$folder/apt-get"
mount --bind "$folder/systemctl" /usr/bin/systemctl
mount --bind "$folder/apt-get" /usr/bin/apt-get

cat >/etc/postfix/main.cf <<'EOF'
compatibility_level = 3.6
myhostname = mail.example.com
mydestination = $myhostname, localhost
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
alias_maps =
virtual_alias_maps = texthash:/etc/postfix/virtual
virtual_alias_domains = example.com
EOF
echo '@example.com root' >/etc/postfix/virtual
cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
sed -E -i 's/^(smtp +inet +n +- +)[-yn]/\1y/' /etc/postfix/master.cf

# Nobody answers for names here: let nothing wait for it.
rm -f /etc/resolv.conf
printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >/etc/resolv.conf
mkdir -p /var/spool/postfix/etc
cp /etc/resolv.conf /etc/hosts /etc/services /etc/nsswitch.conf /var/spool/postfix/etc/

mkdir -p /run/systemd/journal /run/log/journal /run/fail2ban
/lib/systemd/systemd-journald &
echo $! >"$folder/journald"
for ((tries = 0; tries < 200; tries++)); do
  [ -S /run/systemd/journal/dev-log ] && break
  sleep 0.05
done
ln -sfn /run/systemd/journal/dev-log /dev/log
systemctl start postfix
echo $$ >"$folder/ready"
exec sleep 900
