/*
 * Keys that are replaced, one at a time, several, and several times: by themselves, by people, and in emergencies.
 */
import type { Row } from './scenarios.ts'
import { steady } from './starts.ts'

export const ROLLS: readonly Row[] = [
  ['split', steady, { 'roll: zsk': 1, cancel: 1, crash: 1 }, { 'roll: zsk': 2, cancel: 2, crash: 2 }],
  ['split', steady, { 'roll: ksk': 1, cancel: 1, crash: 1 }, { pause: 2, cancel: 2, crash: 2 }],
  ['split', steady, { 'roll: ksk': 2, cancel: 1 }, 'long'],
  ['split', steady, { 'roll: ksk': 1, 'roll: zsk': 1 }, 'long'],
  ['split', steady, { 'roll: ksk': 1, 'roll: zsk': 1, cancel: 1, crash: 1 }, 'long'],
  ['split', steady, { 'roll: zsk': 1, 'step fails': 1 }, { crash: 2, 'step fails': 2 }],
  ['split', steady, { 'roll: ksk': 1, 'step fails': 1 }, { cancel: 1, 'step fails': 2 }],
  ['split', steady, { 'roll: ksk': 1, 'roll: zsk': 1, 'step fails': 1 }, 'long'],
  ['split', steady, { 'emergency: zsk': 1 }, { 'roll: zsk': 1, cancel: 1, crash: 1 }],
  ['split', steady, { 'emergency: zsk': 2, 'roll: zsk': 1 }, 'long'],
  ['split', steady, { 'emergency: ksk': 1 }, { 'roll: ksk': 1, cancel: 1, crash: 1 }],
  ['split', steady, { 'emergency: ksk': 2, 'roll: ksk': 1 }, 'long'],
  ['split', steady, { 'emergency: ksk': 1, 'emergency: zsk': 1, 'step fails': 1 }, 'long'],
  ['combined', steady, { 'roll: csk': 1 }, { cancel: 2, crash: 2 }],
  ['combined', steady, { 'roll: csk': 2, cancel: 1 }, 'long'],
  ['combined', steady, { 'roll: csk': 1, 'step fails': 1 }, { 'step fails': 2, cancel: 1 }],
  ['combined', steady, { 'emergency: csk': 1 }, { 'roll: csk': 1, cancel: 1 }],
  ['combined', steady, { 'emergency: csk': 2 }, 'long'],
  ['manual', steady, { 'roll: zsk': 1 }, { 'roll: ksk': 1, cancel: 1 }],
  ['standby ZSK', steady, { 'roll: zsk': 1 }, { 'roll: zsk': 2, cancel: 1, crash: 1 }],
  ['standby ZSK', steady, { 'emergency: zsk': 1 }, { 'roll: zsk': 1, 'step fails': 1 }],
  ['standby KSK', steady, { 'roll: ksk': 1 }, { cancel: 1, crash: 1 }],
  ['standby KSK', steady, { 'roll: ksk': 2 }, 'long'],
  ['standby KSK', steady, { 'emergency: ksk': 1 }, { 'roll: ksk': 1 }],
  ['standby both', steady, { 'roll: ksk': 1, 'roll: zsk': 1 }, 'long'],
  ['standby CSK', steady, { 'roll: csk': 1, crash: 1 }, 'long'],
  ['standby CSK', steady, { 'emergency: csk': 1, 'roll: csk': 1 }, 'long'],
  ['ZSK for 6 ticks', steady, {}, 'long'],
  ['ZSK for 6 ticks', steady, { crash: 1 }, 'long'],
]
