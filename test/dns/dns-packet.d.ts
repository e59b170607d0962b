/** The little of dns-packet that serves as a second opinion on messages. */
declare module 'dns-packet' {
  interface DnsPacket {
    readonly AUTHORITATIVE_ANSWER: number
    encode(packet: object): Uint8Array
    decode(octets: Buffer): {
      readonly questions: readonly object[]
      readonly additionals: readonly object[]
      readonly flag_rd: boolean
    }
  }
  const dnsPacket: DnsPacket
  export default dnsPacket
}
