import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../../checker/commands/run.ts'
import { formOf } from '../../checker/reports/forms.ts'
import { flagOf } from '../../console/command.ts'

const unit = readFileSync(new URL('../../deploy/hostcheck.service', import.meta.url), 'utf8')
const settings = [...unit.matchAll(/^([A-Z]\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!] as const)

describe('deploy/hostcheck.service', () => {
  it('runs hostcheck with options that it has, and files whose endings say their forms', () => {
    const [program, name, ...words] = settings.find(([key]) => key === 'ExecStart')![1].split(' ')
    expect([program, name]).toEqual(['hostcheck', runCommand.name])
    const known = Object.keys(runCommand.options).map(flagOf)
    for (const [index, word] of words.entries()) {
      if (index % 2 === 0) expect(known).toContain(word)
      else expect(formOf(word)).toBeDefined()
    }
  })

  it('has no privilege and no way to one', () => {
    const wanted = { User: 'hostcheck', CapabilityBoundingSet: '', NoNewPrivileges: 'yes', RestrictNamespaces: 'yes' }
    expect(Object.fromEntries(settings)).toMatchObject(wanted)
  })

  /** systemd.exec(5): each of these gives the unit mounts of its own, which controls would take for the host's. */
  it('sees the mounts that everybody sees', () => {
    const own =
      /^(?:DynamicUser|Private(?:Tmp|Devices|Mounts)|Protect\w+|(?:ReadOnly|ReadWrite|Inaccessible|Exec|NoExec)Paths|Bind\w*|TemporaryFileSystem|Root\w+|MountFlags|ProcSubset)$/
    expect(settings.filter(([name]) => own.test(name))).toEqual([])
  })
})
