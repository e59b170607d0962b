/** deploy/fail2ban/filter.d/veil.conf without its remarks, as an operator pastes it on a host that has no such folder. */
export const FAIL2BAN_FILTER = String.raw`# Of Veil: who asked for a honey name or took part in an incident, with an address that is proved.
[Definition]

_journal = (?:\S+ (?:veild|node)(?:\[\d+\])?:? )?

failregex = ^%(_journal)s\{"level":"warn","time":"[^"]*","pid":\d+,"guard":"(?:honey-asked|incident-source)","source":"<ADDR>","proved":true,
            ^%(_journal)s(?:\d\d:\d\d:\d\d)?\s*warn: (?:a honey name was asked for guard=honey-asked|a source took part in an incident guard=incident-source) source=<ADDR> proved=true\s

ignoreregex =

datepattern = ^\{"level":"[a-z]+","time":"(%%Y-%%m-%%dT%%H:%%M:%%S\.%%f%%z)"
              ^(%%H:%%M:%%S) 

journalmatch = _SYSTEMD_UNIT=veil.service
`

/** deploy/fail2ban/action.d/veil.conf, likewise. */
export const FAIL2BAN_ACTION = `# Of Veil: tells veild, which answers no more.
[Definition]

actioncheck = <dnsctl> --state <state> ban list --json >/dev/null
actionban   = <dnsctl> --state <state> ban add <ip> --automatic --for <bantime> --reason "fail2ban, jail <name>"
actionunban = <dnsctl> --state <state> ban rm <ip>

norestored = 1

[Init]

dnsctl = dnsctl
state  = /var/lib/veil
`
