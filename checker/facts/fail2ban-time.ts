const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 }

/** `10m`, `1h30m`, `600`, `-1` (for ever) in seconds (jail.conf(5), "Time"). */
export function secondsOf(text: string): number {
  const plain = text.trim()
  if (/^-\d+$/.test(plain)) return Number.POSITIVE_INFINITY
  if (/^\d+$/.test(plain)) return Number(plain)
  const parts = [...plain.matchAll(/(\d+)\s*([a-z]+)/gi)]
  return parts.reduce(
    (sum, part) =>
      sum + Number(part[1]) * (part[2]!.startsWith('mo') ? 2_592_000 : (UNITS[part[2]![0]!.toLowerCase()] ?? 0)),
    0,
  )
}
