/*
 * The layout of an image: what one view sees of one zone, compiled into flat arrays over one
 * SharedArrayBuffer that every worker reads without copying. Offsets of octets count from the start of
 * the image; tables are rows of 32-bit words in the machine's byte order.
 *
 *     header | node table | RRset table | fixups | additionals | label index | presigned tables | octets
 *
 * - Nodes are numbered from 0, the apex, in canonical order (RFC 4034 §6.1), so a parent precedes its
 *   children. Empty non-terminals are nodes without RRsets.
 * - An RRset's prepared block holds its resource records as they go on the wire, with every owner written
 *   as the pointer 0xC00C (QNAME) and names in RDATA compressed towards places that are known only
 *   when an answer is written; the fixups say where. Copying the block and applying its fixups is all the
 *   encoding that an answer needs.
 * - The label index finds the child of a node by label: open addressing with linear probing.
 */

export const IMAGE_MAGIC = 0x4c494556
export const IMAGE_VERSION = 3

/** Words of the header. */
export const Header = {
  Magic: 0,
  Version: 1,
  /** Octets in the whole image. */
  Length: 2,
  /** Word offsets of the tables, and their sizes in rows (for the index: slots, a power of two). */
  Nodes: 3,
  NodeCount: 4,
  RRsets: 5,
  RRsetCount: 6,
  Fixups: 7,
  FixupCount: 8,
  Additionals: 9,
  AdditionalCount: 10,
  Index: 11,
  IndexSlots: 12,
  /** Secret 32-bit seed of `hashChild`, derived from the server's secret and this projection's content. */
  HashSeed: 13,
  /** Octet offset of the apex name, uncompressed and lower-cased; its length and its count of labels without root. */
  Apex: 14,
  ApexLength: 15,
  ApexLabels: 16,
  /** RRset whose block is the SOA as negative answers carry it, TTL min(SOA TTL, MINIMUM) (RFC 2308 §3). */
  NegativeSoa: 17,
  /** Octets: start of the heap of labels, names and blocks. */
  Heap: 18,
  /** `PresignedDenial`: None, unless the zone brings its signatures; then the words below hold. */
  Presigned: 19,
  /** Word offset of the signature table: by RRset row, the row of the RRSIGs that cover it, or -1. */
  Signatures: 20,
  /** Word offset of the chain's rows, by owner or by hash, and their count. */
  Chain: 21,
  ChainLength: 22,
  /** NSEC3: word offset of the table by node, see `HashedNode`. */
  HashedNodes: 23,
  /** NSEC3: iterations; octet offset and length of the salt. */
  Iterations: 24,
  Salt: 25,
  SaltLength: 26,
  /** Nodes that are wildcards. */
  WildcardCount: 27,
  Words: 32,
} as const

/** Who denies in the image of a zone that brings its signatures. */
export const PresignedDenial = { None: 0, Nsec: 1, Nsec3: 2 } as const

/**
 * A row of the chain of a presigned zone: each NSEC in canonical order of owners, or each NSEC3 in the order of hashes.
 * NSEC3 RRsets and RRSIGs are rows of the RRset table outside of all nodes' ranges, for their owners do not exist
 * as far as lookups go (RFC 5155 §7.2.8), or they are no data of their own.
 */
export const Chain = {
  /** NSEC: node of the owner. NSEC3: octet offset of the owner's label, base32hex in lower case, with its length octet. */
  Owner: 0,
  RRset: 1,
  /** NSEC3: octet offset of the hash that the label spells. */
  Hash: 2,
  Words: 3,
} as const

/** What is known beforehand of a node of a zone with NSEC3, so that questions about it cost no hash. */
export const HashedNode = {
  /** Row of the chain whose owner is the node's hash, or -1. */
  Match: 0,
  /** Row of the chain that covers, or matches, the hash of the wildcard right below the node. */
  Wildcard: 1,
  /** Row of the chain that covers, or matches, the node's own hash. */
  Cover: 2,
  Words: 3,
} as const

/** A row of the node table. */
export const Node = {
  /** Node number of the parent; the apex is its own parent. */
  Parent: 0,
  /** Octet offset of the leftmost label, lower-cased: its length octet, then its octets. The apex: the root label. */
  Label: 1,
  /** `NodeFlag`s. */
  Flags: 2,
  /** First RRset of the node; the RRsets of a node follow one another by ascending type. */
  FirstRRset: 3,
  RRsetCount: 4,
  /** Node number of the child `*`, or 0 where there is none. */
  Wildcard: 5,
  /** The RRset that steers lookups at this node: NS of a cut, else DNAME, else CNAME; or -1. */
  Steering: 6,
  /** Number of labels of the owner name, without root (of `www.example.com`: 3). */
  Labels: 7,
  Words: 8,
} as const

/** Bits of a node's flags. */
export const NodeFlag = {
  /** A zone cut: NS below the apex (RFC 9499 §7). */
  Cut: 1,
  Dname: 2,
  Cname: 4,
  /** Below a cut or a DNAME: not authoritative, never an answer, at most glue. */
  Occluded: 8,
  /** The leftmost label is `*`. */
  Wildcard: 16,
} as const

/** A row of the RRset table. */
export const RRset = {
  Type: 0,
  Ttl: 1,
  /** Octet offset and length of the prepared block. */
  Block: 2,
  BlockLength: 3,
  Count: 4,
  /** First row in the fixups table, counted in rows, and how many. */
  FirstFixup: 5,
  FixupCount: 6,
  /** First row in the additionals table, and how many. */
  FirstAdditional: 7,
  AdditionalCount: 8,
  /** CNAME and DNAME: octet offset of the target, uncompressed and lower-cased; others 0. */
  Target: 9,
  Words: 10,
} as const

/**
 * A fixup, one word: `position << 16 | base << 14 | delta`. At octet `position` of the block stand two octets that
 * become a compression pointer to `base + delta`. Every RR's owner is 0xC00C already and is not listed: the
 * writer finds owners by walking the block.
 */
export const FixupBase = {
  /** The owner name as this message spells it; delta 0. Only for RDATA names at or below the owner, never below a wildcard owner. */
  Owner: 0,
  /** The zone's apex as this message spells it; delta 0. */
  Apex: 1,
  /** Start of this block; delta below `MAX_BLOCK_DELTA`, towards a name written earlier in the same block. */
  Block: 2,
} as const

export const MAX_BLOCK_DELTA = 0x2800
/** Below this position any block is written; behind it, one with fixups only where all of it is within reach of 14 bits. */
export const MAX_BLOCK_START = 0x1800

/** A row of the additionals table: an address-bearing name in RDATA that this image can resolve. */
export const Additional = {
  /** Node whose A and AAAA RRsets go to the additional section (for a target covered by a wildcard: the wildcard's node). */
  Node: 0,
  /** Octet position within the block where the target name is spelled (it may begin with a pointer). */
  Position: 1,
  /** `AdditionalFlag`s. */
  Flags: 2,
  Words: 3,
} as const

/** Bits of an additional's flags. */
export const AdditionalFlag = {
  /** Glue at or below the cut itself: without it the referral is useless, so it does not fit means TC (RFC 9471 §3). */
  InDomainGlue: 1,
} as const

/** A slot of the label index. An empty slot has `Node` 0, for the apex is nobody's child. */
export const Slot = {
  Hash: 0,
  Node: 1,
  Words: 2,
} as const
