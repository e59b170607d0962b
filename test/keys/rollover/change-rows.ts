/*
 * Zones that become signed, unsigned, and signed otherwise: algorithms, one key or two, standby keys, TTLs, in the middle of
 * rolls and of each other.
 */
import type { Row } from './scenarios.ts'
import { steady, unknown, unsigned } from './starts.ts'

export const CHANGES: readonly Row[] = [
  ['split', unsigned, { pause: 1, crash: 1 }, { crash: 2, 'step fails': 1 }],
  ['combined', unsigned, {}, { pause: 1, crash: 2 }],
  ['both algorithms', unsigned, { crash: 1 }],
  ['split', unknown, {}, { 'roll: ksk': 1, crash: 1 }],
  ['split', unknown, { 'roll: zsk': 1 }, 'long'],
  ['combined', unknown, { 'roll: csk': 1 }, 'long'],
  ['split', unknown, { 'configure: algorithm 15': 1 }, 'long'],
  ['split', steady, { disable: 1, enable: 1 }, { 'roll: ksk': 1 }],
  ['split', steady, { disable: 1, enable: 1, 'roll: zsk': 1 }, 'long'],
  ['split', steady, { disable: 2, enable: 2, crash: 1 }, 'long'],
  ['split', steady, { disable: 1, enable: 1, 'step fails': 1 }, 'long'],
  ['combined', steady, { disable: 2, enable: 2, 'roll: csk': 1 }, 'long'],
  ['split', steady, { 'configure: combined': 1 }, { 'configure: split': 1 }],
  ['split', steady, { 'configure: combined': 1, 'roll: ksk': 1 }, 'long'],
  ['split', steady, { 'configure: combined': 1, 'roll: zsk': 1, cancel: 1 }, 'long'],
  ['combined', steady, { 'configure: split': 1 }, { 'configure: combined': 1 }],
  ['combined', steady, { 'configure: split': 1, 'roll: csk': 1 }, 'long'],
  ['combined', steady, { 'configure: split': 1, 'step fails': 1 }, 'long'],
  ['split', steady, { 'configure: algorithm 15': 1, 'configure: split': 1 }, { crash: 1 }],
  ['split', steady, { 'configure: algorithm 15': 1, 'roll: zsk': 1, cancel: 1 }, 'long'],
  ['split', steady, { 'configure: algorithm 15': 1, 'step fails': 2 }, 'long'],
  ['split', steady, { 'configure: algorithm 15': 1, disable: 1, enable: 1 }, 'long'],
  ['split', steady, { 'configure: algorithm 15': 1, 'emergency: zsk': 1, 'emergency: ksk': 1 }, 'long'],
  ['split', steady, { 'configure: algorithm 15, combined': 1, crash: 1 }, 'long'],
  ['split', steady, { 'configure: both algorithms': 1, 'configure: algorithm 15': 1 }, 'long'],
  ['combined', steady, { 'configure: algorithm 15, combined': 1 }, { 'configure: combined': 1, crash: 1 }],
  ['combined', steady, { 'configure: algorithm 15': 1, crash: 1 }, 'long'],
  ['split', steady, { 'configure: standby KSK': 1, 'configure: standby ZSK': 1, 'roll: zsk': 1 }, 'long'],
  ['standby both', steady, { 'configure: split': 1, 'roll: ksk': 1, 'roll: zsk': 1 }, 'long'],
  ['long TTLs', steady, { 'roll: zsk': 1, 'configure: short TTLs': 1 }, { 'configure: long TTLs': 1, crash: 1 }],
  ['long TTLs', steady, { 'roll: ksk': 1, 'configure: short TTLs': 1 }, { 'configure: long TTLs': 1, crash: 1 }],
  ['short signatures', steady, { 'roll: zsk': 1 }, { cancel: 1 }],
]
