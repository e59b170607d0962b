import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunWords } from '../../../../checker/probing/run-words.ts'
import { portOf, tryProbe } from '../try-probe.ts'

const HONEY = { zone: 'example.com.', name: 'vault.example.com.' }
const LOG = ['journalctl', '-g', '{nonce}']
const LIFT = ['lift', '{address}']

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** What stands for veild and fail2ban: who asks over TCP is banned until `lift` is run. */
function nameServer({ bans = true, tells = true }) {
  const state = { asked: [] as string[], isBanned: false, lifted: [] as string[] }
  const note = (query: Buffer) => {
    state.asked.push(query.toString('latin1'))
    if (state.asked.at(-1)!.includes('vault')) state.isBanned = bans
  }
  const runWords: RunWords = async ([program, ...words]) => {
    if (program === 'lift') {
      state.lifted.push(...words)
      state.isBanned = false
      return { outcome: 'ran', exitCode: 0, stdout: '' }
    }
    const line = `{"level":"warn","guard":"honey-asked","source":"192.0.2.7","proved":true,"name":"${words[1]}.vault."}`
    return { outcome: 'ran', exitCode: tells ? 0 : 1, stdout: tells ? `other\n${line}\n` : '' }
  }
  return { state, note, runWords }
}

async function overTcp(note: (query: Buffer) => void, isBanned: () => boolean): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (octets: Buffer) => {
      if (isBanned()) return socket.destroy()
      note(octets.subarray(2))
      socket.write(octets)
    })
  })
  // Another address of loopback: from the one that is asked it would be this machine itself.
  return portOf(server, '127.0.0.2')
}

describe('honey-name', () => {
  async function probe(behaviour: { bans?: boolean; tells?: boolean }) {
    const { state, note, runWords } = nameServer(behaviour)
    const port = await overTcp(note, () => state.isBanned)
    const commands = { 'honey-log': LOG, 'honey-lift': LIFT }
    const target = { prefixes: ['127.0.0.2'], ports: [`${port}/tcp`], honey: HONEY, commands }
    return { ...(await tryProbe('honey-name', { target, runWords })), state }
  }

  it('sees the line, the ban, and its end, and frees the address that the log has', async () => {
    const { observations, state } = await probe({})
    const found = { zone: 'example.com.', nonce: 'a1b2c3', isProved: true, isLogged: true }
    expect(observations).toMatchObject([{ target: '127.0.0.2', found: { ...found, isBanned: true, isLifted: true } }])
    expect(state.lifted).toEqual(['192.0.2.7'])
    expect(state.asked[0]).toContain('\u0006a1b2c3\u0005vault\u0007example\u0003com\0')
  })

  it('lifts the ban even where it saw none', async () => {
    const { observations, state } = await probe({ bans: false })
    expect(observations[0]!.found).toMatchObject({ isLogged: true, isBanned: false })
    expect(state.lifted).toEqual(['192.0.2.7'])
  })

  it('asks once more where no line was written, for veild tells of an address once a minute', async () => {
    const { observations, state } = await probe({ bans: false, tells: false })
    expect(observations[0]!.found).toEqual({ zone: 'example.com.', nonce: 'a1b2c3', isProved: true, isLogged: false })
    expect(state.asked.filter((query) => query.includes('vault'))).toHaveLength(2)
    expect(state.lifted).toEqual([])
  })

  it('asks over UDP where nobody says how to lift a ban, and so is banned by nobody', async () => {
    const { state, note, runWords } = nameServer({})
    const socket = createSocket('udp4')
    ends.push(() => socket.close())
    socket.on('message', (query, { port, address }) => {
      note(query)
      socket.send(query, port, address)
    })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    const target = {
      ...{ prefixes: ['127.0.0.1'], ports: [`${socket.address().port}/udp`], honey: HONEY },
      commands: { 'honey-log': LOG },
    }
    const { observations } = await tryProbe('honey-name', { target, runWords })
    expect(observations[0]!.found).toEqual({ zone: 'example.com.', nonce: 'a1b2c3', isProved: false, isLogged: true })
    expect([state.asked.length, state.lifted]).toEqual([1, []])
  })

  it('says nothing of a server that does not answer', async () => {
    const { runWords } = nameServer({})
    const port = await overTcp(
      () => undefined,
      () => true,
    )
    const commands = { 'honey-log': LOG, 'honey-lift': LIFT }
    const target = { prefixes: ['127.0.0.2'], ports: [`${port}/tcp`], honey: HONEY, commands }
    await expect(tryProbe('honey-name', { target, runWords })).rejects.toThrow('does not answer')
  })
})
