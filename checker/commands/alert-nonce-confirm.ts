import { Failure } from '../../console/failure.ts'
import { type AlertNonceResult, alertNonce } from '../probes/alert-nonce.ts'
import { type HoneyNameResult, honeyName } from '../probes/honey-name.ts'
import type { Observation } from '../probes/probe.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { command } from './command.ts'
import { addObservations, OBSERVATIONS_OPTION, readObservations } from './open-observations.ts'

/** Probes whose words somebody confirms, and the control that this proves. */
const CONTROLS: Readonly<Record<string, string>> = { [alertNonce.name]: 'OPS-ALERT-01', [honeyName.name]: 'CLK-02' }

export const alertNonceConfirmCommand = command({
  name: 'alert-nonce confirm',
  summary: 'say that a trial alert has reached you',
  description: [
    '`hostcheck probe alert-nonce --send` sends a random word on the way of every alert, and `hostcheck probe honey-name --send` asks for one below a honey name, which veild tells of. Whoever reads it there gives it back here: that proves the whole way, up to a person.',
  ],
  arguments: { WORD: { summary: 'the word that stands in the alert' } },
  options: { observations: OBSERVATIONS_OPTION },
  examples: [
    { line: 'alert-nonce confirm 2b7e151628aed2a6abf7158809cf4f3c', summary: 'on the host that it comes from' },
  ],
  async run(context, input) {
    const sent = readObservations(context, input.observations).find(
      (each): each is Observation<AlertNonceResult | HoneyNameResult> =>
        Object.hasOwn(CONTROLS, each.probe) &&
        (each.found as AlertNonceResult).nonce === input.WORD.trim().toLowerCase(),
    )
    if (sent === undefined) {
      throw new Failure({
        exitCode: ExitCode.Usage,
        what: 'No trial alert with that word was sent from here',
        next: '`hostcheck probe alert-nonce --send`, on the host whose alerts are tried; or `--observations FILE`, the one that the probe wrote',
      })
    }
    const confirmed = { ...sent, at: context.now, found: { ...sent.found, confirmedAt: context.now } }
    const path = addObservations(context, input.observations, [confirmed])
    return {
      exitCode: ExitCode.Clean,
      data: { path, observation: confirmed },
      print: () => [
        `The alert arrived ${context.now - sent.at} seconds after it was sent.`,
        `What it makes of the control: hostcheck run --only ${CONTROLS[sent.probe]} --all`,
      ],
    }
  },
})
