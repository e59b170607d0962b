import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readBundle, rootOfBundle } from '../../checker/root/bundle.ts'
import type { Root } from '../../checker/root/root.ts'

const BUNDLE = readBundle(readFileSync(join(import.meta.dirname, 'stock/debian-12.bundle.gz')))
/** What was not collected counts as not there: cases are about what controls make of what is. */
const ROOT = rootOfBundle({ ...BUNDLE, asked: ['/**'] })

/** Unix seconds at which the stock tree was collected: the time of every case. */
export const STOCK_TIME = BUNDLE.at

/** A Debian 12 with all software that controls speak of, as its packages install: stock/README.md. Nothing runs on it. */
export function stockRoot(): Root {
  return ROOT
}
