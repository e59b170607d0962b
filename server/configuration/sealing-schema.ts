import { z } from 'zod'
import { checked, text } from './entry.ts'

/** `sealing`: by what the store's secrets are opened when the server starts. */
export const sealing = z
  .strictObject({
    unlock: z
      .enum(['key-file', 'credential', 'passphrase'])
      .meta({
        description: 'What opens the store at the start; with `passphrase` the server waits locked for dnsctl unlock',
        expected: '`key-file`, `credential` or `passphrase`',
      })
      .optional(),
    'key-file': text({
      description: 'The key file; `key` in the state folder when left out',
      expected: 'the path of a file',
      examples: ['/run/keys/veil'],
    }).optional(),
    // systemd.exec(5), LoadCredential=: a name of a file.
    credential: checked((value) => /^[A-Za-z0-9_.-]{1,255}$/.test(value) && !/^\.{1,2}$/.test(value), {
      description: 'Name of the credential that the service manager loads; veil-key when left out',
      expected: 'a name of letters, digits, dots, hyphens and underscores',
      examples: ['veil-key'],
    }).optional(),
  })
  .meta({ description: 'How secrets at rest are opened', expected: 'a map', examples: [{ unlock: 'passphrase' }] })
