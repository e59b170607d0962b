#!/bin/sh
# In place of systemd, which is not the first process here: runs what a unit says, as whom and with what it says. Links are
# made by the real systemctl, which needs nobody for that.
verb=$1
shift
[ "$1" = --now ] && now=yes && shift
mkdir -p /run/units

# The file of a unit; of Postfix, whose own unit starts nothing, that of the instance that its generator makes.
unit_of() {
  for each in "/etc/systemd/system/$1" "/lib/systemd/system/$1" "/lib/systemd/system/${1%.service}@.service"; do
    [ -f "$each" ] && ! grep -q '^ExecStart=/bin/true$' "$each" && echo "$each" && return
  done
  echo "there is no unit $1 here" >&2
  return 1
}
setting() { sed -n "s/^$1=//p" "$unit" | head -1 | sed 's/%i/-/g'; }
is_type() { [ "$(setting Type)" = "$1" ]; }
# Nobody reaps what has ended here.
lives() { grep -qs '^State:.[^Z]' "/proc/$1/status"; }
pid() { cat "/run/units/$name" 2>/dev/null; }

group_of() { setting Group | grep . || id -gn "$1"; }

# Becomes what a line of the unit says, with the unit's environment and as its user.
become() {
  set -a
  for each in $(sed -n 's/^EnvironmentFile=-\{0,1\}//p' "$unit"); do [ -f "$each" ] && . "$each"; done
  eval "$(sed -n 's/^Environment=//p' "$unit")"
  MAINPID=$(pid)
  set +a
  user=$(setting User)
  eval "set -- setsid $line"
  if [ -n "$user" ]; then
    capabilities=$(setting AmbientCapabilities | tr 'A-Z ' 'a-z,' | sed 's/cap_/+/g')
    set -- setpriv --reuid "$user" --regid "$(group_of "$user")" --init-groups --inh-caps "${capabilities:--all}" --ambient-caps "${capabilities:--all}" "$@"
  fi
  output=$(setting StandardOutput)
  case $output in append:*) output=${output#append:} ;; *) output=/var/log/$name.out ;; esac
  exec "$@" >>"$output" 2>&1 </dev/null
}
# Does what the lines of a setting say, one after the other.
each_of() {
  sed -n "s/^$1=//p" "$unit" | sed 's/%i/-/g' | while read -r line; do (become) || exit 1; done
}

start() {
  each_of ExecStartPre || return 1
  if is_type forking || is_type oneshot; then
    each_of ExecStart || return 1
    # What stays active without a process is held by the first one, which lives.
    is_type oneshot && [ -z "$(setting RemainAfterExit)" ] || echo 1 >"/run/units/$name"
  else
    line=$(setting ExecStart)
    (become) &
    echo $! >"/run/units/$name"
  fi
}

stop() {
  [ -n "$(pid)" ] || return 0
  if is_type forking || is_type oneshot; then
    each_of ExecStop
    # Processes of one that forks have its name.
    for each in $(is_type forking && pgrep -x "$name"); do while lives "$each"; do sleep 0.1; done; done
  else
    kill "$(pid)" 2>/dev/null
    while lives "$(pid)"; do sleep 0.1; done
  fi
  rm "/run/units/$name"
}

reload() {
  if [ -n "$(setting ExecReload)" ]; then each_of ExecReload; else stop && start; fi
}

case $verb in
  daemon-reload) exit 0 ;;
  enable | disable)
    SYSTEMD_OFFLINE=1 /usr/bin/systemctl --quiet "$verb" "$@" || exit 1
    [ -n "$now" ] || exit 0
    ;;
esac

for each; do
  # Nothing waits for the time of day here.
  case $each in *.timer) continue ;; esac
  name=${each%.service}
  unit=$(unit_of "$name.service") || exit 1
  case $verb in
    enable | start) [ -n "$(pid)" ] && lives "$(pid)" || start || exit 1 ;;
    disable | stop) stop ;;
    restart) stop && start || exit 1 ;;
    reload) reload || exit 1 ;;
    reload-or-restart) if lives "$(pid)"; then reload; else start; fi || exit 1 ;;
    is-active) lives "$(pid)" || exit 3 ;;
    *) echo "nobody does $verb here" >&2 && exit 1 ;;
  esac
done
