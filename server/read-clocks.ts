import { uptime } from 'node:os'
import { pid } from 'node:process'
import type { ClockReading } from '../keys/rollover/believed-time.ts'
import { bootId } from './state/boot-id.ts'

/**
 * Makes a function that reads both clocks. Linux counts from its start on, and counts sleep (CLOCK_BOOTTIME), also from one
 * process to the next. Elsewhere the process counts for itself, and after it, or a sleep, nothing is known.
 */
export function createClockReader(): () => ClockReading {
  const boot = bootId()
  if (boot !== '') return () => ({ wall: Date.now(), sinceBoot: uptime() * 1000, boot })
  const process = `${pid} ${performance.timeOrigin}`
  return () => ({ wall: Date.now(), sinceBoot: performance.now(), boot: process })
}
