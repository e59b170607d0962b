/** `npm run test:long`: what `npm test` runs for seconds runs for as long as it takes to mean something. */
export const LONG = process.env.VEIL_LONG === '1'
