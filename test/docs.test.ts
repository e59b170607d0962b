import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { hostcheckTool } from '../checker/commands/tool.ts'
import { flagOf } from '../console/command.ts'
import { RR_TYPES } from '../dns/rr/registry.ts'
import { DNSCTL } from '../dnsctl/tool.ts'
import { leakReference } from '../zones/leaks/reference.ts'
import { MADE_HERE } from '../zones/master-file/record.ts'
import { folderWith, runDnsctl } from './dnsctl/run.ts'

const TOOLS = [DNSCTL, hostcheckTool({ controls: () => new Map(), judges: {}, now: () => 0 })]
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
]
  .filter((page) => page.endsWith('.md'))
  .map((page) => [page, readFileSync(join(ROOT, page), 'utf8')] as const)

describe.each(PAGES)('%s', (page, text) => {
  it('leads nowhere that is not there', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!)
    const files = links.filter((link) => !link.includes('://')).map((link) => join(dirname(page), link))
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
  })

  it.each(TOOLS)('names only commands and options that $name has', ({ name: tool, commands, globalOptions }) => {
    for (const line of linesOf(tool, text)) {
      const command = commands.find(({ name }) => line === name || line.startsWith(`${name} `))
      const flags = [...line.matchAll(/(?<= )--[a-z-]+/g)].map(([flag]) => flag)
      const known = [...Object.keys(command?.options ?? {}), ...Object.keys(globalOptions)].map(flagOf)
      expect({ line, command: command?.name, unknown: flags.filter((flag) => !known.includes(flag)) }).toMatchObject({
        command: expect.any(String),
        unknown: [],
      })
    }
  })
})

/** What stands behind the name of a tool in the shell blocks of a page, options before the name of the command taken out. */
function linesOf(tool: string, text: string): string[] {
  const blocks = [...text.matchAll(/```(?:sh|console)\n([\s\S]*?)```/g)].map(([, block]) => block!.replace(/#.*/g, ''))
  const calls = blocks.flatMap((block) =>
    [...block.matchAll(new RegExp(`(?<![^\\s(/]|lib/)${tool}(?:\\.js)? ([^|;&>\`\\n]*)`, 'g'))].map(
      ([, call]) => call!,
    ),
  )
  return calls.map((call) => call.replace(/^(--(?:config|declarations) \S+ )+/, '').trim())
}

describe('docs/leaks.md', () => {
  it('is made from the table of rules (mend with: npx vitest run test/docs.test.ts --update)', async () => {
    await expect(leakReference()).toMatchFileSnapshot('../docs/leaks.md')
  })
})

describe('docs/zone-files.md', () => {
  const text = readFileSync(join(ROOT, 'docs/zone-files.md'), 'utf8')

  it('shows zones as dnsctl checks them (mend with: npx vitest run test/docs.test.ts -u)', async () => {
    await expect(await withOutputs(text)).toMatchFileSnapshot('../docs/zone-files.md')
  })

  it('shows a zone without a flaw where it tells what zones may hold', async () => {
    const zone = /```dns\n([\s\S]*?)```/.exec(text)![1]!
    expect(await check(zone)).toMatch(/^ZONE +VIEW[\s\S]*good\n\n1 zone checked: no errors\.\n$/)
  })
})

/** The page with the output of `dnsctl zone check` behind each zone that says so, and the types there are. */
async function withOutputs(text: string): Promise<string> {
  const pattern = /(```dns\n)([^`]*)(```\n\nis answered with\n\n```text\n)[^`]*```/g
  const outputs: string[] = []
  for (const [, , zone] of text.matchAll(pattern)) outputs.push(await check(zone!))
  const answered = text.replace(pattern, (_, open, zone, between) => `${open}${zone}${between}${outputs.shift()}\`\`\``)
  return answered.replace(/^> TYPES.*|(?<=3597 says.*:\n\n)> [\s\S]*?(?=\n\n)/m, `> ${types()}`)
}

function types(): string {
  return [...RR_TYPES.values()]
    .filter(({ code }) => !MADE_HERE.has(code))
    .map(({ mnemonic }) => mnemonic)
    .sort()
    .join(' ')
}

async function check(zone: string): Promise<string> {
  const folder = folderWith({ 'example.com.zone': zone })
  const { stdout, stderr } = await runDnsctl(folder, ['zone', 'check', '--zone', 'example.com=example.com.zone'])
  expect(stderr).toBe('')
  return stdout
}
