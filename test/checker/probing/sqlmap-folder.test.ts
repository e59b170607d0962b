import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../../dnsctl/run.ts'
import { NOON, runHostcheck } from '../run.ts'

/** As sqlmap 1.7.2 writes them. */
const LOG = `sqlmap identified the following injection point(s) with a total of 38 HTTP(s) requests:
---
Parameter: id (GET)
    Type: boolean-based blind
    Title: AND boolean-based blind - WHERE or HAVING clause
    Payload: id=1 AND 2617=2617
---
back-end DBMS: SQLite
`
const TARGET = 'https://www.example.com/item?id=1 (GET)  # /usr/bin/sqlmap --batch -m urls.txt'
const RESULTS = `Target URL,Place,Parameter,Technique(s),Note(s)
https://www.example.com/item?id=1,GET,id,B,
"https://www.example.com/a?x=1,2",POST,"say ""what""",BT,
https://www.example.com/b?y=1,GET,y,T,false positive or unexploitable
`
const YESTERDAY = NOON - 86_400

/** A folder of output of sqlmap, with what a hostile hand may have added. */
function output(files: Readonly<Record<string, string>>): string {
  const folder = folderWith()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'output', name, '..'), { recursive: true })
    writeFileSync(join(folder, 'output', name), text)
    utimesSync(join(folder, 'output', name), YESTERDAY, YESTERDAY)
  }
  return folder
}

async function bringIn(folder: string, path: string) {
  const argv = ['import', 'sqlmap', path, '--observations', 'seen.jsonl', '--json']
  const { exitCode, stdout } = await runHostcheck(folder, argv)
  return { exitCode, ...JSON.parse(stdout) }
}

const HOST = { 'www.example.com/log': LOG, 'www.example.com/target.txt': TARGET, 'www.example.com/session.sqlite': 'x' }
const found = (...injectable: string[]) => ({ injectable, tried: 1, wafBypassed: true })

describe('what sqlmap keeps', () => {
  it.each(['output', 'output/www.example.com', 'output/www.example.com/log'])('is read at %s', async (path) => {
    const { exitCode, observations } = await bringIn(output(HOST), path)
    const page = 'https://www.example.com/item'
    expect({ exitCode, observations }).toEqual({
      exitCode: 0,
      observations: [{ probe: 'sql-injection', target: page, at: YESTERDAY, found: found(`GET id of ${page}`) }],
    })
  })

  it('is read of a table of results, with the time in its name, and without what proved false', async () => {
    const folder = output({ 'results-11252026_0310am.csv': RESULTS })
    const { observations } = await bringIn(folder, 'output/results-11252026_0310am.csv')
    const at = Date.UTC(2026, 10, 25, 3, 10) / 1000
    expect(observations).toMatchObject([
      { target: 'https://www.example.com/item', at },
      { target: 'https://www.example.com/a', at, found: found('POST say "what" of https://www.example.com/a') },
    ])
    expect(observations).toHaveLength(2)
  })

  it('makes TST-SQLI-01 fail', async () => {
    const folder = output(HOST)
    await bringIn(folder, 'output')
    const argv = ['run', '--root', '.', '--only', 'TST-SQLI-01', '--observations', 'seen.jsonl', '--json']
    const { findings } = JSON.parse((await runHostcheck(folder, argv)).stdout)
    expect(findings).toMatchObject([{ subject: 'https://www.example.com/item', state: 'fail', cause: 'injectable' }])
  })

  it.each([
    [
      'nothing that could be injected',
      { 'www.example.com/log': '', 'results-11252026_0310am.csv': RESULTS.split('\n')[0]! },
      'what it printed tells what it tried',
    ],
    ['other files', { 'notes.txt': LOG }, 'neither a `log`'],
  ])('says nothing with %s', async (_, files, why) => {
    const { exitCode, error } = await bringIn(output(files as Record<string, string>), 'output')
    expect({ exitCode, why: error.why }).toEqual({ exitCode: 64, why: expect.stringContaining(why) })
  })

  it('is not looked for behind links, and a row that never ends is no trouble', async () => {
    const folder = output({
      'results-11252026_0310am.csv': `${RESULTS}https://a/,${'"'.repeat(500_000)},${','.repeat(500_000)}`,
    })
    symlinkSync('/etc', join(folder, 'output', 'etc'))
    symlinkSync('/etc/passwd', join(folder, 'output', 'log'))
    const { observations } = await bringIn(folder, 'output')
    expect(observations).toHaveLength(2)
    expect(readFileSync(join(folder, 'seen.jsonl'), 'utf8')).not.toContain('root:')
  })
})
