import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { complete } from '../../console/complete.ts'
import { printCompletions } from '../../console/print-completions.ts'
import { completionScript, SHELLS } from '../../console/shells.ts'
import { DNSCTL } from '../../dnsctl/tool.ts'
import { folderWith, runDnsctl } from './run.ts'

function wordsAt(...typed: string[]): string[] {
  const completion = complete(DNSCTL, typed)
  return completion.kind === 'words' ? completion.words.map(([word]) => word) : [completion.kind]
}

describe('completion', () => {
  it('offers each first word once', () => {
    const words = wordsAt('')
    expect(words).toContain('zone')
    expect(words).toContain('status')
    expect(new Set(words).size).toBe(words.length)
  })

  it('offers the second words of a group', () => {
    expect(wordsAt('zone', '').sort()).toEqual(['check', 'edit', 'export', 'list', 'seal', 'show', 'unseal'])
  })

  it('offers options of the command and of every command', () => {
    expect(wordsAt('view', 'test', '--')).toEqual(expect.arrayContaining(['--from', '--offline', '--json', '--config']))
    expect(wordsAt('status', '-')).not.toContain('--from')
  })

  it('knows which word of the command is being typed', () => {
    expect(complete(DNSCTL, ['view', 'test', 'www.example.com', ''])).toEqual({ kind: 'names', of: 'type' })
    expect(complete(DNSCTL, ['view', 'diff', ''])).toEqual({ kind: 'names', of: 'view' })
    expect(complete(DNSCTL, ['view', 'diff', 'public', 'internal', ''])).toEqual({ kind: 'names', of: 'zone' })
    expect(complete(DNSCTL, ['zone', 'check', 'a', 'b', ''])).toEqual({ kind: 'names', of: 'zone' })
    expect(wordsAt('completion', '')).toEqual([...SHELLS])
  })

  it('completes the value of an option, and does not take it for an argument', () => {
    expect(complete(DNSCTL, ['status', '--config', ''])).toEqual({ kind: 'file' })
    expect(complete(DNSCTL, ['init', '--directory', ''])).toEqual({ kind: 'directory' })
    expect(wordsAt('--color', '')).toEqual(['auto', 'always', 'never'])
    expect(wordsAt('--config', 'veil.yaml', 'zone', '')).toContain('check')
    expect(complete(DNSCTL, ['zone', 'show', '--view', ''])).toEqual({ kind: 'names', of: 'view' })
    expect(complete(DNSCTL, ['zone', 'show', '--view', 'public', ''])).toEqual({ kind: 'names', of: 'zone' })
  })

  it('lists zones, views and types of the configuration, and nothing where that is broken', async () => {
    const folder = folderWith()
    await runDnsctl(folder, ['init', 'example.com', '--yes'])
    const printed = async (...words: string[]) => {
      let text = ''
      await printCompletions(DNSCTL, words, { write: (part) => (text += part) }, folder)
      return text.split('\n').map((line) => line.split('\t')[0])
    }
    expect(await printed('zone', 'show', '')).toContain('example.com')
    expect(await printed('view', 'diff', '')).toEqual(expect.arrayContaining(['internal', 'public']))
    expect(await printed('view', 'test', 'x', '')).toEqual(expect.arrayContaining(['AAAA', 'SVCB']))
    writeFileSync(join(folder, 'veil.yaml'), 'zones: [')
    expect(await printed('zone', 'show', '')).toEqual([''])
  })

  it('works in bash', () => {
    const folder = folderWith({
      dnsctl: `#!/bin/sh\nshift\ncase "$*" in "zone "*) printf 'check\\tcheck it\\nlist\\tlist them\\n';; "--config "*) echo :file;; esac\n`,
      'veil.yaml': '',
    })
    chmodSync(join(folder, 'dnsctl'), 0o755)
    const script = `${completionScript('dnsctl', 'bash')}
compopt() { echo "compopt $1 $2"; }
COMP_WORDS=(dnsctl zone ch); COMP_CWORD=2; _dnsctl; echo "\${COMPREPLY[@]}"
COMP_WORDS=(dnsctl --config ve); COMP_CWORD=2; _dnsctl; echo "\${#COMPREPLY[@]}"`
    const environment = { PATH: `${folder}:${process.env.PATH}` }
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
      encoding: 'utf8',
      cwd: folder,
      env: environment,
    })
    expect(stderr).toBe('')
    expect(stdout.split('\n').map((line) => line.trim())).toEqual(['check', 'compopt -o default', '0', ''])
  })
})
