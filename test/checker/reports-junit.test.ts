import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../dnsctl/run.ts'
import { reportAs } from './hostile-report.ts'
import { imagined, judged } from './imagined.ts'
import { runHostcheck } from './run.ts'

describe('the report as JUnit XML', () => {
  /** What Jenkins' schema (junit-10.xsd) lets stand where: attributes, those that must be first, and elements inside. */
  const RULES: Readonly<
    Record<string, { must: readonly string[]; may: readonly string[]; inside: readonly string[] }>
  > = {
    testsuites: { must: [], may: ['name', 'time', 'tests', 'failures', 'errors'], inside: ['testsuite'] },
    testsuite: {
      must: ['name', 'tests', 'failures', 'errors'],
      may: ['skipped', 'timestamp', 'hostname', 'time', 'id', 'package'],
      inside: ['testcase', 'properties'],
    },
    testcase: {
      must: ['name'],
      may: ['classname', 'time'],
      inside: ['failure', 'error', 'skipped', 'system-out', 'system-err'],
    },
    failure: { must: [], may: ['type', 'message'], inside: [] },
    error: { must: [], may: ['type', 'message'], inside: [] },
    skipped: { must: [], may: ['type', 'message'], inside: [] },
    'system-out': { must: [], may: [], inside: [] },
  }

  interface Node {
    readonly name: string
    readonly attributes: Readonly<Record<string, string>>
    readonly inside: Node[]
    text: string
  }

  /** Of a parser that takes nothing but well-formed XML 1.0. */
  function parsed(text: string): Node {
    const parser = new SaxesParser()
    const top: Node = { name: '', attributes: {}, inside: [], text: '' }
    const open = [top]
    parser.on('error', (error) => {
      throw error
    })
    parser.on('opentag', ({ name, attributes }) => {
      const node: Node = { name, attributes, inside: [], text: '' }
      open.at(-1)!.inside.push(node)
      open.push(node)
    })
    parser.on('text', (piece) => {
      open.at(-1)!.text += piece
    })
    parser.on('closetag', () => open.pop())
    parser.write(text).close()
    expect(top.inside).toHaveLength(1)
    return top.inside[0]!
  }

  function checked(node: Node): Node {
    const { must, may, inside } = RULES[node.name]!
    const names = Object.keys(node.attributes)
    expect(names.filter((name) => !must.includes(name) && !may.includes(name))).toEqual([])
    expect(must.filter((name) => !names.includes(name))).toEqual([])
    for (const each of node.inside) {
      expect(inside).toContain(each.name)
      checked(each)
    }
    return node
  }

  it('is well-formed, and has what readers of it expect', async () => {
    const top = checked(parsed(await reportAs('junit')))
    const cases = top.inside.flatMap(({ inside }) => inside)
    expect(top.attributes).toMatchObject({ tests: String(cases.length), failures: '1', errors: '0' })
    for (const { attributes, inside } of top.inside) {
      const of = (name: string) =>
        String(inside.filter((each) => each.inside.some((child) => child.name === name)).length)
      expect(attributes).toMatchObject({
        tests: String(inside.length),
        failures: of('failure'),
        skipped: of('skipped'),
      })
    }
    const [failing] = cases.filter(({ attributes }) => attributes.name!.includes('vhost'))
    expect(failing).toMatchObject({
      attributes: { classname: 'MAIL-VRFY-01' },
      inside: [{ name: 'failure', attributes: { type: 'medium', message: expect.stringContaining('<script>') } }],
    })
    expect(failing!.inside[0]!.text).toContain('mend:\ntouch ')
  })

  it('fails for what fails and is not waived, passes what passes or warns, and skips the rest', async () => {
    const cases = parsed(await reportAs('junit')).inside.flatMap(({ inside }) => inside)
    const told = cases.map(
      ({ attributes, inside }) => `${attributes.classname} ${inside[0]!.name} ${inside[0]!.attributes.type}`,
    )
    expect(told.sort()).toEqual([
      'MAIL-VRFY-01 failure medium',
      'MAIL-VRFY-01 system-out undefined',
      'SRV-BKP-01 system-out undefined',
      'SRV-BOOT-01 skipped not-applicable',
      'SRV-ENC-01 skipped unknown',
      'SRV-ENC-01 skipped waived',
      'SRV-VM-01 skipped manual',
    ])
  })

  it('holds no character that XML has no place for', async () => {
    const strange = judged('fail', { reason: 'Half \ud800 a character, \ufffe and \uffff.' })
    const argv = ['run', '--root', '.', '--format', 'junit']
    const { stdout } = await runHostcheck(folderWith({}), argv, imagined({ 'MAIL-VRFY-01': [strange] }))
    expect(JSON.stringify(parsed(stdout))).toContain('Half \ufffd a character, \ufffd and \ufffd.')
  })
})
