/** Octets of a passphrase that is set; what is shorter is guessed, whatever a guess costs. */
export const SHORTEST_PASSPHRASE = 12
/** Octets of a passphrase that anybody may send. */
export const LONGEST_PASSPHRASE = 1024
