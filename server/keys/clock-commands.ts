import { isPossible } from '../../keys/rollover/believed-time.ts'
import { CommandError } from '../control/server.ts'
import type { RunningServer } from '../running-server.ts'
import { endHold, reportClock } from './rollover-clock.ts'
import type { RolloverCommands } from './rollover-protocol.ts'
import { lookAgain } from './rollover-timer.ts'

/** What the control channel may ask about the clock that rollovers go by. */
export function clockCommands(server: RunningServer) {
  return {
    clock: () => reportClock(server),
    'clock-confirm': async (): Promise<RolloverCommands['clock-confirm']['result']> => {
      const { hold, reading } = server.clock.time()
      if (hold === undefined) throw new CommandError('refused', 'the clock is trusted, and keys are rolled by it', '')
      if (!isPossible(reading.wall)) {
        throw new CommandError(
          'refused',
          `the clock shows ${new Date(reading.wall).toISOString()}, which cannot be right`,
          'Set it, or have NTP set it (`timedatectl set-ntp true`); then it can be confirmed.',
        )
      }
      const shift = (await server.inTurn(() => endHold(server, true))) ?? 0
      lookAgain(server)
      return { ...reportClock(server), shift }
    },
  }
}
