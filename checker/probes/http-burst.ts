import { probe } from './probe.ts'

/** A short burst of requests for one page from one address, and whether a request is answered again afterwards. */
export interface HttpBurstResult {
  readonly asked: number
  /** Answers 429, 503 or 403, and connections that were closed. */
  readonly refused: number
  readonly recovered: boolean
}

export const httpBurst = probe<HttpBurstResult>(
  'http-burst',
  'at most 40 GETs of one page within two seconds, and one a minute later',
)
