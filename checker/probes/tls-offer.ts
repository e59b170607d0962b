import { probe } from './probe.ts'

/** What a service said when it was asked to begin TLS. */
export interface TlsOfferResult {
  readonly protocol: string
  readonly offersTls: boolean
}

export const tlsOffer = probe<TlsOfferResult>(
  'tls-offer',
  'one connection that asks for TLS in the way of the protocol (STARTTLS, SSLRequest), and ends',
)
