import type { Signing } from './signed-answering.ts'
import { signedWorld } from './signed-world.ts'

/** RDATA of a DS. */
export const DS = `1 13 2 ${'00'.repeat(32)}`
/** A zone with every kind of name. */
export const SIGNED_EXAMPLE = `
$TTL 3600
@ SOA ns1 hostmaster 7 7200 3600 1209600 300
@ NS ns1
@ MX 10 mail
ns1 A 192.0.2.1
mail A 192.0.2.3
www A 192.0.2.4
www 60 AAAA 2001:db8::4
alias CNAME www
toapex CNAME @
far CNAME host.plain.test.
loop CNAME loop2
loop2 CNAME loop
*.wild A 192.0.2.9
*.away CNAME www.example.com.
a.b.ent TXT x
sub NS ns.sub
ns.sub A 192.0.2.7
sec NS ns.sec
sec DS ${DS}
ns.sec A 192.0.2.8
child NS ns.child
child DS ${DS}
ns.child A 192.0.2.10
moved DNAME wild
self DNAME @
long DNAME ${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(50)}
`
/** One beside it that is not signed. */
export const PLAIN_NEIGHBOUR =
  '$TTL 3600\n@ SOA ns h 1 2 3 4 300\n@ NS ns\nhost A 192.0.2.20\nback CNAME www.example.com.\nns A 192.0.2.21\n'
const CHILD = '$TTL 3600\n@ SOA ns h 1 2 3 4 300\n@ NS ns\nns A 192.0.2.10\nup CNAME www.example.com.\n'

/** Both, and a signed child of the first. */
export function signedExample(signing: Signing = {}) {
  return signedWorld({
    'example.com.': { base: SIGNED_EXAMPLE, signing },
    'child.example.com.': { base: CHILD, signing: { ...signing, algorithms: [15] } },
    'plain.test.': { base: PLAIN_NEIGHBOUR },
  })
}
