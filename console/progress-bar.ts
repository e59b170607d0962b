const WIDTH = 24

/** How far long work has come, from 0 to 1, as a bar with its percentage: `██████░░…  25 %`. */
export function progressBar(done: number): string {
  const filled = Math.round(done * WIDTH)
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(Math.floor(done * 100)).padStart(3)} %`
}
