/**
 * How soon Veil recognises the tools of Debian, each with the list that it brings along, over loopback in a network of its own.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { Incident, IncidentKind } from '../../../guard/incident.ts'
import { sendCommand } from '../../../server/control/client.ts'
import { endAll, runVeild } from '../../helpers/veild-process.ts'
import { runTool } from '../run-tool.ts'
import { ADVERTISED, REVERSE_ZONE, reverseZoneText, UNADVERTISED, ZONE, zoneText } from './names.ts'
import { obstaclesToTools } from './obstacles.ts'
import { TOOLS } from './tools.ts'

const ADDRESS = '127.0.0.53'
const FIERCE = '/usr/lib/python3/dist-packages/fierce/lists'
const RECOGNISED: readonly { name: string; words: string; kind: IncidentKind; least?: RegExp }[] = [
  { name: 'dnsenum', words: '/usr/share/dnsenum/dns.txt', kind: 'enumeration' },
  { name: 'dnsrecon brt', words: '/usr/share/dnsrecon/namelist.txt', kind: 'enumeration' },
  { name: 'fierce', words: `${FIERCE}/default.txt`, kind: 'enumeration' },
  { name: 'gobuster dns', words: `${FIERCE}/5000.txt`, kind: 'enumeration', least: /gobuster/ },
  { name: 'nmap dns-brute', words: '/usr/share/nmap/nselib/data/vhosts-default.lst', kind: 'enumeration' },
  { name: 'ldns-walk', words: '', kind: 'walk' },
  { name: 'dnsrecon rvl', words: '', kind: 'reverse-sweep' },
  { name: 'dnsrecon axfr', words: '', kind: 'transfer-attempt' },
]

/** They see that there is no chain to walk, and go home: too little to be anything. */
const GIVE_UP = ['dnsrecon zonewalk', 'nmap dns-nsec-enum']

const obstacles = obstaclesToTools()
const canRun = obstacles.length === 0
if (!canRun) console.warn(`Whether Veil recognises real tools is left out: ${obstacles.join('; ')}.`)

it.runIf(process.env.CI === 'true')('has all it needs to recognise tools', () => {
  expect(obstacles).toEqual([])
})

describe.runIf(canRun)('an incident', () => {
  const folders: string[] = []
  const table: string[] = []

  afterEach(endAll)
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    console.log(`tool: incident, questions until it was recognised, tool guessed\n${table.join('\n')}`)
  })

  it.each(RECOGNISED)(
    'of the kind $kind begins within 200 questions of $name',
    async ({ name, words, kind, least }) => {
      const { folder, socket } = await serve()
      const tool = TOOLS.find((each) => each.name === name)!
      const parameters = tool.parameters({ address: ADDRESS, words })
      const enough = new AbortController()
      const options = { folder, resolver: ADDRESS, mostSeconds: 8, enough: enough.signal }
      const running = runTool([tool.command, ...parameters], options)
      const incident = await incidentOf(kind, socket, running)
      enough.abort()
      table.push(
        `${name}: ${incident?.kind ?? 'none'}, ${incident?.recognisedAfter.count ?? '-'}, ${incident?.tool?.name ?? '-'}`,
      )
      expect(incident).toMatchObject({ kind, isSpread: false })
      expect(incident!.recognisedAfter.count).toBeLessThanOrEqual(200)
      if (least !== undefined) expect(incident!.tool?.name).toMatch(least)
      await running
    },
  )

  it.each(GIVE_UP)('is nothing that %s brings about, which gives up after a few questions', async (name) => {
    const { folder, socket } = await serve()
    const tool = TOOLS.find((each) => each.name === name)!
    const parameters = tool.parameters({ address: ADDRESS, words: '' })
    await runTool([tool.command, ...parameters], { folder, resolver: ADDRESS, mostSeconds: 8 })
    const [status, incidents] = [await sendCommand(socket, 'status', {}), await sendCommand(socket, 'incidents', {})]
    const { received, receivedStream } = status.ok ? status.result.queries : { received: 0, receivedStream: 0 }
    table.push(`${name}: none, gave up after ${received + receivedStream} questions`)
    expect(received + receivedStream).toBeGreaterThan(0)
    expect(received + receivedStream).toBeLessThan(40)
    expect(incidents).toMatchObject({ ok: true, result: [] })
  })

  /** A server that has just been started, with the zones that tools are let loose on. */
  async function serve(): Promise<{ folder: string; socket: string }> {
    const folder = mkdtempSync(join(tmpdir(), 'veil-incident-'))
    folders.push(folder)
    mkdirSync(join(folder, 'state'), { mode: 0o700 })
    writeFileSync(join(folder, 'forward.zone'), zoneText([ADVERTISED, UNADVERTISED], ADDRESS))
    writeFileSync(join(folder, 'reverse.zone'), reverseZoneText([ADVERTISED, UNADVERTISED]))
    const zones = [`${ZONE}=forward.zone`, `${REVERSE_ZONE}=reverse.zone`].map((zone) =>
      zone.replace('=', `=${folder}/`),
    )
    const veild = runVeild([
      ...['--listen', `${ADDRESS}@53`, '--state', join(folder, 'state'), '--log', 'json'],
      ...zones.flatMap((zone) => ['--zone', zone]),
    ])
    await veild.logged('ready')
    return { folder, socket: join(folder, 'state', 'control.sock') }
  }
})

/** The first incident of the kind, or of any, by the time that the tool has ended. */
async function incidentOf(
  kind: IncidentKind,
  socket: string,
  running: Promise<unknown>,
): Promise<Incident | undefined> {
  let hasEnded = false
  void running.finally(() => {
    hasEnded = true
  })
  let seen: readonly Incident[] = []
  for (let more = 15; more > 0; more -= hasEnded ? 1 : 0) {
    const reply = await sendCommand(socket, 'incidents', {})
    if (reply.ok) seen = reply.result
    const found = seen.find((each) => each.kind === kind)
    if (found !== undefined) return found
    await delay(100)
  }
  return seen[0]
}
