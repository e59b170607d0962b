/** What a text says as JSON; undefined: it is none, which schemas take for no document. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
