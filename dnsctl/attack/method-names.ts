/** Names of the methods in the order in which they run; apart from them, for help needs no more. */
export const METHOD_NAMES: readonly string[] = [
  'wildcard',
  'identity',
  'transfer',
  'words',
  'permutations',
  'walk',
  'nsec3',
  'reverse',
  'serial',
]
