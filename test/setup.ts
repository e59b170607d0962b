import fc from 'fast-check'
import { LONG } from './helpers/long.ts'

/**
 * `npm test` asks the same properties of the same values each time, so that red means that something changed;
 * `npm run test:long`, or FC_SEED, explores.
 */
const seed = process.env.FC_SEED ?? (LONG ? undefined : '20261121')
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) })
