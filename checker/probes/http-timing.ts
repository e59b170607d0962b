import { probe } from './probe.ts'

/** How long a site takes until the first octet of an answer. */
export interface HttpTimingResult {
  /** GETs of the same page, after one that warmed the cache. */
  readonly samples: number
  /** Milliseconds within which 95 of 100 answers began. */
  readonly p95: number
  /** `h2`, `http/1.1`. */
  readonly protocol: string
  /** Content-Encoding of the answer; undefined: as it is. */
  readonly encoding?: string
}

export const httpTiming = probe<HttpTimingResult>('http-timing', 'at most 20 GETs of one page, one after the other')
