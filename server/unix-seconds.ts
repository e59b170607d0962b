/** The time of the system's clock, in whole seconds. */
export function unixSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
