import { createHmac } from 'node:crypto'

/** What the DNS cookies of a view are made with: 16 octets that tell nothing of the server's secret or of other views. */
export function cookieSecret(secret: Uint8Array, view: string): Uint8Array {
  return new Uint8Array(createHmac('sha256', secret).update(`cookies ${view}`).digest().subarray(0, 16))
}
