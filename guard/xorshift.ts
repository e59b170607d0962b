/** Steps a xorshift generator, the state of which is the first word, not 0, and returns 32 bits as a signed integer. */
export function drawWord(state: Int32Array): number {
  let word = state[0]!
  word ^= word << 13
  word ^= word >>> 17
  word ^= word << 5
  state[0] = word
  return word
}
