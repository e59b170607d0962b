import { isPublicAddress } from './prefixes.ts'

/** The host part of what a web server listens on; undefined for "every address": `*:80`, `80`, `[::]:443`, `_default_`. */
export function listenHost(address: string): string | undefined {
  const host = /^\[([^\]]*)\]/.exec(address)?.[1] ?? address.replace(/:(?:\d+|\*)$/, '')
  if (host === '' || host === '*' || host === '_default_' || host === '::' || host === '0.0.0.0') return undefined
  return /^\d+$/.test(host) ? undefined : host
}

/** The port of it: 80 where none is given. */
export function listenPort(address: string): string {
  if (/^\d+$/.test(address)) return address
  return /:(\d+)$/.exec(address)?.[1] ?? '80'
}

/** Whether the world may reach what listens there: every address, or a public one. */
export function isOpenAddress(address: string): boolean {
  const host = listenHost(address)
  return host === undefined || isPublicAddress(host)
}

/** Whether only the host itself reaches it: loopback, or a socket of the file system. */
export function isOwnAddress(address: string): boolean {
  const host = listenHost(address)
  return (
    host !== undefined &&
    (host === 'localhost' || host === '::1' || /^127\./.test(host) || /^unix$|^unix:|^\//.test(host))
  )
}
