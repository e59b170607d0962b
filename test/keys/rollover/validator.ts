/*
 * What a validating resolver makes of the RRsets that it holds: derived from RFC 4035 §2.2 and §5 and RFC 6840 §5.11 alone,
 * knowing nothing of states, rules or timers. Of each RRset there are generations, each of them a text:
 *
 *   DS        names of keys, as in "ksk13.1,ksk13.2"; empty: there is none
 *   key set   the keys in it and those that signed it, as in "ksk13.1,zsk13.1|ksk13.1"
 *   data      the keys that signed it, as in "zsk13.1": all RRsets but DNSKEY, CDS and CDNSKEY, and proofs of absence
 *
 * A key's name begins with its role and algorithm.
 */

export interface Validator {
  /** Why this DS RRset and this DNSKEY RRset do not make a chain of trust, or break what signers owe. */
  faultOfChain(ds: string, keySet: string): string | undefined
  /** Why data with these signatures does not validate by this DNSKEY RRset. */
  faultOfData(keySet: string, data: string): string | undefined
}

/** A validator that remembers what it has judged: a few generations meet millions of times. */
export function createValidator(): Validator {
  return { faultOfChain: remembered(chainFault), faultOfData: remembered(dataFault) }
}

export function algorithmOf(name: string): number {
  return Number(/\d+/.exec(name)![0])
}

export function keySetText(keys: readonly string[], signers: readonly string[]): string {
  return `${namesText(keys)}|${namesText(signers)}`
}

export function namesText(names: readonly string[]): string {
  return [...names].sort().join(',')
}

/** Names of a DS RRset or of what signed data. */
export function namesOf(text: string): string[] {
  return text === '' ? [] : text.split(',')
}

/**
 * No DS: the zone is insecure, and everything goes. Else a DNSKEY that a DS names has to have signed the key set (RFC 4035
 * §5.2), which is all that a validator may ask for (RFC 6840 §5.11). Strict ones ask for a chain by each algorithm of the
 * DS RRset, and signers have to provide it (RFC 4035 §2.2), by each algorithm of the key set, too.
 */
function chainFault(ds: string, keySet: string): string | undefined {
  const named = namesOf(ds)
  if (named.length === 0) return undefined
  const [keys, signers] = keySet.split('|').map(namesOf) as [string[], string[]]
  const anchors = named.filter((name) => keys.includes(name) && signers.includes(name))
  if (anchors.length === 0) return `no DNSKEY that DS ${ds} names has signed the key set ${keySet}`
  for (const algorithm of algorithmsOf(named)) {
    if (anchors.some((name) => algorithmOf(name) === algorithm)) continue
    return `strict: DS ${ds} promises algorithm ${algorithm}, by which no key set ${keySet} can be had`
  }
  for (const algorithm of algorithmsOf(keys)) {
    if (signers.some((name) => keys.includes(name) && algorithmOf(name) === algorithm)) continue
    return `strict: the key set ${keySet} has a key of algorithm ${algorithm} and no signature by it`
  }
  return undefined
}

/** A signature by any key of the key set will do (RFC 4035 §5.3.1); strict ones want one by each of its algorithms. */
function dataFault(keySet: string, data: string): string | undefined {
  const keys = namesOf(keySet.split('|')[0]!)
  const signers = namesOf(data).filter((name) => keys.includes(name))
  if (signers.length === 0) return `no key of the key set ${keySet} has signed the data, ${data || 'nothing'} has`
  for (const algorithm of algorithmsOf(keys)) {
    if (signers.some((name) => algorithmOf(name) === algorithm)) continue
    return `strict: the key set ${keySet} promises algorithm ${algorithm}, by which data signed by ${data} has no signature`
  }
  return undefined
}

function algorithmsOf(names: readonly string[]): Set<number> {
  return new Set(names.map(algorithmOf))
}

function remembered(judge: (left: string, right: string) => string | undefined): typeof judge {
  const known = new Map<string, Map<string, string | undefined>>()
  return (left, right) => {
    const ofLeft = known.get(left) ?? new Map<string, string | undefined>()
    if (ofLeft.size === 0) known.set(left, ofLeft)
    if (!ofLeft.has(right)) ofLeft.set(right, judge(left, right))
    return ofLeft.get(right)
  }
}
