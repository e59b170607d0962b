/** What docs/configuration.md says besides the schema's own words. */
export const CONFIGURATION_INTRODUCTION = `# Configuration

\`veild --config veil.yaml\` reads one YAML file. It is checked as a whole before anything of it takes effect, and every
problem is shown with its line, what was found, what was expected and how to mend it:

\`\`\`sh
dnsctl config check      # the file alone: ./veil.yaml, else /etc/veil/veil.yaml, or --config FILE
dnsctl zone check        # the file, then the zone files that it names, as each view sees them
dnsctl reload            # takes configuration and zones anew; so does kill -HUP
\`\`\`

A reload changes views, zones, how they are signed, \`guard\`, and identity. \`listen\`, \`user\`, \`state\`, \`workers\`, \`udp\`,
\`rate-limit\`, \`tcp\` and \`sealing\` are what a running server is made of: a reload that finds one of these changed is
refused, changes nothing and says which.
A zone with an error stays as it was and the others go on; but where the views have changed as well, everything stays
as it was, or a view would show its new clients what was meant for its old ones.

## A complete example

\`\`\`yaml
listen: ["192.0.2.53@53", "2001:db8::53@53", "10.0.0.53@53"]
user: veil
state: /var/lib/veil

views:
  branch: { clients: [10.7.0.0/16, fd00:7::/32] }    # the longest client prefix wins
  internal: { clients: [10.0.0.0/8, fd00::/8] }
  public: {}                                           # everybody else

zones:
  example.com:
    file: zones/example.com.zone                       # what everyone may see
    overlays:                                          # what some see besides, or instead
      internal: zones/example.com.internal.zone
      branch: zones/example.com.internal.zone
    hide: { public: [{ subtree: legacy }] }            # see hiding-names.md why overlays are better
  10.in-addr.arpa:
    file: zones/10.in-addr.arpa.zone
    views: [internal, branch]                          # for others Veil does not have this zone
    dnssec: off                                        # no parent has a DS for it

rate-limit:
  exempt: [10.0.0.0/8, fd00::/8]
tcp:
  connections: 2000
identity:
  nsid: ns1
\`\`\`

- Paths are relative to the folder of this file; those of \`$INCLUDE\` to the file that includes.
- Addresses are \`ADDRESS@PORT\`; without a port it is 53. \`0.0.0.0\` and \`::\` each stand for all addresses of their own family.
- Times are seconds, or \`10s\`, \`5m\`, \`2h\`, \`1d\`; sizes are octets, or \`64KiB\`, \`1MiB\`.
- Names of zones are absolute, with or without the dot at their end; names under \`hide\` are relative to their zone.
- Flags of \`veild\` win over the file: \`--listen\`, \`--user\`, \`--state\`, \`--workers\`, \`--no-dnssec\`, \`--presigned\`,
  \`--no-rate-limit\`. \`veild --help\` has them all, and how to do without a file.
- Editors complete and check the file by [veil.schema.json](veil.schema.json); the first line of
  [demo/veil.yaml](../demo/veil.yaml) shows how.

The tables below are made from the schema that checks the file (\`server/configuration/schema.ts\`).`

/** By entry: what stands above its table. */
export const SECTIONS: Readonly<Record<string, string>> = {
  views:
    'Who sees what: a map from the name of a view to who gets it. How a view is chosen, and what strangers may learn all the same: [hiding-names.md](hiding-names.md).',
  zones: 'A map from the name of a zone to where its records stand. Zone files: [zone-files.md](zone-files.md).',
  dnssec:
    'Zones are signed with keys that Veil makes and keeps. `off` leaves all zones unsigned; a map says how they are signed; an entry `dnssec` of a zone says it for that zone, and takes what it leaves out from here. What the choices mean: [dnssec.md](dnssec.md).',
  'rate-limit': 'What a client may ask, how often. What is counted, and why these figures: [limits.md](limits.md).',
  tcp: 'Bounds of TCP. What happens at them: [limits.md](limits.md).',
  guard:
    'Enumeration, and what is done about it: [enumeration.md](enumeration.md). Who is banned, who never is, and who is told; nftables and fail2ban: [bans.md](bans.md).',
  leaks:
    'How serious each rule of the leak lint is: an `error` keeps the zone from being published, which then stays as it was. A level set here holds for every view; those of the table are for views that strangers get, and errors are warnings in others. What each rule looks for: [leaks.md](leaks.md).',
  identity:
    'What the server tells about itself. Without an entry the question is refused, NSID ignored. With `mask` they are answered, and refused, as that server in Debian 12 does; `version` and `hostname` go before it.',
  sealing:
    'What opens the store’s secrets when the server starts. Where that is not there, the server starts locked: it has no private key and no zone, answers SERVFAIL to everybody, and waits for `dnsctl unlock`. Slots, passphrases, credentials of systemd and sealed overlays: [sealing.md](sealing.md).',
}
