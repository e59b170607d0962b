import { expect, test } from 'vitest'
import { createLog } from '../../server/log.ts'
import { formatForPeople, type LogForm } from '../../server/log-line.ts'

function linesOf(form: LogForm, use: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = []
  use(createLog(form, { write: (line) => lines.push(line) }))
  return lines
}

test('JSON has level, time and message as words', () => {
  const [line] = linesOf('json', (log) => log.info({ zones: 3 }, 'ready'))
  expect(JSON.parse(line!)).toMatchObject({ level: 'info', msg: 'ready', zones: 3 })
  expect(JSON.parse(line!).time).toMatch(/^\d{4}-\d\d-\d\dT/)
})

test('people get one line with the fields behind the message', () => {
  const [line] = linesOf('human', (log) => log.warn({ zones: 3, listen: ['::1@53', 'a b'], none: undefined }, 'ready'))
  expect(line).toMatch(/^\d\d:\d\d:\d\d warn: ready zones=3 listen=::1@53,"a b"\n$/)
})

test('a hostile value cannot forge a line or move the cursor', () => {
  const [line] = linesOf('human', (log) => log.info({ name: 'a\n12:00:00 ready\u001b[2J\u009b' }, 'b\r\nc'))
  expect(line!.slice(0, -1)).not.toMatch(/\p{Cc}/u)
})

test('a bug brings its stack', () => {
  const [line] = linesOf('human', (log) => log.error({ err: new Error('broken') }, 'a worker died'))
  expect(line).toMatch(/error: a worker died\n {4}Error: broken\n {8}at /)
})

test('a problem is told by its sentence, not twice', () => {
  const time = new Date().toISOString()
  expect(formatForPeople(JSON.stringify({ level: 'info', time, msg: 'x', problem: { line: 1 } }))).toMatch(/ x\n$/)
})
