import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderWith } from '../../dnsctl/run.ts'
import { NOON, runHostcheck } from '../run.ts'

let server: Server
let accepted = 0
beforeEach(async () => {
  accepted = 0
  server = createServer((socket) => {
    accepted++
    socket.on('error', () => undefined).resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.close()
})

const port = () => (server.address() as { port: number }).port
const targets = (expires = '2027-01-01') =>
  `targets:\n  web: { consent: Ada, expires: ${expires}, prefixes: [127.0.0.1], ports: ["${port()}/tcp"] }\n` +
  `  this-host: { consent: Ada, expires: 2027-01-01, commands: { alert: [tee, alert.txt] } }\n`

const FILES = ['--observations', 'seen.jsonl', '--log', 'sent.jsonl']

async function run(folder: string, argv: readonly string[]) {
  const { exitCode, stdout, stderr } = await runHostcheck(folder, argv)
  return { exitCode, stdout: stdout.replaceAll(/\s+/g, ' '), stderr: stderr.replaceAll(/\s+/g, ' ') }
}

describe('hostcheck probe', () => {
  it('sends nothing unless it is told to', async () => {
    const folder = folderWith({ 'targets.yaml': targets() })
    const { exitCode, stdout } = await run(folder, ['probe', 'open-ports', '--target', 'web', ...FILES])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('127.0.0.1: a TCP connection, closed at once')
    expect(stdout).toContain(
      'Nothing was sent. Send it: hostcheck probe open-ports --target web --observations seen.jsonl --log sent.jsonl --send',
    )
    expect({ accepted, log: existsSync(join(folder, 'sent.jsonl')) }).toEqual({ accepted: 0, log: false })
  })

  it('sends, writes down, and has the run judge what it found', async () => {
    const folder = folderWith({ 'targets.yaml': targets(), 'hostcheck.yaml': 'public-addresses: [127.0.0.1]\n' })
    const { exitCode, stdout, stderr } = await run(folder, ['probe', 'open-ports', '--send', ...FILES])
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining(`${port()}/tcp`) })
    expect(stderr).toContain('hostcheck run --observations seen.jsonl')
    expect(readFileSync(join(folder, 'sent.jsonl'), 'utf8').trim().split('\n')).toHaveLength(1)
    const argv = ['run', '--root', '.', '--only', 'TST-NMAP-01', '--json']
    const stateOf = async (more: readonly string[]) =>
      JSON.parse((await runHostcheck(folder, [...argv, ...more])).stdout).findings[0].cause
    expect(await stateOf([])).not.toBe(await stateOf(['--observations', 'seen.jsonl']))
  })

  it.each([
    [['probe', 'open-port'], 'open-ports'],
    [['probe', 'open-ports', '--target', 'other'], 'has no target other'],
    [['probe', 'open-ports', '--target', 'this-host'], 'this-host: it names no TCP ports'],
    [['probe', 'ban-and-observe', '--send'], 'it names no `jail`'],
    [['probe', 'open-ports', '--targets', 'none.yaml'], 'Cannot read the targets'],
  ])('refuses %j', async (argv, what) => {
    const { exitCode, stderr } = await run(folderWith({ 'targets.yaml': targets() }), argv)
    expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: expect.stringContaining(what) })
  })

  it('sends nothing to a target that is expired, and says so in the list of targets', async () => {
    const folder = folderWith({ 'targets.yaml': targets('2026-11-24') })
    const { exitCode, stderr } = await run(folder, ['probe', 'open-ports', '--send', ...FILES])
    expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: expect.stringContaining('expired on 2026-11-24') })
    expect(accepted).toBe(0)
    const listed = await run(folder, ['targets'])
    expect(listed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('expired on 2026-11-24') })
  })
})

describe('hostcheck alert-nonce confirm', () => {
  it('takes the word that was sent, and no other', async () => {
    const folder = folderWith()
    const alerting = `targets: { here: { consent: Ada, expires: 2027-01-01, commands: { alert: [tee, ${folder}/alert.txt] } } }`
    writeFileSync(join(folder, 'targets.yaml'), alerting)
    expect((await run(folder, ['probe', 'alert-nonce', '--send', ...FILES])).exitCode).toBe(0)
    const word = /confirm ([0-9a-f]{32})/.exec(readFileSync(join(folder, 'alert.txt'), 'utf8'))![1]!
    const confirm = (text: string) => run(folder, ['alert-nonce', 'confirm', text, '--observations', 'seen.jsonl'])
    expect(await confirm('0'.repeat(32))).toMatchObject({ exitCode: 64 })
    expect(await confirm(word)).toMatchObject({ exitCode: 0 })
    const lines = readFileSync(join(folder, 'seen.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ found }) => found)).toEqual([{ nonce: word }, { nonce: word, confirmedAt: NOON }])
    expect(readFileSync(join(folder, 'sent.jsonl'), 'utf8')).not.toContain(word)
  })
})
