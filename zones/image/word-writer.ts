/** A growing table of 32-bit words. */
export interface WordWriter {
  words: Int32Array
  length: number
}

/** An empty table with room for `capacity` words before it grows. */
export function createWordWriter(capacity: number): WordWriter {
  return { words: new Int32Array(Math.max(16, capacity)), length: 0 }
}

/** Appends `count` zero words and returns the position of the first. */
export function appendWords(writer: WordWriter, count: number): number {
  const start = writer.length
  writer.length = start + count
  if (writer.length > writer.words.length) {
    const grown = new Int32Array(Math.max(writer.length, writer.words.length * 2))
    grown.set(writer.words.subarray(0, start))
    writer.words = grown
  }
  return start
}
