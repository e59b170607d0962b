import { fold, printable } from '../../console/paper.ts'
import { dayOf } from '../declarations/day.ts'
import { RUNNERS } from '../probing/runners.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { isExpired } from '../targets/read-targets.ts'
import type { Target } from '../targets/targets.ts'
import { command } from './command.ts'
import { openTargets, TARGETS_OPTION } from './open-targets.ts'

export const targetsCommand = command({
  name: 'targets',
  summary: 'check targets.yaml, and show which probes may be sent where',
  description: [
    'Reads targets.yaml and tells every mistake with its line. For each target it shows who agreed, until when, and which probes the target has all that they need for; nothing is sent or resolved.',
    'Exits with 1 where a target is expired.',
  ],
  arguments: {},
  options: { targets: TARGETS_OPTION },
  examples: [{ line: 'targets', summary: 'what may be sent where' }],
  async run(context, input) {
    const { path, targets, limits } = openTargets(context, input.targets)
    const shown = targets.map((target) => ({
      ...target,
      expires: dayOf(target.expires),
      isExpired: isExpired(target, context.now),
      probes: probesOf(target),
    }))
    return {
      exitCode: shown.some((target) => target.isExpired) ? ExitCode.Failed : ExitCode.Clean,
      data: { path, limits, targets: shown },
      print: (paper) => [
        ...shown.flatMap((target) => [
          `${paper.bold(target.name)}  ${target.isExpired ? paper.bad(`expired on ${target.expires}`) : `until ${target.expires}`}, agreed by ${printable(target.consent)}`,
          ...fold(paper, [...target.names, ...target.prefixes].join(', ') || 'this host', 2).map((line) => `  ${line}`),
          `  at most ${target.mostPerSecond} a second, ${target.mostPerDay} a day`,
          ...fold(paper, `Probes: ${target.probes.join(', ') || 'none'}`, 2).map((line) => `  ${line}`),
          '',
        ]),
        `All together: at most ${limits.mostPerSecond} a second${limits.mostPerDay === undefined ? '' : `, ${limits.mostPerDay} a day`}`,
      ],
    }
  },
})

function probesOf(target: Target): readonly string[] {
  return RUNNERS.filter((runner) => runner.lacks(target) === undefined).map(({ probe }) => probe.name)
}
