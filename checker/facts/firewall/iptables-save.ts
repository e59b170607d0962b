import { type Evidence, excerptOf, placeIn } from '../../judging/judgement.ts'
import type { ReadFile } from '../../root/root.ts'
import { citeLater, type Family, type FilterChain, type FilterRule, type Match, type Verdict } from './filter.ts'

const HOOKS: Readonly<Record<string, string>> = {
  INPUT: 'input',
  OUTPUT: 'output',
  FORWARD: 'forward',
  PREROUTING: 'prerouting',
  POSTROUTING: 'postrouting',
}

/** Chains of a file in the form of iptables-save(8). */
export function chainsOfFile(file: ReadFile, family: Family): readonly FilterChain[] {
  return chainsOfLines(file.text, family, (line) => citeLater(placeIn(file, line)))
}

/** Chains of what the command iptables-save or ip6tables-save printed. */
export function chainsOfCommand(text: string, family: Family, command: string): readonly FilterChain[] {
  const lines = text.split('\n')
  return chainsOfLines(text, family, (line) => ({
    source: 'command',
    path: command,
    excerpt: excerptOf(lines[line - 1] ?? ''),
  }))
}

function chainsOfLines(text: string, family: Family, at: (line: number) => Evidence): readonly FilterChain[] {
  const chains = new Map<string, FilterChain>()
  let table = 'filter'
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line[0] === '*') table = line.slice(1).trim()
    else if (line[0] === ':') {
      const [name = '', policy] = line.slice(1).split(/\s+/)
      chains.set(`${table} ${name}`, {
        families: [family],
        table,
        name,
        type: table,
        hook: HOOKS[name],
        policy: policy === 'DROP' ? 'deny' : 'accept',
        rules: [],
        at: at(index + 1),
      })
    } else if (/^(\[\d+:\d+\]\s+)?-A\s/.test(line)) {
      const [chain = '', ...words] = wordsOf(line.replace(/^(\[\d+:\d+\]\s+)?-A\s+/, ''))
      chains.get(`${table} ${chain}`)?.rules.push(ruleOf(words, at(index + 1)))
    }
  }
  return [...chains.values()]
}

function wordsOf(line: string): readonly string[] {
  return (line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map((word) => word.replace(/^"(.*)"$/s, '$1'))
}

const LISTS: Readonly<Record<string, (values: readonly string[], negated: boolean) => Match>> = {
  '-i': (names, negated) => ({ on: 'interface', way: 'in', names, negated }),
  '-o': (names, negated) => ({ on: 'interface', way: 'out', names, negated }),
  '-p': (protocols, negated) => ({ on: 'protocol', protocols, negated }),
  '-s': (prefixes, negated) => ({ on: 'address', prefixes, negated }),
  '-d': (prefixes, negated) => ({ on: 'address', prefixes, negated }),
  '--uid-owner': (users, negated) => ({ on: 'user', users, negated }),
  '--state': (states, negated) => ({ on: 'state', states: states.map((each) => each.toLowerCase()), negated }),
  '--ctstate': (states, negated) => ({ on: 'state', states: states.map((each) => each.toLowerCase()), negated }),
  '--dport': (ports, negated) => ({ on: 'port', ports, negated }),
  '--dports': (ports, negated) => ({ on: 'port', ports, negated }),
}
const LONG_FORMS: Readonly<Record<string, string>> = {
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--protocol': '-p',
  '--source': '-s',
  '--destination': '-d',
  '--destination-port': '--dport',
  '--destination-ports': '--dports',
  '--jump': '-j',
  '--goto': '-g',
  '--match': '-m',
}
/** Modules that only name what options of LISTS, or nothing, ask. */
const SILENT_MODULES = /^(tcp|udp|comment|state|conntrack|multiport|owner)$/

function ruleOf(words: readonly string[], at: Evidence): FilterRule {
  const matches: Match[] = []
  let verdict: Verdict | undefined
  let log: FilterRule['log']
  let negated = false
  for (let index = 0; index < words.length; index++) {
    const word = LONG_FORMS[words[index]!] ?? words[index]!
    if (word === '!') {
      negated = true
      continue
    }
    const value = words[index + 1] ?? ''
    const list = LISTS[word]
    if (list !== undefined) matches.push(list(value.split(','), negated))
    else if (word === '-m' && /^(limit|hashlimit)$/.test(value)) matches.push({ on: 'rate' })
    else if (word === '-m' && !SILENT_MODULES.test(value)) matches.push({ on: 'other' })
    else if (word === '-g') verdict = { kind: 'goto', chain: value }
    else if (word === '-j' && /^(NF|U)?LOG$/.test(value)) log = value === 'LOG' ? 'kernel' : 'group'
    else if (word === '-j') verdict = targetOf(value)
    else if (/^--(to-ports|to-destination|on-port)$/.test(word) && verdict?.kind === 'redirect')
      verdict = { kind: 'redirect', port: value.slice(value.lastIndexOf(':') + 1) }
    else if (/^(-f|--tcp-flags|--syn|--sport|--sports|--icmp-type|--icmpv6-type)$/.test(word))
      matches.push({ on: 'other' })
    if (word[0] === '-' && value[0] !== '-' && value !== '!') index++
    negated = false
  }
  return { matches, verdict, log, at }
}

function targetOf(name: string): Verdict | undefined {
  if (name === 'ACCEPT') return { kind: 'accept' }
  if (name === 'DROP' || name === 'REJECT') return { kind: 'deny' }
  if (name === 'RETURN') return { kind: 'return' }
  if (name === 'REDIRECT' || name === 'TPROXY' || name === 'DNAT') return { kind: 'redirect' }
  return { kind: 'jump', chain: name }
}
