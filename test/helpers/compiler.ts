import { spawnSync } from 'node:child_process'

/** What floods and what times round trips is written in C (Debian: gcc). */
export const HAS_COMPILER = spawnSync('cc', ['--version']).status === 0
