import { formatListen, formatPrefix } from './address.ts'
import type { Configuration, ViewConfiguration } from './configuration/types.ts'
import type { ViewReport } from './control/protocol.ts'

/** What `dnsctl view list` shows of a view that has so many zones. */
export function reportView({ name, clients, listen }: ViewConfiguration, of: Configuration, zones: number): ViewReport {
  return {
    view: name,
    ...(clients === undefined ? {} : { clients: clients.map(formatPrefix) }),
    ...(listen === undefined ? {} : { listen: listen.map((index) => formatListen(of.listen[index]!)) }),
    zones,
  }
}
