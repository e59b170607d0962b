import type { World, WorldRecord } from './world.ts'

/** A zone whose answers do not fit small datagrams: in the answer, in a referral's glue, in additional data. */
export const LARGE_WORLD: World = {
  label: 'large answers',
  seed: 0,
  zones: [
    {
      prefix: '',
      records: [
        record('@', 'SOA', 'ns hostmaster 1 7200 3600 1209600 300'),
        record('@', 'NS', 'ns'),
        record('ns', 'A', '192.0.2.1'),
        ...sequence(2, (index) => record('text2', 'TXT', `"${String(index).repeat(200)}"`)),
        ...sequence(9, (index) => record('text9', 'TXT', `"${String(index).repeat(250)}"`)),
        ...sequence(14, (index) => record('mail', 'MX', `${index} mx${index}`)),
        ...sequence(14, (index) => record(`mx${index}`, 'AAAA', `2001:db8::${index}`)),
        ...sequence(14, (index) => record(`mx${index}`, 'A', `192.0.2.${index}`)),
        record('alias', 'CNAME', 'text9'),
        record('tree', 'DNAME', `${'t'.repeat(60)}.elsewhere`),
        record('*.elsewhere', 'TXT', `"${'e'.repeat(255)}" "${'f'.repeat(255)}"`),
        ...delegation('small', 2),
        ...delegation('middle', 7),
        ...delegation('big', 14),
        ...sequence(13, (index) => record('foreign', 'NS', `ns${index}.${'n'.repeat(40)}${index}.example.`)),
      ],
    },
  ],
}

export const LARGE_NAMES = ['', 'text2', 'text9', 'mail', 'alias', 'x.tree', 'x.elsewhere', 'absent', 'mx1']
export const LARGE_CUTS = ['small', 'middle', 'big', 'foreign'].flatMap((cut) => [cut, `www.${cut}`])

function delegation(name: string, count: number): WorldRecord[] {
  return sequence(count, (index) => [
    record(name, 'NS', `ns${index}.${name}`),
    record(`ns${index}.${name}`, 'A', `192.0.2.${index}`),
    record(`ns${index}.${name}`, 'AAAA', `2001:db8::${index}`),
  ]).flat()
}

function sequence<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_unused, index) => make(index + 1))
}

function record(owner: string, type: string, rdata: string): WorldRecord {
  return { owner, ttl: 300, type, rdata }
}
