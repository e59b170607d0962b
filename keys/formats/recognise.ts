/*
 * What a file is, by what stands in it: its name says little, and people rename files.
 */
import { holdsKeyRecords, type KeyRecordLine, readKeyRecords } from './dnskey-file.ts'
import { fail, type KeyFile, KNOWN_FORMS, linesOf } from './key-file.ts'
import { isKnotListing, type KnotKey, readKnotListing } from './knot-listing.ts'
import { type PemFile, readPemFile } from './pem-file.ts'
import { type PrivateKeyFile, readPrivateKeyFile } from './private-key-file.ts'
import { readStateFile, type StateFile } from './state-file.ts'

/** A file that was read. */
export type ReadKeyFile = { readonly file: string } & (
  | { readonly kind: 'private'; readonly content: PrivateKeyFile }
  | { readonly kind: 'pem'; readonly content: PemFile }
  | { readonly kind: 'records'; readonly content: readonly KeyRecordLine[] }
  | { readonly kind: 'state'; readonly content: StateFile }
  | { readonly kind: 'knot'; readonly content: readonly KnotKey[] }
)

/** Reads a file of any known form; throws a `KeyFileError` where it has none, or is malformed. */
export function readKeyFile(file: KeyFile): ReadKeyFile {
  const text = linesOf(file)
    .map((line) => line.text)
    .join('\n')
  const name = file.file
  if (/^Private-key-format:/im.test(text)) return { file: name, kind: 'private', content: readPrivateKeyFile(file) }
  if (/^-----BEGIN /m.test(text)) return { file: name, kind: 'pem', content: readPemFile(file) }
  if (/^(KSK|ZSK):/im.test(text)) return { file: name, kind: 'state', content: readStateFile(file) }
  if (isKnotListing(text)) return { file: name, kind: 'knot', content: readKnotListing(file) }
  if (holdsKeyRecords(file)) return { file: name, kind: 'records', content: readKeyRecords(file) }
  return fail(name, { found: 'nothing that is known', expected: 'a file of keys', remedy: KNOWN_FORMS })
}
