import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keyTagOf } from '../../dns/key-tag.ts'
import { freePort } from '../helpers/daemon.ts'
import { answersOf, askFrom } from '../helpers/veild-process.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COPIED = ['scripts', 'demo']

let folder: string
let child: ChildProcess | undefined

/** The working tree again, with a demonstration of its own, so that one that runs in this tree is not disturbed. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veil-start-'))
  for (const entry of readdirSync(ROOT)) {
    if (entry.startsWith('.')) continue
    const options = { recursive: true, filter: (path: string) => !path.endsWith('/state') }
    if (COPIED.includes(entry)) cpSync(join(ROOT, entry), join(folder, entry), options)
    else symlinkSync(join(ROOT, entry), join(folder, entry))
  }
})

afterEach(async () => {
  if (child?.pid !== undefined && child.exitCode === null) {
    process.kill(-child.pid, 'SIGKILL')
    await once(child, 'close')
  }
  rmSync(folder, { recursive: true, force: true })
})

test('npm start brings the demonstration up, tells what to try, and ends cleanly by Ctrl-C', async () => {
  const port = await freePort()
  const script = spawn(process.execPath, [join(folder, 'scripts/start.mjs'), '--port', String(port)], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = script
  let output = ''
  const closed = once(script, 'close')
  await new Promise<void>((resolve, reject) => {
    script.stdout.on('data', (chunk) => {
      output += chunk
      if (output.includes('Ctrl-C ends it.')) resolve()
    })
    script.stderr.on('data', (chunk) => {
      output += chunk
    })
    void closed.then(() => reject(new Error(output)))
  })
  expect(output).toContain(`dig -p ${port} @127.0.0.1 -b 127.0.0.2 db.staging.example.com`)
  expect(output).toContain('demo/state')
  for (const [, name] of output.matchAll(/@127\.0\.0\.1 -b 127\.0\.0\.2 (\S+)/g)) {
    expect(answersOf(await askFrom('127.0.0.2', port, `${name}.`, 'A'))).toHaveLength(1)
  }
  expect((await askFrom('127.0.0.1', port, 'db.staging.example.com.', 'A')).rcode).toBe(3)
  const ds = / {2}example\.com\. IN DS (\d+) 13 2 [0-9A-F]{64}\n/.exec(output)?.[1]
  const keys = await askFrom('127.0.0.1', port, 'example.com.', 'DNSKEY')
  expect(keys.answer.map(({ rdata }) => keyTagOf(rdata))).toContain(Number(ds))
  // A terminal signals the whole group, and npm passes the signal on once more.
  process.kill(-script.pid!, 'SIGINT')
  script.kill('SIGINT')
  const [code] = await closed
  expect(code).toBe(0)
  expect(output).not.toContain('second time')
})
