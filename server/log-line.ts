export type LogForm = 'json' | 'human'

/** Told otherwise, or for machines: a `problem` is the message again in parts. */
const QUIET_KEYS = new Set(['level', 'time', 'pid', 'msg', 'err', 'problem'])

/** Turns a line of JSON into one for people. Control characters of values stay escaped, so a line stays a line. */
export function formatForPeople(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown>
  const time = new Date(String(entry.time)).toTimeString().slice(0, 8)
  const level = entry.level === 'info' ? '' : `${String(entry.level)}: `
  const fields = Object.entries(entry)
    .filter(([key, value]) => !QUIET_KEYS.has(key) && value !== undefined)
    .map(([key, value]) => ` ${key}=${formatValue(value)}`)
  return `${time} ${level}${escapeControls(String(entry.msg ?? ''))}${fields.join('')}${formatError(entry.err)}\n`
}

function formatValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(formatValue).join(',')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /^[^\s"=\p{Cc}]+$/u.test(text) ? text : escapeControls(JSON.stringify(text))
}

/** The stack belongs to bugs, so it may take its lines; they are set in, so that none passes for a line of the log. */
function formatError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const { stack, message } = error as { stack?: string; message?: string }
  return `\n${(stack ?? message ?? '').replace(/^/gm, '    ')}`
}

function escapeControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
