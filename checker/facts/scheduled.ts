import { cite, type Evidence } from '../judging/judgement.ts'
import { cronJobs } from './cron.ts'
import type { Host } from './host.ts'
import { systemd } from './systemd.ts'

/** What runs a program regularly: a job of cron, or a service that a timer starts; undefined where nothing does. */
export function scheduleOf(host: Host, program: string): Evidence | undefined {
  const runs = (command: string) =>
    command.split('\n').some((line) => !line.trimStart().startsWith('#') && wordsOf(line).includes(program))
  const job = host.get(cronJobs).find(({ command }) => runs(command))
  if (job !== undefined) return cite(job.at)
  const units = host.get(systemd)
  for (const name of units.names.filter((each) => each.endsWith('.service'))) {
    const start = units
      .unit(name)
      ?.all('Service', 'ExecStart')
      .find(({ value }) => runs(value))
    if (start !== undefined && units.isEnabled(name.replace(/\.service$/, '.timer'))) return cite(start.at)
  }
  return undefined
}

/** Words of a command line, paths cut down to their last component. */
function wordsOf(line: string): readonly string[] {
  return line.split(/[\s;&|()"']+/).map((word) => word.slice(word.lastIndexOf('/') + 1))
}
