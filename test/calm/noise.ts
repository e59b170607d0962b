/*
 * What people and machines ask for that is not there, without meaning any harm.
 */
import type { Random } from '../helpers/random.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
/** Neighbours on a keyboard, and what else fingers do. */
const KEY_ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']

/** The word as somebody in a hurry types it: one mistake, sometimes two. */
export function mistype(word: string, random: Random): string {
  const once = mistake(word, random)
  return random.chance(0.15) ? mistake(once, random) : once
}

function mistake(word: string, random: Random): string {
  const at = random.below(word.length)
  const before = word.slice(0, at)
  const here = word[at]!
  const after = word.slice(at + 1)
  switch (random.below(4)) {
    case 0:
      return word.length > 1 ? before + after : word + here
    case 1:
      return before + here + here + after
    case 2:
      return after === '' ? before + neighbour(here, random) : before + after[0] + here + after.slice(1)
    default:
      return before + neighbour(here, random) + after
  }
}

function neighbour(character: string, random: Random): string {
  const row = KEY_ROWS.find((keys) => keys.includes(character))
  if (row === undefined) return random.pick([...LETTERS])
  const at = row.indexOf(character)
  return row[at === 0 ? 1 : at === row.length - 1 ? at - 1 : at + random.pick([-1, 1])]!
}

/** Three names that Chromium makes up to see whether the network lies: 7 to 15 letters (intranet_redirect_detector). */
export function chromiumProbes(random: Random): string[] {
  return Array.from({ length: 3 }, () =>
    Array.from({ length: 7 + random.below(9) }, () => random.pick([...LETTERS])).join(''),
  )
}

/** What a machine asks for whose search list ends in the domain. */
export const SEARCHED = [
  ...[
    'www.google.com',
    'www.facebook.com',
    'update.microsoft.com',
    'time.windows.com',
    'connectivitycheck.gstatic.com',
  ],
  ...[
    'ocsp.digicert.com',
    'api.github.com',
    'printer',
    'router',
    'nas',
    'fritz.box',
    'raspberrypi',
    'localhost',
    'home',
  ],
  ...['desktop-4f7k2p1', 'laptop-of-anna', 'iphone', 'scanner', 'exchange', 'fileserver', 'proxy', 'teams', 'zoom.us'],
]

/** What Windows, mail programs and telephones look for wherever they are. */
export const LOOKED_FOR: readonly (readonly [name: string, type: number])[] = [
  ['wpad', 1],
  ['isatap', 1],
  ['_ldap._tcp.dc._msdcs', 33],
  ['_ldap._tcp.default-first-site-name._sites.dc._msdcs', 33],
  ['_kerberos._tcp.dc._msdcs', 33],
  ['_vlmcs._tcp', 33],
  ['autoconfig', 1],
  ['autodiscover', 1],
  ['_autodiscover._tcp', 33],
  ['_imaps._tcp', 33],
  ['_submission._tcp', 33],
  ['_caldavs._tcp', 33],
  ['_carddavs._tcp', 33],
  ['_sip._tls', 33],
  ['_sipfederationtls._tcp', 33],
  ['lyncdiscover', 1],
  ['enterpriseregistration', 1],
  ['enterpriseenrollment', 1],
]
