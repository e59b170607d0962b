import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { readBundle } from '../checker/root/bundle.ts'
import type { Entry } from '../checker/root/memory-root.ts'
import { projectRoot } from './project-root.ts'

/**
 * `npm run bench:hostcheck -- [--runs N]`: CPU time, time and memory of whole looks by the built hostcheck, as tables in
 * docs/hostcheck.md have them: a Debian 12 with all software that controls speak of, as a folder and as a bundle, this
 * host, and for comparison a command that looks at nothing.
 */
const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' } } })
const HOSTCHECK = join(projectRoot(), 'dist/checker/hostcheck.js')
const STOCK = join(projectRoot(), 'test/checker/stock/debian-12.bundle.gz')
/** Loaded first: what a process took is known to itself alone. */
const TELLING = `data:text/javascript,process.on('exit',()=>{const{userCPUTime,systemCPUTime,maxRSS}=process.resourceUsage();process.stderr.write('\\nused '+(userCPUTime+systemCPUTime)+' '+maxRSS)})`

interface Usage {
  readonly cpuSeconds: number
  readonly seconds: number
  readonly mebibytes: number
}

main()

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'hostcheck-bench-'))
  try {
    const tree = join(folder, 'tree')
    unpack(tree)
    const looks: readonly (readonly [string, readonly string[]])[] = [
      ['nothing: `hostcheck --version`', ['--version']],
      ['a Debian 12, `--root`', ['run', '--root', tree, '--profile', 'large', '--json']],
      ['the same, `--bundle`', ['run', '--bundle', STOCK, '--profile', 'large', '--json']],
      ['this host, probes off', ['run', '--profile', 'large', '--json']],
    ]
    console.log(`Node ${process.version}, median of ${values.runs} runs\n`)
    console.log('| Look | CPU s | s | MiB |\n| - | -: | -: | -: |')
    for (const [title, words] of looks) console.log(`| ${title} | ${rowOf(words)} |`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function rowOf(words: readonly string[]): string {
  const runs = Array.from({ length: Number(values.runs) }, () => usageOf(words))
  const median = (of: (usage: Usage) => number) => runs.map(of).sort((one, other) => one - other)[runs.length >> 1]!
  const [cpu, wall] = [median(({ cpuSeconds }) => cpuSeconds), median(({ seconds }) => seconds)]
  return `${cpu.toFixed(2)} | ${wall.toFixed(2)} | ${Math.round(median(({ mebibytes }) => mebibytes))}`
}

function usageOf(words: readonly string[]): Usage {
  const began = performance.now()
  const { stderr, status } = spawnSync(process.execPath, ['--import', TELLING, HOSTCHECK, ...words], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })
  const seconds = (performance.now() - began) / 1000
  const used = /used (\d+) (\d+)$/.exec(stderr)
  if (used === null || (status !== 0 && status !== 1)) throw new Error(`hostcheck ended with ${status}: ${stderr}`)
  return { cpuSeconds: Number(used[1]) / 1e6, seconds, mebibytes: Number(used[2]) / 1024 }
}

function unpack(tree: string): void {
  const { entries } = readBundle(readFileSync(STOCK))
  mkdirSync(tree)
  for (const [path, entry] of [...entries].sort()) place(join(tree, path), entry)
}

function place(path: string, entry: Entry): void {
  mkdirSync(entry.type === 'directory' ? path : dirname(path), { recursive: true })
  if (entry.type === 'link') symlinkSync(entry.to, path)
  if (entry.type === 'file') writeFileSync(path, entry.octets ?? '', { mode: entry.mode | 0o400 })
}
