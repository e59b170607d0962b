import { domainToASCII } from 'node:url'
import { nameFromText, ROOT } from '../../dns/name.ts'
import { type Reading, read, unreadable } from '../reading.ts'

/**
 * Reads a name of the configuration: `@` is the origin, a name without a dot at its end is completed with the origin,
 * which is the root when left out. Letters outside ASCII are refused, because there is no telling which octets they
 * would be in the zone.
 */
export function readName(text: string, origin: Uint8Array = ROOT): Reading<Uint8Array> {
  if (text === '@') return read(origin)
  if (hasForeignCharacter(text)) {
    const ascii = domainToASCII(text)
    const hint = ascii === '' ? '' : `; in the DNS it is ${ascii}`
    return unreadable(`${JSON.stringify(text)}, which has characters outside ASCII${hint}`)
  }
  try {
    return read(nameFromText(text, origin))
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : String(error))
  }
}

function hasForeignCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7e) return true
  return false
}
