import { z } from 'zod'
import { ALGORITHMS } from '../../keys/algorithms.ts'
import { MAX_VALIDITY, MIN_VALIDITY } from '../../keys/signature-policy.ts'
import { DENIAL_MODES, WILDCARD_STYLES } from './dnssec-words.ts'
import { duration, flag, keysOf } from './entry.ts'
import { keys } from './key-schema.ts'
import { parent } from './parent-schema.ts'

const algorithm = z.union([z.string(), z.number()]).meta({
  description: 'A DNSSEC algorithm',
  expected: 'an algorithm',
  enum: [...ALGORITHMS.values()].flatMap(({ number, mnemonic }) => [number, mnemonic]),
})

const EXPORT_ONLY =
  'A chain of this kind lists every name to whoever walks it, so it is not served; ' +
  '`dnsctl zone export --signed --denial MODE` writes one for secondaries that need it.'

const signing = z
  .strictObject({
    algorithm: z.union([algorithm, z.array(algorithm).min(1)]).meta({
      description: 'Algorithm of the keys, or several at once: numbers or mnemonics',
      expected: '8, 10, 13, 14 or 15, or a list of these',
      examples: [13, [13, 8]],
    }),
    denial: z.enum(keysOf(DENIAL_MODES)).meta({
      description: 'How it is proved that something is not there',
      expected: `one of ${keysOf(DENIAL_MODES).join(', ')}`,
      remedies: { nsec: EXPORT_ONLY, nsec3: EXPORT_ONLY },
    }),
    wildcards: z.enum(keysOf(WILDCARD_STYLES)).meta({
      description: 'How names made by a wildcard are signed',
      expected: `one of ${keysOf(WILDCARD_STYLES).join(', ')}`,
    }),
    validity: duration('From the inception of a signature to its expiration', '14d', {
      least: MIN_VALIDITY,
      most: MAX_VALIDITY,
      expected: 'a time from 1d to 365d',
    }),
    'max-ttl': duration('No record of the zone may have a larger TTL', '7d'),
    cds: z.enum(['publish', 'delete', 'off']).meta({
      description:
        'CDS and CDNSKEY at the apex: those of the keys, the records that ask the parent to remove its DS, or none',
      expected: '`publish`, `delete` or `off`',
      remedies: { false: 'Write `cds: off`.' },
    }),
    bootstrap: flag({
      description:
        'Whether zones of this server that hold one of its name servers carry its RFC 9615 signalling records',
      expected: 'true or false',
    }),
    parent,
    keys,
  })
  .partial()

const SIGNED_ANYWAY = 'Zones are signed when nothing is said: remove the line, or write `dnssec: {}`.'

/** How a zone is signed; the same form for all zones and for one. */
export const dnssec = (description: string) =>
  z.union([z.literal('off'), z.literal('presigned'), signing]).meta({
    description,
    expected: '`off`, `presigned`, or a map of how to sign',
    examples: [{ algorithm: 13, denial: 'compact' }],
    remedies: {
      false: 'Write `dnssec: off`.',
      no: 'Write `dnssec: off`.',
      true: SIGNED_ANYWAY,
      on: SIGNED_ANYWAY,
      yes: SIGNED_ANYWAY,
    },
  })
