import { probe } from './probe.ts'

/** What services say of themselves before anybody asked for more. */
export interface BannersResult {
  readonly banners: readonly {
    /** `ssh`, `smtp`, `http`, `imap`. */
    readonly service: string
    /** The greeting, or a header: `Server: Apache/2.4.62 (Debian)`. */
    readonly text: string
  }[]
}

export const banners = probe<BannersResult>(
  'banners',
  'one connection to each open port of 21, 22, 25, 80, 110, 143, 443, 587, and one GET on those of the web',
)
