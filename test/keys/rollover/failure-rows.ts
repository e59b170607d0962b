/*
 * Parents, clocks, machines and people elsewhere, that are slow, wrong, or gone for a while, during rolls.
 */
import type { Row } from './scenarios.ts'
import { shared, steady } from './starts.ts'

const CLOCK = { 'clock forward: 5': 1, 'clock back: 5': 1 }
const CLOCK_TWICE = { 'clock forward: 5': 2, 'clock back: 5': 2, 'clock forward: 1': 1 }

export const FAILURES: readonly Row[] = [
  ['split', steady, { 'roll: ksk': 1, 'parent server swaps': 1 }, { 'parent server swaps': 2, cancel: 1 }],
  ['split', steady, { 'parent forgets': 1, 'roll: ksk': 1 }, { 'parent forgets': 2 }],
  ['split', steady, { 'parent forgets': 1, 'roll: ksk': 1, cancel: 1, crash: 1 }, 'long'],
  ['split', steady, { 'parent adds foreign': 1, 'roll: ksk': 1 }, { 'parent adds foreign': 2, cancel: 1 }],
  ['split', steady, { 'roll: ksk': 1, 'parent TTL: 3': 1 }, { 'parent TTL: 1': 1, 'parent TTL: 3': 2, cancel: 1 }],
  ['short DS TTL', steady, { 'roll: ksk': 1, 'parent TTL: 3': 1, 'parent TTL: 1': 1 }, { crash: 1 }],
  ['split', steady, { 'parent TTL: 3': 1, 'parent TTL: 1': 1, disable: 1, enable: 1 }, 'long'],
  ['combined', steady, { 'roll: csk': 1, 'parent TTL: 3': 1, 'parent TTL: 1': 1 }, 'long'],
  ['combined', steady, { 'roll: csk': 1, 'parent server swaps': 1 }, { 'parent forgets': 1 }],
  ['long DS TTL', steady, { 'roll: ksk': 1 }, { 'roll: zsk': 1 }],
  ['short DS TTL', steady, { 'roll: ksk': 1 }, { 'roll: zsk': 1 }],
  ['unexpected DS TTL', steady, { 'roll: ksk': 1 }, { cancel: 2, crash: 1 }],
  ['parent that only adds', steady, { 'roll: ksk': 1 }, { cancel: 2 }],
  ['parent that only adds', steady, { 'roll: ksk': 1, 'parent forgets': 1 }, 'long'],
  ['parent by hand', steady, { 'roll: ksk': 1 }, { cancel: 2, crash: 1 }],
  ['parent by hand', steady, { 'roll: ksk': 2 }, 'long'],
  ['parent by hand', steady, { disable: 1, enable: 1 }, 'long'],
  ['split', steady, { 'roll: zsk': 1, ...CLOCK }, CLOCK_TWICE],
  ['split', steady, { 'roll: ksk': 1, ...CLOCK }, CLOCK_TWICE],
  ['split, safe', steady, { 'roll: ksk': 1, 'roll: zsk': 1, ...CLOCK }, 'long'],
  ['combined, safe', steady, { 'roll: csk': 1, ...CLOCK }, { crash: 1 }],
  ['split', steady, { 'configure: algorithm 15': 1, ...CLOCK }, 'long'],
  ['ZSK for 6 ticks', steady, { 'clock forward: 5': 1 }, 'long'],
  ['split', steady, { 'roll: ksk': 1, 'machine off: 2': 1 }, { 'machine off: 2': 2, 'roll: zsk': 1 }],
  ['split', steady, { 'roll: ksk': 1, restore: 1 }, { restore: 2, cancel: 1 }],
  ['split', steady, { 'roll: zsk': 1, restore: 1 }, { restore: 2, cancel: 1 }],
  ['split', steady, { 'roll: zsk': 1, 'roll: ksk': 1, restore: 1 }, 'long'],
  ['combined', steady, { 'roll: csk': 1, restore: 1 }, { restore: 2 }],
  ['split', steady, { 'configure: algorithm 15': 1, restore: 1 }, 'long'],
  ['offline KSK', steady, { 'roll: zsk': 1 }, { cancel: 1, crash: 1 }],
  ['offline KSK', steady, { 'roll: ksk': 1 }, { cancel: 1, crash: 1 }],
  ['offline KSK', steady, { 'roll: ksk': 1, 'roll: zsk': 1 }, 'long'],
  ['offline KSK', steady, { disable: 1, enable: 1 }, 'long'],
  ['split', shared, { 'roll: ksk': 1 }, { cancel: 1, crash: 1 }],
  ['split', shared, { 'roll: ksk': 1, pause: 1, 'parent forgets': 1 }, 'long'],
  ['split', shared, { 'the other signer leaves': 1, 'its keys retire': 1 }, { 'roll: ksk': 1, crash: 1 }],
  ['split', shared, { 'the other signer leaves': 1, 'its keys retire': 1, cancel: 1, 'roll: ksk': 1 }, 'long'],
]
