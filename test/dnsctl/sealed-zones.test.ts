import {
  chmodSync,
  copyFileSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { findMemory } from '../../dnsctl/memory-folder.ts'
import { HIDDEN_NAME, INSIDER, type SealedServer, sealedServer } from '../helpers/sealed-server.ts'

const PASSPHRASE = 'correct horse battery staple'

let server: SealedServer

beforeEach(() => {
  server = sealedServer()
})
afterEach(() => server.remove())

/** An editor without a person: its shell script gets the file's path, and is given in VISUAL. */
function editorThat(script: string): Record<string, string> {
  const path = join(server.folder, 'editor.sh')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return { VISUAL: path }
}

const hidden = async () => (await server.ask(HIDDEN_NAME, Type.A, INSIDER)).answer.length > 0
const isPlain = () => readFileSync(server.overlay).includes('vault-7f3a')

/** Has a server of its own make the data key. */
async function makeDataKey(): Promise<void> {
  await server.stop(await server.start())
}

describe('an overlay', () => {
  it('is sealed, edited and served, and its name is nowhere in plain', async () => {
    const veild = await server.start()
    expect(await hidden()).toBe(true)
    chmodSync(server.overlay, 0o640)
    const before = readFileSync(server.overlay)
    expect((await server.dnsctl('zone seal internal.zone --dry-run')).stdout).toContain('would be sealed')
    expect(readFileSync(server.overlay)).toEqual(before)
    const sealed = await server.dnsctl('zone seal internal.zone')
    expect(sealed).toMatchObject({ exitCode: 0, stderr: '' })
    expect(isPlain()).toBe(false)
    expect(statSync(server.overlay).mode & 0o777).toBe(0o640)
    expect(readdirSync(server.folder).sort()).toEqual(['example.com.zone', 'internal.zone', 'state', 'veil.yaml'])
    expect((await server.dnsctl('zone seal internal.zone')).stdout).toContain('is sealed')
    expect((await server.dnsctl('zone unseal internal.zone --dry-run')).stdout).toContain('it opens')
    expect(isPlain()).toBe(false)
    expect(await server.json('reload')).toMatchObject({ outcome: 'unchanged' })

    const seen = join(server.folder, 'seen')
    const edited = await server.dnsctl('zone edit internal.zone', [], {
      ...editorThat(`stat -c '%a %n' "$1" "$(dirname "$1")" > ${seen}; echo 'other-9b A 192.0.2.9' >> "$1"`),
    })
    expect(edited).toMatchObject({ exitCode: 0, stderr: '' })
    const [file, folder] = readFileSync(seen, 'utf8').trim().split('\n')
    expect(file).toMatch(/^600 /)
    expect(folder).toMatch(/^700 /)
    expect(statSync(folder!.slice(4), { throwIfNoEntry: false })).toBeUndefined()
    expect(await server.json('reload')).toMatchObject({ outcome: 'reloaded', changed: ['example.com.'] })
    expect((await server.ask('other-9b.example.com', Type.A, INSIDER)).answer).not.toEqual([])
    expect((await server.ask('other-9b.example.com')).answer).toEqual([])
    expect(await hidden()).toBe(true)
    expect((await server.dnsctl('zone show example.com --view internal')).stdout).toContain('vault-7f3a')
    expect((await server.dnsctl(`view test ${HIDDEN_NAME} A --from ${INSIDER}`)).stdout).toContain('192.0.2.7')

    await server.dnsctl('lock')
    await server.dnsctl('unlock')
    expect(await hidden()).toBe(true)
    await server.stop(veild)
    await server.start()
    expect(await hidden()).toBe(true)
    expect((await server.dnsctl('zone unseal internal.zone')).exitCode).toBe(0)
    expect(readFileSync(server.overlay, 'utf8')).toContain('other-9b A 192.0.2.9')
  }, 240_000)

  it('is edited again where the zone would have errors, or left alone', async () => {
    await makeDataKey()
    await server.dnsctl('zone seal internal.zone')
    const before = readFileSync(server.overlay)
    const mistake = editorThat(`echo 'x A 192.0.2.256' >> "$1"`)
    const refused = await server.dnsctl('zone edit internal.zone', undefined, mistake)
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('192.0.2.256')
    const given = await server.dnsctl('zone edit internal.zone', ['no'], mistake)
    expect(given.stdout).toContain('is as it was')
    expect(readFileSync(server.overlay)).toEqual(before)
    const mended = editorThat(`grep -q 256 "$1" && sed -i s/256/25/ "$1" || echo 'x A 192.0.2.256' >> "$1"`)
    expect((await server.dnsctl('zone edit internal.zone', ['yes'], mended)).stdout).toContain('Changed')
    expect((await server.dnsctl('zone edit internal.zone', [], editorThat('exit 3'))).stderr).toContain('ended with 3')
    const raced = editorThat(`echo '; later' >> "$1"; printf x >> ${server.overlay}`)
    const changed = await server.dnsctl('zone edit internal.zone', [], raced)
    expect(changed.stderr).toContain('has changed meanwhile')
  }, 240_000)

  it('stays what it was where there is no folder in memory', async () => {
    expect(findMemory({ environment: { XDG_RUNTIME_DIR: server.folder } })).not.toBe(server.folder)
    expect(findMemory({ environment: {} })).toMatch(/^\/(dev\/shm|run|tmp)/)
  })

  it('that was torn, swapped or renamed does not open, and the zone stays as it was', async () => {
    const veild = await server.start()
    await server.dnsctl('zone seal internal.zone')
    const whole = readFileSync(server.overlay)
    const reloadWith = async (octets: Uint8Array) => {
      writeFileSync(server.overlay, octets)
      const report = await server.json<{ outcome: string; failed: { problems: { found: string }[] }[] }>('reload')
      expect(report.outcome).toBe('incomplete')
      expect(await hidden()).toBe(true)
      return report.failed[0]!.problems[0]!.found
    }
    expect(await reloadWith(whole.subarray(0, whole.length - 1))).toContain('damaged, cut short or changed')
    expect(await reloadWith(whole.subarray(0, 30))).toContain('damaged, cut short or changed')
    const flipped = Buffer.from(whole)
    flipped[flipped.length - 9]! ^= 1
    expect(await reloadWith(flipped)).toContain('damaged, cut short or changed')
    const forged = (from: string, to: string) => Buffer.from(whole.toString('latin1').replace(from, to), 'latin1')
    expect(await reloadWith(forged('example.com.', 'example.net.'))).toContain('sealed for example.net.')
    expect(await reloadWith(forged('"internal.zone"', '"branches.zone"'))).toContain('sealed as branches.zone')
    expect(await reloadWith(forged('"store":"', '"store":"0'))).toContain('data key of another store')
    const edited = await server.dnsctl('zone edit internal.zone', [], editorThat('true'))
    expect(edited.stderr).toContain('data key of another store')
    expect(readFileSync(server.overlay)).toEqual(forged('"store":"', '"store":"0'))

    writeFileSync(server.overlay, whole)
    expect(await server.json('reload')).toMatchObject({ outcome: 'unchanged', failed: [] })
    await server.stop(veild)
    const checked = await server.dnsctl('zone check')
    expect(checked).toMatchObject({ exitCode: 0 })
  }, 240_000)

  it('of another store is refused by name', async () => {
    const other = sealedServer()
    try {
      await makeDataKey()
      await other.stop(await other.start())
      await other.dnsctl('zone seal internal.zone')
      copyFileSync(other.overlay, server.overlay)
      const checked = await server.dnsctl('zone check')
      expect(checked.exitCode).toBe(1)
      expect(checked.stdout).toContain('data key of another store')
      const veild = await other.start()
      expect((await other.ask(HIDDEN_NAME, Type.A, INSIDER)).answer).not.toEqual([])
      await other.stop(veild)
    } finally {
      await other.remove()
    }
  }, 240_000)

  it('is opened by a passphrase where nothing else opens the store', async () => {
    await makeDataKey()
    expect((await server.dnsctl('slot add passphrase', [PASSPHRASE, PASSPHRASE])).exitCode).toBe(0)
    expect((await server.dnsctl('slot rm 1')).exitCode).toBe(0)
    server.configure('sealing: { unlock: passphrase }')
    const nobody = await server.dnsctl('zone seal internal.zone')
    expect(nobody.stderr).toContain('nobody can be asked')
    expect((await server.dnsctl('zone seal internal.zone', [`${PASSPHRASE}!`])).stderr).toContain('opens no slot')
    expect(isPlain()).toBe(true)
    expect((await server.dnsctl('zone seal internal.zone', [PASSPHRASE])).exitCode).toBe(0)
    expect((await server.dnsctl('zone check', [PASSPHRASE])).exitCode).toBe(0)
    const closed = await server.dnsctl('zone check')
    expect(closed.exitCode).not.toBe(0)
    await server.start()
    expect((await server.dnsctl('unlock', [PASSPHRASE])).exitCode).toBe(0)
    expect(await hidden()).toBe(true)
  }, 240_000)

  it('is not taken for what a plain file in its place says, nor unseen for what it was before', async () => {
    const veild = await server.start()
    const text = readFileSync(server.overlay)
    expect((await server.dnsctl('zone seal internal.zone')).exitCode).toBe(0)
    expect((await server.dnsctl('reload')).exitCode).toBe(0)
    const sealed = readFileSync(server.overlay)
    await server.dnsctl('zone edit internal.zone', [], editorThat(`echo 'other-9b A 192.0.2.9' >> "$1"`))
    expect((await server.dnsctl('reload')).exitCode).toBe(0)
    writeFileSync(server.overlay, 'vault-7f3a.staging A 203.0.113.66\n')
    const refused = await server.dnsctl('reload')
    expect(refused.exitCode).not.toBe(0)
    const address = async () => (await server.ask(HIDDEN_NAME, Type.A, INSIDER)).answer[0]!.rdata.join('.')
    expect(await address()).toBe('192.0.2.7')
    const logged = (part: string) => veild.log().some((line) => JSON.stringify(line).includes(part))
    expect(logged('a plain file where a sealed one was')).toBe(true)
    expect(logged('dnsctl zone unseal')).toBe(true)

    writeFileSync(server.overlay, sealed)
    expect(logged('was put back')).toBe(false)
    expect((await server.dnsctl('reload')).exitCode).toBe(0)
    expect(logged(`${server.overlay} was put back: it was sealed at`)).toBe(true)
    await server.stop(veild)

    // The store remembers, and forgets when it is told to: without the server and with it.
    writeFileSync(server.overlay, text)
    expect((await server.dnsctl('zone unseal internal.zone')).stdout).toContain('not sealed')
    await server.start()
    expect(await hidden()).toBe(true)
    await server.dnsctl('zone seal internal.zone')
    await server.dnsctl('reload')
    expect((await server.dnsctl('zone unseal internal.zone')).exitCode).toBe(0)
    expect((await server.dnsctl('reload')).exitCode).toBe(0)
    expect(await hidden()).toBe(true)
  }, 240_000)

  it('with $INCLUDE is not sealed, nor edited to have one', async () => {
    await makeDataKey()
    writeFileSync(join(server.folder, 'more.zone'), 'more A 192.0.2.8\n')
    const text = readFileSync(server.overlay, 'utf8')
    writeFileSync(server.overlay, `${text}$INCLUDE more.zone\n`)
    const refused = await server.dnsctl('zone seal internal.zone')
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('internal.zone:3:1: an overlay that is sealed cannot have $INCLUDE')
    expect(isPlain()).toBe(true)
    writeFileSync(server.overlay, text)
    expect((await server.dnsctl('zone seal internal.zone')).exitCode).toBe(0)
    const sealed = readFileSync(server.overlay)
    const edited = await server.dnsctl(
      'zone edit internal.zone',
      [],
      editorThat(`echo '$INCLUDE ${server.folder}/more.zone' >> "$1"`),
    )
    expect(edited.stderr).toContain('internal.zone:3:1')
    expect(readFileSync(server.overlay)).toEqual(sealed)
  }, 240_000)

  it('is no base file, no stranger to the configuration, and no second name of a file', async () => {
    await makeDataKey()
    expect((await server.dnsctl('zone seal example.com.zone')).stderr).toContain('what everyone may see of example.com')
    writeFileSync(join(server.folder, 'other.zone'), '')
    expect((await server.dnsctl('zone seal other.zone')).stderr).toContain('no overlay in the configuration')
    linkSync(server.overlay, join(server.folder, 'link'))
    expect((await server.dnsctl('zone seal internal.zone')).stdout).toContain('could not be overwritten')
    expect(readFileSync(join(server.folder, 'link'), 'utf8')).toContain('vault-7f3a')
    // A symbolic link stays one, and what it leads to is sealed.
    await server.dnsctl('zone unseal internal.zone')
    renameSync(server.overlay, join(server.folder, 'elsewhere'))
    symlinkSync('elsewhere', server.overlay)
    expect((await server.dnsctl('zone seal internal.zone')).exitCode).toBe(0)
    expect(lstatSync(server.overlay).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(server.folder, 'elsewhere')).includes('vault-7f3a')).toBe(false)
    expect((await server.dnsctl('zone check')).exitCode).toBe(0)
  }, 240_000)
})
