import { z } from 'zod'
import { duration, flag, quantity } from './entry.ts'
import { UNLIMITED } from './keys.ts'
import { parseDuration } from './quantities.ts'

const DAY = 86_400
const LONGEST_SAFETY = 365 * DAY

const lifetime = (description: string, example: string) =>
  quantity(
    { parse: (value) => (value === UNLIMITED ? Number.POSITIVE_INFINITY : parseDuration(value)), least: 1 },
    { description, expected: `a time, or \`${UNLIMITED}\``, examples: [example] },
  )

const safety = (description: string) =>
  duration(description, '1h', { least: 0, most: LONGEST_SAFETY, expected: 'a time from 0s to 365d' })

const standby = z.enum(['zsk', 'ksk']).meta({
  description: 'A kind of key',
  expected: '`zsk` or `ksk`; a `ksk` is the combined key where there is one',
})

/** The entry `keys` of `dnssec`. */
export const keys = z
  .strictObject({
    'zsk-lifetime': lifetime('Age at which a zone signing key is replaced by itself', '90d'),
    'ksk-lifetime': lifetime(
      'Age at which a key signing key, or one that signs everything, is replaced by itself; its DS then has to change at the parent',
      '365d',
    ),
    standby: z.array(standby).meta({
      description:
        'Kinds of which each algorithm has one key more, published and not in use, that takes over within seconds. The DS of a standby `ksk` stands at the parent too',
      expected: 'a list of `zsk` and `ksk`, or an empty one',
      examples: [['zsk'], []],
    }),
    combined: flag({
      description: 'Whether one key of each algorithm signs everything, instead of a KSK and a ZSK',
      expected: 'true or false',
    }),
    'publish-safety': safety('Waited beyond what caches may take, when something was published'),
    'retire-safety': safety('Waited beyond what caches may take, when something was withdrawn'),
    backup: z.enum(['require', 'remind']).meta({
      description:
        'Whether the parent is asked for the DS of a key only once `dnsctl key backup` has written the key, or you are only reminded of it',
      expected: '`require` or `remind`',
      examples: ['require'],
    }),
    manual: flag({
      description: 'Whether each step of a rollover waits for `dnsctl key step`',
      expected: 'true or false',
    }),
  })
  .partial()
  .meta({
    description: 'How keys are rolled',
    expected: 'a map of how to roll keys',
    examples: [{ 'zsk-lifetime': '90d', standby: ['zsk'] }],
    remedies: { false: 'Write `keys: { zsk-lifetime: unlimited }` for keys that are rolled when you say so alone.' },
  })
