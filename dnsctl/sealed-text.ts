import { Failure } from '../console/failure.ts'
import type { ZoneFileKey } from '../keys/sealed-file.ts'
import { openSealed } from '../server/loading/zone-files.ts'
import { UnreadableFile } from '../zones/master-file/refusal.ts'
import { ExitCode } from './exit-code.ts'
import type { OverlayFile } from './sealed-files.ts'

/** What is in a sealed overlay; ends dnsctl with a reason where it does not open. */
export function openOrFail({ path, zone, octets }: OverlayFile, key: ZoneFileKey): Buffer {
  try {
    return openSealed(octets, { path, zone: zone.name }, key)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    const { found, expected, remedy } = error.refusal
    throw new Failure({
      exitCode: ExitCode.File,
      what: `${path} does not open: found ${found}; expected ${expected}`,
      why: `${remedy} Nothing was changed.`,
    })
  }
}
