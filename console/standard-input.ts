/** What a stream has to its end, or so many octets of it; what is read besides is wiped. */
export async function readStandardInput(input: NodeJS.ReadableStream, most: number): Promise<Buffer> {
  const read = Buffer.alloc(most)
  let length = 0
  for await (const chunk of input) {
    const octets = chunk as Buffer
    length += octets.copy(read, length)
    octets.fill(0)
    if (length === most) break
  }
  return read.subarray(0, length)
}
