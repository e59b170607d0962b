import { nameToText } from '../../dns/name.ts'
import type { Scope } from '../../guard/detection/scope.ts'
import { type QueryEvent, Trait } from '../../guard/query-event.ts'
import { formatAddress } from '../address.ts'
import type { NameNotice, NoticeStream } from './notices.ts'
import { createTelling } from './telling.ts'

/** Who asks for a honey name is told at once, then once a minute; a hidden name once an hour, whoever asks. */
const HONEY_MS = 60_000
const HIDDEN_MS = 3_600_000
const MOST_TOLD = 500

/** Tells of names that nobody should ask for, not too often. */
export type NameAlarms = (kind: NameNotice['kind'], event: QueryEvent, scope: Scope) => void

/** Alarms that go to `notices`. */
export function createNameAlarms(notices: NoticeStream): NameAlarms {
  const honey = createTelling(HONEY_MS, MOST_TOLD)
  // Apart, so that nobody hides what can be held against it behind forged questions, its own address among them.
  const provedHoney = createTelling(HONEY_MS, MOST_TOLD)
  const hidden = createTelling(HIDDEN_MS, MOST_TOLD)
  return (kind, event, { zone, view }) => {
    const [name, address] = [nameToText(event.name), formatAddress(event.source)]
    const isProved = (event.traits & Trait.Proved) !== 0
    const times =
      kind === 'hidden-name-asked'
        ? hidden.happened(`${view} ${name}`, event.at)
        : (isProved ? provedHoney : honey).happened(`${view} ${zone} ${labelInZone(event)} ${address}`, event.at)
    if (times === undefined) return
    notices.publish({ kind, at: event.at, zone, view, name, type: event.type, address, isProved, times })
  }
}

/**
 * The label in front of the zone's name. What is below a honey name is whoever asks free to choose: told one by one, a single
 * address would take the room that is there for all.
 */
function labelInZone({ name, nameLength, apexLength }: QueryEvent): string {
  let start = 0
  for (let next = 0; next < nameLength - apexLength; next += name[next]! + 1) start = next
  return Buffer.from(name.buffer, name.byteOffset + start, name[start]! + 1).toString('latin1')
}
