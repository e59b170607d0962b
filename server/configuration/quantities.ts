const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const
const OCTETS = { '': 1, KiB: 1024, MiB: 1024 * 1024 } as const

/** Seconds of `30`, `10s`, `5m`, `2h` or `1d`; undefined when the text is none of these. */
export function parseDuration(value: string | number): number | undefined {
  const match = /^(\d{1,9})([smhd]?)$/.exec(String(value))
  if (match === null) return undefined
  return Number(match[1]) * SECONDS[(match[2] || 's') as keyof typeof SECONDS]
}

/** A duration as the configuration has it: in the largest unit that divides it. */
export function showDuration(seconds: number): string {
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const) {
    if (seconds % length === 0) return `${seconds / length}${unit}`
  }
  return `${seconds}s`
}

/** Octets of `65536`, `64KiB` or `1MiB`; undefined when the text is none of these. */
export function parseSize(value: string | number): number | undefined {
  const match = /^(\d{1,9})(|KiB|MiB)$/.exec(String(value))
  if (match === null) return undefined
  return Number(match[1]) * OCTETS[match[2] as keyof typeof OCTETS]
}
