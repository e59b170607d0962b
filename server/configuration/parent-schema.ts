import { z } from 'zod'
import { readListen } from '../address.ts'
import { duration, flag, readable, text } from './entry.ts'

const server = readable(readListen, {
  description: 'An address and a port',
  expected: 'an address and a port',
  examples: ['192.0.2.53@53'],
})

const servers = (description: string) =>
  z
    .array(server)
    .min(1)
    .meta({
      description,
      expected: 'a list of addresses with ports',
      examples: [['192.0.2.53', '2001:db8::53@53']],
    })

/** How the DS at a zone's parent is looked for; the same form for all zones and for one. */
export const parent = z
  .strictObject({
    check: flag({
      description:
        "Look for the DS at the parent's servers: often while a roll waits for it, else once a day; left out, of every zone that all views have and that is in the public DNS",
      expected: 'true or false',
    }),
    servers: servers(
      'All addresses of all servers of the parent; left out, they are looked up, and so is who the parent is',
    ),
    resolver: z.union([z.enum(['system', 'roots']), servers('Resolvers')]).meta({
      description:
        "Who says where the parent's servers are: the resolvers of the system, the root servers and so on down, or these resolvers",
      expected: '`system`, `roots`, or a list of addresses with ports',
      examples: [['127.0.0.1@53']],
    }),
    families: z
      .array(z.enum(['ipv4', 'ipv6']))
      .min(1)
      .meta({
        description: "Address families over which the parent's servers are asked: those that this host can reach",
        expected: 'a list of `ipv4` and `ipv6`',
        examples: [['ipv4']],
      }),
    'trust-anchor': text({
      description:
        "What answers of the parent are validated by: `root` is the root's own, `none` believes what the servers say, a file has DS or DNSKEY records; left out, `root`, but `none` with `servers`",
      expected: '`root`, `none`, or the path of a file with DS or DNSKEY records',
      examples: ['root', 'anchor.ds'],
    }),
    interval: duration(
      'While a roll waits for the parent, at most so long between two looks; they begin a minute apart',
      '1h',
      { least: 1, most: 86_400, expected: 'a time from 1s to 1d' },
    ),
    'ds-ttl': duration(
      "TTL of the parent's DS, unless its servers give a larger one: caches are waited for so long",
      '1d',
      {
        least: 1,
        most: 30 * 86_400,
        expected: 'a time from 1s to 30d',
      },
    ),
    notify: flag({
      description:
        'Tell the parent of new CDS records, where it says in DSYNC records that it wants to know (RFC 9859)',
      expected: 'true or false',
    }),
  })
  .partial()
  .meta({
    description: 'How the DS at the parent is looked for',
    expected: 'a map',
    examples: [{ check: false }],
  })
