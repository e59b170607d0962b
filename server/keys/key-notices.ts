import type { Logger } from 'pino'
import type { KeyNotice } from './key-ring.ts'

/** Says in the log what happened to keys. */
export function logKeyNotice(log: Logger, notice: KeyNotice): void {
  const { zone } = notice
  if (notice.kind === 'made') {
    const keys = notice.keys.map(({ role, mnemonic, keyTag }) => `${role} ${mnemonic} ${keyTag}`)
    log.info({ zone, keys }, `made keys for ${zone}: dnsctl key ds ${zone} shows what to give to the registrar`)
    return
  }
  const { algorithm, mnemonic } = notice
  log.warn(
    { zone, algorithm },
    `${zone} goes on being signed with ${mnemonic} too, which is configured no more: its DS may still be at the parent`,
  )
}
