import { z } from 'zod'
import { readPrefix } from '../address.ts'
import { duration, flag, integer, readable, text } from './entry.ts'
import { readName } from './names.ts'

const prefix = readable(readPrefix, {
  description: 'An address prefix',
  expected: 'an address prefix',
  examples: ['192.0.2.0/24', '2001:db8::/64'],
})

const decoy = z
  .strictObject({
    mode: z.enum(['mirror', 'prf', 'selective']).meta({
      description:
        'What an absent name answers: what a name of `of` has, an address of its own out of `addresses`, or one of the two ' +
        'unless it looks as if a tool had drawn it',
      expected: '`mirror`, `prf` or `selective`',
      remedies: { wildcard: 'A wildcard is a record of the zone file: `* A 192.0.2.1`.' },
    }),
    of: z
      .array(
        readable((value) => readName(value), {
          description: 'A name of the zone, relative to it',
          expected: 'a name',
          examples: ['www'],
        }),
      )
      .min(1)
      .meta({
        description: 'Names of the zone whose data decoys have; a keyed hash of the decoy picks one of them',
        expected: 'a list of names',
        examples: [['www', 'mail', 'shop']],
      })
      .optional(),
    addresses: z
      .array(prefix)
      .min(1)
      .meta({
        description: 'Ranges of your own that decoys have addresses in',
        expected: 'a list of address prefixes',
        examples: [['192.0.2.0/24', '2001:db8::/64']],
      })
      .optional(),
    ttl: duration(
      'TTL of these addresses; the most common one of the A records that the view has when left out',
      '5m',
    ).optional(),
    depth: integer(1, 8, 'Names of at most so many labels below the zone have decoys', 2).optional(),
    when: z
      .enum(['always', 'incident'])
      .meta({
        description: 'Always, or only while the zone is being enumerated and the guard responds by decoys',
        expected: '`always` or `incident`',
      })
      .optional(),
    'allow-randomised-signatures': flag({
      description:
        'Have decoys although each signature of the zone differs from the last: those that repeat were cached',
      expected: 'true or false',
    }).optional(),
  })
  .meta({ description: 'How absent names are answered', expected: 'a map with at least `mode`' })

/** Of a zone: what absent names answer, by view. */
export const decoys = z.record(z.string(), decoy).meta({
  description: 'By view: absent names are answered as if they were there',
  expected: 'a map from view to how it has decoys',
  examples: [{ public: { mode: 'mirror', of: ['www'] } }],
})

const generated = z
  .strictObject({
    prefix,
    name: text({
      description:
        'Names of these addresses, relative to the zone; `{address}` in the first label stands for the address',
      expected: 'a name with `{address}` in its first label',
      examples: ['host-{address}.dyn'],
    }),
    ttl: duration('TTL of what is generated; one hour when left out', '1h').optional(),
  })
  .meta({ description: 'Names for a range of addresses', expected: 'a map with `prefix` and `name`' })

/** Of a zone: names for whole ranges of addresses, by view. */
export const generate = z.record(z.string(), z.array(generated)).meta({
  description: 'By view: each address of a range has a name here, and that name in the reverse zones that the view has',
  expected: 'a map from view to a list of ranges',
  examples: [{ public: [{ prefix: '192.0.2.0/24', name: 'host-{address}.dyn' }] }],
})
