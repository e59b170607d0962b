import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readBundle, rootOfBundle } from '../../checker/root/bundle.ts'
import type { Root } from '../../checker/root/root.ts'

/** The stock tree as it was collected. */
export const STOCK_BUNDLE = readBundle(readFileSync(join(import.meta.dirname, 'stock/debian-12.bundle.gz')))
/** What was not collected counts as not there: cases are about what controls make of what is. */
const ROOT = rootOfBundle({ ...STOCK_BUNDLE, asked: ['/**'] })

/** Unix seconds at which the stock tree was collected: the time of every case. */
export const STOCK_TIME = STOCK_BUNDLE.at

/** A Debian 12 with all software that controls speak of, as its packages install: stock/README.md. Nothing runs on it. */
export function stockRoot(): Root {
  return ROOT
}
