import { destination, type Logger, pino, stdTimeFunctions } from 'pino'
import { formatForPeople, type LogForm } from './log-line.ts'

/** Where lines go. */
export interface LogSink {
  write(line: string): void
}

/**
 * The log of the server: starts, stops, reloads, errors; never a line per query, never a secret. One JSON object a line,
 * or for people `hh:mm:ss message key=value …`. Lines are written before the call returns, so the last words of a
 * dying process are not lost; a reader that has gone away is nobody's trouble.
 */
export function createLog(form: LogForm, sink: LogSink = destination({ fd: 1, sync: true })): Logger {
  const options = {
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return pino(options, form === 'json' ? sink : { write: (line: string) => sink.write(formatForPeople(line)) })
}
