import type { Step } from './step.ts'

const PLAIN_WORD = /^[\w@%+=:,./-]+$/

export type Values = Readonly<Record<string, string>>

/**
 * The commands of a remedy, as an operator pastes them into a root shell: one entry for each step, some of several lines.
 * A step that only a person can do becomes a comment.
 */
export function shellOf(steps: readonly Step[], values: Values = {}): readonly string[] {
  return steps.map((step) => shellOfStep(filled(step, harmless(values, 'run' in step))))
}

/** A word that a program takes for an option, and a path that leads out of the folder that it stands in. */
const ASTRAY = /^-|(?:^|\/)\.\.(?:\/|$)/

/**
 * Values come from the host, and an operator pastes what they stand in: one with control characters, or that leads astray,
 * is left for a person to fill in, and in the text of a command so is whatever is no plain word.
 */
function harmless(values: Values, isCommand: boolean): Values {
  const isHarmless = (value: string) =>
    !ASTRAY.test(value) && (isCommand ? PLAIN_WORD.test(value) : !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(value))
  return Object.fromEntries(Object.entries(values).filter(([, value]) => isHarmless(value)))
}

/** The step with `${name}` replaced by the values; a name without a value stays, for a person to fill in. */
export function filled<S extends Step>(step: S, values: Values): S {
  const fill = (text: string) => text.replace(/\$\{([\w-]+)\}/g, (whole, name: string) => values[name] ?? whole)
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return fill(value)
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [fill(key), walk(each)]))
  }
  return walk(step) as S
}

function shellOfStep(step: Step): string {
  if ('file' in step) return writing(step.file, step.content, step.mode ?? '0644', step.owner)
  if ('append' in step) return step.lines.map((line) => appending(step.append, line)).join('\n')
  if ('edit' in step) return editing(step.edit, step.replace, step.with)
  if ('postconf' in step) return Object.entries(step.postconf).map(setting).join('\n')
  if ('link' in step) return `ln -sfn ${quoted(step.to)} ${quoted(step.link)}`
  if ('remove' in step) return `rm -f ${quoted(step.remove)}`
  if ('folder' in step) return `install -d -m ${step.mode ?? '0755'}${ownerFlags(step.owner)} ${quoted(step.folder)}`
  if ('chmod' in step) return changing(step.chmod, step.mode, step.owner)
  if ('enable' in step) return `systemctl enable --now ${quoted(step.enable)}`
  if ('disable' in step) return `systemctl disable --now ${quoted(step.disable)}`
  if ('install' in step) return `apt-get install -y ${step.install.map(quoted).join(' ')}`
  if ('run' in step) return step.run
  return step.tell
    .trimEnd()
    .split('\n')
    .map((line) => `# ${line}`)
    .join('\n')
}

/** What may stand between the parts of sed's `s`: printable, and of no meaning to an expression or the shell within quotes. */
const DELIMITERS = ['#', ',', '@', '%', '~', '!', ';', '=', ':', '_']

function editing(path: string, pattern: string, replacement: string): string {
  const free = DELIMITERS.find((each) => !pattern.includes(each) && !replacement.includes(each))
  const delimiter = free ?? '#'
  // Where none is free, sed takes one behind a backslash for itself.
  const part = (text: string) => (free === undefined ? text.replaceAll('#', '\\#') : text)
  const expression = ['s', part(pattern), part(replacement), ''].join(delimiter)
  return `sed -E -i ${quoted(expression)} ${quoted(path)}`
}

function writing(path: string, content: string, mode: string, owner: string | undefined): string {
  const body = content.endsWith('\n') ? content : `${content}\n`
  let end = 'EOF'
  while (body.split('\n').includes(end)) end += '_'
  return `install -D -m ${mode}${ownerFlags(owner)} /dev/stdin ${quoted(path)} <<'${end}'\n${body}${end}`
}

function appending(path: string, line: string): string {
  return `grep -qsxF -- ${quoted(line)} ${quoted(path)} || printf '%s\\n' ${quoted(line)} >> ${quoted(path)}`
}

function setting([name, value]: [string, string]): string {
  return `postconf -e ${quoted(`${name} = ${value}`)}`
}

function changing(path: string, mode: string, owner: string | undefined): string {
  const chown = owner === undefined ? '' : `chown ${quoted(owner)} ${quoted(path)}\n`
  return `${chown}chmod ${mode} ${quoted(path)}`
}

function ownerFlags(owner: string | undefined): string {
  if (owner === undefined) return ''
  const [user, group] = owner.split(':')
  return ` -o ${quoted(user!)}${group === undefined ? '' : ` -g ${quoted(group)}`}`
}

/** The word as an extended regular expression that matches it alone, for a step that edits. */
export function asExpression(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** The word as a shell takes it whole. */
export function quoted(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
