import type { Incident } from '../../guard/incident.ts'

/** What the guard tells whoever wants to act on it: bans, notifications, the log. */
export type GuardNotice = IncidentNotice | NameNotice

/** An incident began, grew, or ended. An update comes at most once in a few seconds for each incident. */
export interface IncidentNotice {
  readonly kind: 'incident-opened' | 'incident-updated' | 'incident-ended'
  readonly incident: Incident
}

/**
 * Somebody asked for a honey name; or for one that is absent in its view and known to another. The latter is for the
 * operator's eyes alone: nothing that a client could ever notice may follow from it.
 */
export interface NameNotice {
  readonly kind: 'honey-asked' | 'hidden-name-asked'
  /** Unix time, milliseconds. */
  readonly at: number
  /** Canonical texts. */
  readonly zone: string
  readonly name: string
  /** The view of who asked. */
  readonly view: string
  /** RR type number. */
  readonly type: number
  /** The client's address, as text. */
  readonly address: string
  /** The address is proved: over TCP, or by a server cookie. */
  readonly isProved: boolean
  /** How often in the time that this notice sums up, at least 1. */
  readonly times: number
}

/** Hands notices on. */
export interface NoticeStream {
  /** Until the function that is returned is called. A listener that throws hurts nobody else. */
  subscribe(listener: (notice: GuardNotice) => void): () => void
  publish(notice: GuardNotice): void
}

/** A stream without listeners; `onError` hears of those that throw. */
export function createNoticeStream(onError: (error: unknown) => void): NoticeStream {
  const listeners = new Set<(notice: GuardNotice) => void>()
  return {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    publish: (notice) => {
      for (const listener of listeners) {
        try {
          listener(notice)
        } catch (error) {
          onError(error)
        }
      }
    },
  }
}
