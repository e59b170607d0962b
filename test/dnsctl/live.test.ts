import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import type { Daemon } from '../helpers/daemon.ts'
import { isVeildBuilt, startVeild, VEILD } from '../helpers/veild.ts'
import { folderWith, runDnsctl } from './run.ts'

const DNSCTL = join(VEILD, '../../dnsctl/dnsctl.js')

describe.skipIf(!isVeildBuilt())('dnsctl and a running veild', () => {
  let folder: string
  let veild: Daemon
  let remove = () => {}

  beforeAll(async () => {
    folder = folderWith({}, (clean) => {
      remove = clean
    })
    expect((await runDnsctl(folder, ['init', 'example.com', '--yes'])).exitCode).toBe(ExitCode.Done)
    veild = await startVeild({ arguments: ['--config', join(folder, 'veil.yaml')] })
  })

  afterAll(async () => {
    await veild.stop()
    remove()
  })

  const live = (...argv: string[]) => runDnsctl(folder, [...argv, '--state', join(veild.folder, 'state')])
  const liveJson = async (...argv: string[]) => JSON.parse((await live(...argv, '--json')).stdout)

  it('starts on what init wrote, as it is, and answers', async () => {
    const status = await liveJson('status')
    expect(status).toMatchObject({
      ok: true,
      pid: veild.pid,
      listen: [`127.0.0.1@${veild.port}`],
      views: ['internal', 'public'],
      zones: { served: 1, failed: [] },
    })
    expect((await live('status')).stdout).toMatch(/^veild \d+\.\d+\.\d+ serves 1 zone in 2 views, up /)
  })

  it('keeps its control socket to its owner', () => {
    const mode = statSync(join(veild.folder, 'state', 'control.sock')).mode
    expect(mode & 0o777).toBe(0o600)
  })

  it('lists zones and views as they are served', async () => {
    expect(await liveJson('zone', 'list')).toMatchObject({
      source: 'server',
      zones: [{ zone: 'example.com.', views: [{ view: 'internal' }, { view: 'public' }] }],
    })
    expect(await liveJson('view', 'list')).toMatchObject({
      source: 'server',
      views: [{ view: 'internal', zones: 1 }, {}],
    })
  })

  it('tests a view on the images that are served, and gives the lines of the files', async () => {
    const insider = await liveJson('view', 'test', 'staging.example.com', '--from', '127.0.0.2')
    expect(insider).toMatchObject({
      source: 'server',
      rule: { name: 'internal', prefix: '127.0.0.2/32', listener: `127.0.0.1@${veild.port}` },
      answer: { rcode: 'NOERROR', records: [{ places: [{ file: join(folder, 'example.com.internal.zone') }] }] },
      others: [{ view: 'public', rcode: 'NXDOMAIN' }],
    })
    const files = await liveJson('view', 'test', 'staging.example.com', '--from', '127.0.0.2', '--offline')
    expect(files.answer).toEqual(insider.answer)
  })

  it('shows signatures and proofs where asked for, and what follows from the keys', async () => {
    const ask = (name: string, ...more: string[]) =>
      liveJson('view', 'test', name, '--from', '198.51.100.7', ...more).then(({ answer, others }) => ({
        types: answer.records.map(({ type }: { type: string }) => type),
        rcode: answer.rcode,
        same: others.map(({ same }: { same: boolean }) => same),
      }))
    expect(await ask('example.com', 'SOA')).toEqual({ types: ['SOA'], rcode: 'NOERROR', same: [true] })
    expect(await ask('example.com', 'SOA', '--dnssec')).toMatchObject({ types: ['SOA', 'RRSIG'], same: [true] })
    expect(await ask('no.example.com')).toMatchObject({ types: ['SOA'], rcode: 'NXDOMAIN' })
    expect((await ask('no.example.com', '--dnssec')).types).toEqual(expect.arrayContaining(['NSEC', 'RRSIG']))
    const { stdout } = await live('view', 'test', 'example.com', 'DNSKEY', '--from', '198.51.100.7')
    expect(stdout).toContain('made by the server')
    const absent = (await live('view', 'test', 'no.example.com', '--from', '198.51.100.7', '--dnssec')).stdout
    expect(absent.replace(/\s+/g, ' ')).toContain('compact denial, in which NXNAME says that there is no such name')
    const offline = await live('view', 'test', 'example.com', '--from', '198.51.100.7', '--dnssec', '--offline')
    expect(offline.stdout).toContain('From the files, without what the server would sign.')
  })

  it('shows the keys that the zone is signed with, and what to give to the registrar', async () => {
    const served = await liveJson('view', 'test', 'example.com', 'DNSKEY', '--from', '198.51.100.7')
    const texts = served.answer.records.map(({ rdata }: { rdata: string }) => `example.com. IN DNSKEY ${rdata}`)
    const { source, zones } = await liveJson('key', 'list')
    expect(source).toBe('server')
    expect(zones[0].keys.map(({ dnskey }: { dnskey: string }) => dnskey).sort()).toEqual(texts.sort())
    const { stdout } = await live('key', 'ds', 'example.com', '--form', 'dnskey')
    expect(texts).toContain(stdout.trim())
    expect(await liveJson('zone', 'list')).toMatchObject({
      zones: [{ dnssec: 'signed', signing: { algorithms: [13], denial: 'compact', wildcards: 'flat' } }],
    })
    expect((await live('zone', 'list')).stdout).toContain('13, compact')
    expect(await liveJson('status')).toMatchObject({ dnssec: { signed: 1, presigned: 0, off: 0, alarms: [] } })
    expect((await live('status')).stdout).toContain('1 zone signed (algorithm 13)')
  })

  it('says at a record that it has left the files since', async () => {
    const overlay = join(folder, 'example.com.internal.zone')
    const before = readFileSync(overlay, 'utf8')
    writeFileSync(overlay, before.replace('staging', 'moved  '))
    const { stdout } = await live('view', 'test', 'staging.example.com', '--from', '127.0.0.2')
    writeFileSync(overlay, before)
    expect(stdout).toContain('not in the files any more')
  })

  it('reloads, waits for it, and tells what changed', async () => {
    expect(await liveJson('reload')).toMatchObject({ outcome: 'unchanged', changed: [] })
    appendFileSync(join(folder, 'example.com.internal.zone'), 'api A 10.0.0.11\n')
    const { exitCode, stdout } = await live('reload')
    expect(stdout).toMatch(/^Reloaded: 1 zone changed: example\.com\. \(\d+ ms\)\n$/)
    expect(exitCode).toBe(ExitCode.Done)
    const test = await liveJson('view', 'test', 'api.example.com', '--from', '127.0.0.2')
    expect(test.answer.rcode).toBe('NOERROR')
  })

  it('keeps what is served when a zone has an error, and shows the line', async () => {
    const overlay = join(folder, 'example.com.internal.zone')
    const before = readFileSync(overlay, 'utf8')
    appendFileSync(overlay, 'bad A 10.0.0.1111\n')
    const reload = await live('reload')
    const status = await live('status')
    const served = await liveJson('view', 'test', 'api.example.com', '--from', '127.0.0.2')
    writeFileSync(overlay, before)
    expect(reload.exitCode).toBe(ExitCode.Refused)
    expect(reload.stdout).toMatch(/example\.com\.internal\.zone:\d+:7 error\n +\d+ │ bad A 10\.0\.0\.1111/)
    expect(reload.stdout).toContain('example.com stays as it was')
    expect(status.exitCode).toBe(ExitCode.Refused)
    expect(status.stdout).toContain('1 zone with errors')
    expect(served.answer.rcode).toBe('NOERROR')
    expect((await live('reload')).exitCode).toBe(ExitCode.Done)
    expect((await live('status')).exitCode).toBe(ExitCode.Done)
  })

  it('refuses a configuration with an error as a whole, and still reaches the server', async () => {
    const path = join(folder, 'veil.yaml')
    const before = readFileSync(path, 'utf8')
    writeFileSync(path, before.replace('views:', 'veiws:'))
    const { exitCode, stdout } = await live('reload')
    writeFileSync(path, before)
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stdout).toContain('Not reloaded: everything stays as it was.')
    expect(stdout).toMatch(/veil\.yaml:\d+:1 error/)
    expect((await live('status')).exitCode).toBe(ExitCode.Done)
  })

  it('passes on what the server refuses', async () => {
    const { exitCode, stderr } = await live('view', 'test', 'a.example.com', '--from', 'nowhere')
    expect(exitCode).toBe(ExitCode.Usage)
    expect(stderr).toContain('is not an IP address')
    expect(stderr).toContain('`dnsctl view test --help`')
  })

  it('is one program from the shell, with its exit code', () => {
    const run = (...argv: string[]) => spawnSync(process.execPath, [DNSCTL, ...argv], { cwd: folder, encoding: 'utf8' })
    expect(run('status', '--state', join(veild.folder, 'state')).status).toBe(ExitCode.Done)
    expect(run('status', '--socket', 'none').status).toBe(ExitCode.NoServer)
    expect(run('__complete', 'zone', 'show', '').stdout).toBe('example.com\tzone\n')
    expect(run('init', 'example.com').status).toBe(ExitCode.File)
  })

  it('stops it, and says so when it has stopped', async () => {
    const { exitCode, stdout } = await live('stop')
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toBe(`veild (process ${veild.pid}) has stopped.\n`)
    expect(existsSync(join(veild.folder, 'state', 'control.sock'))).toBe(false)
    expect(veild.pids()).toEqual([])
    expect((await live('status')).exitCode).toBe(ExitCode.NoServer)
  })
})
