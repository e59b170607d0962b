import { createChanges } from '../../../checker/remedy/apply-step.ts'
import type { Change } from '../../../checker/remedy/remedied-root.ts'
import { quoted } from '../../../checker/remedy/shell.ts'
import type { Step } from '../../../checker/remedy/step.ts'
import { createTreeRoot } from '../../../checker/root/tree-root.ts'
import type { Situation } from '../../checker/case-schema.ts'
import { unixTime } from '../../checker/overlaid-root.ts'
import type { TriedTree } from './tried-tree.ts'

/** Makes a tree what a case says of it: files as its steps and octets have them, packages for real. */
export function bringAbout(tree: TriedTree, { with: steps = [], octets = {}, modified = {} }: Situation, now: number) {
  for (const step of steps as readonly Step[]) bringAboutStep(tree, step)
  const files = Object.entries(octets).map(([path, base64]) => writing(path, base64))
  const times = Object.entries(modified).map(([path, time]) => `touch -d @${unixTime(time, now)} ${quoted(path)}`)
  succeed(tree, [...files, ...times].join('\n'))
}

/** What a step leads to; of one that runs a command, what that would lead to. */
export function bringAboutStep(tree: TriedTree, step: Step): void {
  if ('install' in step) {
    const { status, stdout, stderr } = tree.run(`apt-get install -y ${step.install.join(' ')}`)
    if (status !== 0) throw new Error(`${stdout}\n${stderr}`)
    return
  }
  if ('run' in step) {
    for (const led of step.leads ?? []) bringAboutStep(tree, led)
    return
  }
  const changes = new Map<string, Change>()
  createChanges(createTreeRoot(tree.folder, 'tree'), changes)(step)
  const owner = 'owner' in step ? step.owner : undefined
  succeed(tree, [...changes].map(([path, change]) => commandOf(path, change, owner)).join('\n'))
}

function commandOf(path: string, change: Change, owner: string | undefined): string {
  if (change.type === 'gone') return `rm -rf ${quoted(path)}`
  if (change.type === 'link') return `mkdir -p ${folderOf(path)} && ln -sfn ${quoted(change.to)} ${quoted(path)}`
  const make =
    change.type === 'directory'
      ? `mkdir -p ${quoted(path)}`
      : writing(path, Buffer.from(change.text).toString('base64'))
  const numbers = `${change.uid}:${change.gid}`
  const own =
    owner === undefined ? `chown ${numbers}` : `chown ${owner} ${quoted(path)} 2>/dev/null || chown ${numbers}`
  return `${make}\n${own} ${quoted(path)}\nchmod ${change.mode.toString(8)} ${quoted(path)}`
}

function writing(path: string, base64: string): string {
  return `mkdir -p ${folderOf(path)}\nbase64 -d > ${quoted(path)} <<'EOF'\n${base64.replaceAll(/.{76}/g, '$&\n')}\nEOF`
}

function folderOf(path: string): string {
  return quoted(path.slice(0, path.lastIndexOf('/')) || '/')
}

function succeed(tree: TriedTree, script: string): void {
  const { status, stderr } = tree.runBare(`set -e\n${script}\n`)
  if (status !== 0) throw new Error(`${stderr}\n${script}`)
}
