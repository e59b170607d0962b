import { RANGE, ZONE } from './names.ts'

/** Whom a tool is to ask, at port 53, and what it is given. */
export interface Target {
  readonly address: string
  /** Path of a word list. */
  readonly words: string
}

/** A tool of Debian, and how to read what it prints. */
export interface Tool {
  readonly name: string
  readonly package: string
  readonly command: string
  /** What it lives on: words, or what servers say by themselves. */
  readonly kind: 'brute force' | 'other'
  parameters(target: Target): string[]
  /** Of what it prints, the lines that tell what it found. */
  readonly findings: RegExp
  /** Lines from the first match to the second are no findings, whatever they look like. */
  readonly except?: readonly [from: RegExp, to: RegExp]
  /** Its findings are NSEC3 owners. */
  readonly hashes?: true
}

/** What a tool takes for existing: canonical text without dot, with the addresses that it shows. */
export type Reported = ReadonlyMap<string, ReadonlySet<string>>

const WHOLE_LINE = /./
const NMAP = ['-d1', '-Pn', '-n', '-sT', '-p', '53']

export const TOOLS: readonly Tool[] = [
  {
    name: 'dnsenum',
    package: 'dnsenum',
    command: 'dnsenum',
    kind: 'brute force',
    // Words, transfer, and reverse lookups of the ranges that it finds; no search engine.
    parameters: ({ address, words }) => [
      '--nocolor',
      '-p',
      '0',
      '-s',
      '0',
      '-t',
      '2',
      '--threads',
      '5',
      '--dnsserver',
      address,
      '-f',
      words,
      ZONE,
    ],
    findings: /\s\d+\s+IN\s+(A|AAAA|CNAME|PTR|MX|NS)\s/,
    except: [/Wildcard detection using/, /Wildcards detected/],
  },
  {
    name: 'dnsrecon brt',
    package: 'dnsrecon',
    command: 'dnsrecon',
    kind: 'brute force',
    parameters: ({ address, words }) => ['-t', 'brt', '--iw', '-D', words, ...dnsrecon(address)],
    findings: /^\[[+*]\]\s+(A|AAAA|CNAME)\s/,
  },
  {
    name: 'dnsrecon zonewalk',
    package: 'dnsrecon',
    command: 'dnsrecon',
    kind: 'other',
    parameters: ({ address }) => ['-t', 'zonewalk', ...dnsrecon(address)],
    findings: /^\[[+*]\]\s+[A-Z]+\s/,
  },
  {
    name: 'dnsrecon rvl',
    package: 'dnsrecon',
    command: 'dnsrecon',
    kind: 'other',
    parameters: ({ address }) => ['-t', 'rvl', '-r', `${RANGE}.0/24`, '-n', address, '--lifetime', '2'],
    findings: /^\[[+*]\]\s+PTR\s/,
  },
  {
    name: 'dnsrecon axfr',
    package: 'dnsrecon',
    command: 'dnsrecon',
    kind: 'other',
    parameters: ({ address }) => ['-t', 'axfr', ...dnsrecon(address)],
    findings: /^\[[+*]\]\s+(A|AAAA|CNAME|MX|NS|PTR)\s/,
  },
  {
    name: 'fierce',
    package: 'fierce',
    command: 'fierce',
    kind: 'brute force',
    parameters: ({ address, words }) => ['--domain', ZONE, '--dns-servers', address, '--subdomain-file', words],
    findings: /^Found: |^[{ ]'\d|<DNS name /,
  },
  ...[[], ['--wildcard']].map((more) => ({
    name: ['gobuster dns', ...more].join(' '),
    package: 'gobuster',
    command: 'gobuster',
    kind: 'brute force' as const,
    parameters: ({ address, words }: Target) => [
      ...['dns', '-q', '--no-color', '--no-progress', '-i', '-t', '5', '--timeout', '2s', ...more],
      ...['-d', ZONE, '-r', `${address}:53`, '-w', words],
    ],
    findings: /Found: /,
  })),
  {
    name: 'nmap dns-brute',
    package: 'nmap',
    command: 'nmap',
    kind: 'brute force',
    parameters: ({ address, words }) => [
      ...['-sn', '-Pn', '-n', '--dns-servers', address, '--script', 'dns-brute'],
      ...['--script-args', `dns-brute.domain=${ZONE},dns-brute.hostlist=${words}`, address],
    ],
    findings: /^\|_? +\S+ - /,
  },
  {
    name: 'nmap dns-nsec-enum',
    package: 'nmap',
    command: 'nmap',
    kind: 'other',
    // The dot in front makes up for the one that scripts of nmap 7.93 forget between a label and the zone.
    parameters: ({ address }) => [
      ...[...NMAP, '--script', 'dns-nsec-enum', '--script-args', `dns-nsec-enum.domains=.${ZONE}`, address],
    ],
    // Names that are found show themselves in what the script tries next, even if it never ends.
    findings: WHOLE_LINE,
  },
  {
    name: 'nmap dns-nsec3-enum',
    package: 'nmap',
    command: 'nmap',
    kind: 'other',
    parameters: ({ address }) => [
      ...[...NMAP, '--script', 'dns-nsec3-enum', '--script-args'],
      ...[`dns-nsec3-enum.domains=.${ZONE},dns-nsec3-enum.timelimit=5s`, address],
    ],
    findings: WHOLE_LINE,
    hashes: true,
  },
  {
    name: 'ldns-walk',
    package: 'ldnsutils',
    command: 'ldns-walk',
    kind: 'other',
    parameters: ({ address }) => [`@${address}`, ZONE],
    findings: WHOLE_LINE,
  },
]

/** The names, and beside each the addresses that stand in the same line. */
export function readFindings(tool: Tool, output: string): Reported {
  const found = new Map<string, Set<string>>()
  for (const line of linesOf(tool, output)) {
    if (!tool.findings.test(line)) continue
    const addresses = line.match(/\b\d{1,3}(\.\d{1,3}){3}\b(?!\.in-addr)/g) ?? []
    for (const name of namesIn(line).filter((each) => !HASHED.test(each)))
      found.set(name, new Set([...(found.get(name) ?? []), ...addresses]))
  }
  return found
}

/** NSEC3 owners in what a tool says: 32 digits of base 32. */
export function readHashes(output: string): Set<string> {
  return new Set(output.toLowerCase().match(/\b[0-9a-v]{32}\b/g) ?? [])
}

function dnsrecon(address: string): string[] {
  return ['-d', ZONE, '-n', address, '--lifetime', '2']
}

function linesOf({ except }: Tool, output: string): string[] {
  const lines = output.replaceAll('\u001b[2K', '').split(/\r?\n/)
  if (except === undefined) return lines
  const from = lines.findIndex((line) => except[0].test(line))
  const to = lines.findIndex((line) => except[1].test(line))
  return from < 0 ? lines : [...lines.slice(0, from), ...lines.slice(to)]
}

/** A transfer brings the owners of NSEC3 records too. */
const HASHED = /^[0-9a-v]{32}\./
const BELOW_ZONE = new RegExp(`((?:[a-z0-9_*-]+\\.)+)${ZONE.replace('.', '\\.')}\\b`, 'g')

/** Names below the zone; fierce prints those of a transfer relative to it. */
function namesIn(line: string): string[] {
  const absolute = [...line.toLowerCase().matchAll(BELOW_ZONE)].map(([name]) => name)
  const relative = [...line.toLowerCase().matchAll(/<dns name ([^@>]+)>/g)].map(([, name]) => `${name}.${ZONE}`)
  return [...absolute, ...relative]
}
