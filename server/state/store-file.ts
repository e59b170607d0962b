/*
 * Whether the file of a store is whole. LMDB maps it into memory and believes what it reads there: a file that was cut short,
 * or a page that is not what it was, ends the process by a signal, without a word. So its pages are looked through first,
 * as lmdb.h and mdb.c of lmdb-js 3 have them:
 *
 *   page   number 8 │ transaction 8 │ pad 2 │ flags 2 │ lower 2, upper 2 or, of an overflow page, pages 4 │ pointers 2 each …
 *   meta   behind the head of pages 0 and 1, and of what was flushed last in the middle of page 0:
 *          magic 4 │ version 4 │ address 8 │ map 8 │ free pages: tree 48 │ main: tree 48 │ last page 8 │ transaction 8 │ boot 8
 *   tree   page size 4 │ flags 2 │ depth 2 │ branches 8 │ leaves 8 │ overflow pages 8 │ entries 8 │ root 8
 *   node   octets of data 4, flags 2 or, on a branch, a page 6 │ octets of key 2 │ key │ data, or where it is: page 8 │
 *          transaction 8 │ pages 8
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const HEAD = 24
const META_OCTETS = 144
const TREE_OCTETS = 48
const NODE_HEAD = 8
const MAGIC = 0xbeefc0de
const NO_PAGE = 0xffff_ffff_ffff_ffffn
const PageFlag = { Branch: 1, Leaf: 2, Overflow: 4, Kinds: 0x2f } as const
const NodeFlag = { BigData: 1, SubTree: 2 } as const
const SMALLEST_PAGE = 512
const LARGEST_PAGE = 65_536
/** Of trees that LMDB makes: more is a loop. */
const DEEPEST = 32

/** What is wrong with the file of a store, the end of a sentence; undefined: every page is there that should be. Reads only. */
export function faultOfStoreFile(path: string): string | undefined {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    // A process that ended before its first transaction has left nothing in it.
    return size === 0 ? undefined : faultOfPages(file, size)
  } finally {
    closeSync(file)
  }
}

/** A file as it is looked through. */
interface Pages {
  readonly file: number
  readonly size: number
  readonly pageOctets: number
}

/** A tree of pages, as its record says it is. */
interface Tree {
  readonly depth: number
  readonly entries: bigint
  readonly root: bigint
}

function faultOfPages(file: number, size: number): string | undefined {
  const first = readAt({ file, size }, 0, HEAD + META_OCTETS)
  const pageOctets = first?.readUInt32LE(HEAD + 24) ?? 0
  if (first === undefined || first.readUInt32LE(HEAD) !== MAGIC) return 'it does not begin as one'
  const isSize = pageOctets >= SMALLEST_PAGE && pageOctets <= LARGEST_PAGE && (pageOctets & (pageOctets - 1)) === 0
  if (!isSize) return 'it does not say how large its pages are'
  const pages: Pages = { file, size, pageOctets }
  const seen = new Set<bigint>()
  for (const at of [0, pageOctets, pageOctets / 2]) {
    const meta = readAt(pages, at, HEAD + META_OCTETS)
    if (meta === undefined) return 'it ends before its second page'
    const isThere = meta.readUInt32LE(HEAD) === MAGIC
    if (!isThere && at !== pageOctets / 2) return 'one of its two first pages does not begin as one'
    const transaction = meta.readBigUInt64LE(HEAD + 128)
    if (!isThere || seen.has(transaction)) continue
    seen.add(transaction)
    for (const tree of [treeAt(meta, HEAD + 24), treeAt(meta, HEAD + 24 + TREE_OCTETS)]) {
      const fault = faultOfTree(pages, tree, transaction)
      if (fault !== undefined) return fault
    }
  }
  return undefined
}

function treeAt(octets: Buffer, at: number): Tree {
  return {
    depth: octets.readUInt16LE(at + 6),
    entries: octets.readBigUInt64LE(at + 32),
    root: octets.readBigUInt64LE(at + 40),
  }
}

function faultOfTree(pages: Pages, { depth, entries, root }: Tree, transaction: bigint): string | undefined {
  if (root === NO_PAGE) return undefined
  if (depth === 0 || depth > DEEPEST) return 'a tree of its pages has no depth'
  const walk = { ...pages, transaction, entries: 0n }
  const fault = faultBelow(walk, root, depth)
  if (fault !== undefined) return fault
  return walk.entries === entries ? undefined : `${walk.entries} entries are where ${entries} should be`
}

interface Walk extends Pages {
  readonly transaction: bigint
  /** Found so far. */
  entries: bigint
}

/** `depth`: levels from this page down, 1 of a leaf. */
function faultBelow(walk: Walk, number: bigint, depth: number): string | undefined {
  const page = readPage(walk, number)
  if (typeof page === 'string') return page
  const kind = page.readUInt16LE(18) & PageFlag.Kinds
  if (kind !== (depth === 1 ? PageFlag.Leaf : PageFlag.Branch)) return `page ${number} is not what it should be`
  const [lower, upper] = [page.readUInt16LE(20), page.readUInt16LE(22)]
  if (lower > upper || HEAD + upper > walk.pageOctets) return `page ${number} is filled beyond its end`
  for (let pointer = HEAD; pointer < HEAD + lower; pointer += 2) {
    const node = HEAD + page.readUInt16LE(pointer)
    if (node < HEAD + upper || node + NODE_HEAD > walk.pageOctets) return `page ${number} points beyond itself`
    const fault =
      depth === 1
        ? faultOfLeaf(walk, number, page.subarray(node))
        : faultBelow(walk, BigInt(page.readUIntLE(node, 6)), depth - 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

function faultOfLeaf(walk: Walk, number: bigint, node: Buffer): string | undefined {
  walk.entries++
  const [octets, flags, keyOctets] = [node.readUInt32LE(0), node.readUInt16LE(4), node.readUInt16LE(6)]
  const data = NODE_HEAD + keyOctets
  const isBig = (flags & NodeFlag.BigData) !== 0
  if (data + (isBig ? 24 : octets) > node.length) return `an entry of page ${number} goes on beyond its end`
  if (isBig) return faultOfOverflow(walk, node.subarray(data), octets)
  const isTree = (flags & NodeFlag.SubTree) !== 0 && octets === TREE_OCTETS
  return isTree ? faultOfTree(walk, treeAt(node, data), walk.transaction) : undefined
}

function faultOfOverflow(walk: Walk, place: Buffer, octets: number): string | undefined {
  const number = place.readBigUInt64LE(0)
  const count = place.readBigUInt64LE(16)
  const page = readPage(walk, number)
  if (typeof page === 'string') return page
  const isOne = (page.readUInt16LE(18) & PageFlag.Kinds) === PageFlag.Overflow
  const isLongEnough = count * BigInt(walk.pageOctets) >= BigInt(octets + HEAD)
  if (!isOne || !isLongEnough || BigInt(page.readUInt32LE(20)) !== count) return `page ${number} is not what it should be`
  return (number + count) * BigInt(walk.pageOctets) <= BigInt(walk.size) ? undefined : ENDS_EARLY
}

const ENDS_EARLY = 'it ends before its last page'

/** The page of this number; or what is wrong with it. */
function readPage({ transaction, ...pages }: Walk, number: bigint): Buffer | string {
  const at = number * BigInt(pages.pageOctets)
  const page = at < BigInt(pages.size) ? readAt(pages, Number(at), pages.pageOctets) : undefined
  if (page === undefined) return ENDS_EARLY
  const isItself = page.readBigUInt64LE(0) === number && page.readBigUInt64LE(8) <= transaction
  return isItself ? page : `page ${number} is not what it should be`
}

/** Undefined: the file ends before that. */
function readAt({ file, size }: Pick<Pages, 'file' | 'size'>, at: number, octets: number): Buffer | undefined {
  if (at + octets > size) return undefined
  const buffer = Buffer.alloc(octets)
  return readSync(file, buffer, 0, octets, at) === octets ? buffer : undefined
}
