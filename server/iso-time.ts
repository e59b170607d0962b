/** Unix seconds as ISO 8601, in UTC. */
export function isoTimeOfSeconds(unixSeconds: number): string {
  return isoTime(unixSeconds * 1000)
}

/** Unix milliseconds as ISO 8601, in UTC. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
