// `npm run test:long [-- files]`: the tests with their long counts, and docs/long-tests.md from what they say; docs/model-check.md
// from what explorations say. Of files that are named the rows are made anew, and the others stay as they were: each has the
// day on which it ran.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensure } from './ensure.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** The files whose counts depend on it; the others are `npm test`'s. */
const LONG_FILES = [
  'test/fuzz',
  'test/sim',
  'test/storm',
  'test/calm',
  'test/checker/hostile-tree.test.ts',
  'test/checker/parsers-fuzz.test.ts',
  'test/export',
  ...['test/keys/rollover/model-check-changes.test.ts', 'test/keys/rollover/model-check-failures.test.ts'],
  ...['test/keys/rollover/model-check-rolls.test.ts', 'test/keys/rollover/reductions.test.ts'],
  'test/keys/rollover/emergency-window.test.ts',
  'test/server/clock-holds.test.ts',
  'test/server/concealment.test.ts',
  'test/server/damaged-pages.test.ts',
  'test/server/damaged-store.test.ts',
  'test/server/decoy-denials.test.ts',
  'test/server/decoy-tools.test.ts',
  'test/server/key-origin-crashes.test.ts',
  'test/server/rollover-crashes.test.ts',
  'test/server/rollover-kills.test.ts',
  'test/server/slot-crashes.test.ts',
  'test/server/signed-concealment.test.ts',
  'test/server/signed-zones.test.ts',
  'test/server/veild-rollovers.test.ts',
  'test/zones/denial',
  'test/interop/differential.test.ts',
  'test/interop/differential-presigned.test.ts',
  'test/interop/dnssec',
  'test/interop/enumeration',
  'test/interop/hostcheck',
  'test/interop/walking.test.ts',
  'test/interop/rollover',
]

ensure()
const folder = mkdtempSync(join(tmpdir(), 'veil-long-'))
const report = join(folder, 'report.json')
const chosen = process.argv.slice(2)
/** Of these nothing is measured but what they find: they may run side by side. */
const isPure = chosen.length > 0 && chosen.every((file) => file.startsWith('test/keys/'))
const { status } = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...(isPure ? [] : ['--no-file-parallelism']),
    ...['--testTimeout=7200000', '--hookTimeout=600000'],
    ...(chosen.length > 0 ? chosen : LONG_FILES),
  ],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, VEIL_LONG: '1' } },
)
const path = join(ROOT, 'docs/long-tests.md')
// What runs but a part of a file says nothing of the file.
const isWhole = chosen.every((argument) => !argument.startsWith('-'))
if (isWhole) {
  const results = JSON.parse(readFileSync(report, 'utf8'))
  writeFileSync(path, page(readFileSync(path, 'utf8'), results))
  const explored = join(ROOT, 'docs/model-check.md')
  const before = readFileSync(explored, 'utf8')
  const isExplored = results.testResults.some(({ assertionResults }) =>
    assertionResults.some(({ meta }) => meta?.explored),
  )
  if (isExplored) writeFileSync(explored, modelPage(before, results))
}
rmSync(folder, { recursive: true, force: true })
process.exitCode = status ?? 1

function page(before, { testResults, startTime }) {
  const date = new Date(startTime).toISOString().slice(0, 10)
  const now = testResults.map((result) => [relative(ROOT, result.name), rowOf(result, date)])
  const kept = chosen.length === 0 ? [] : readRows(before)
  const rows = [...new Map([...kept, ...now])].sort(([a], [b]) => (a < b ? -1 : 1))
  const sum = (column) => rows.reduce((total, [, row]) => total + Number(row[column]), 0)
  return `# Long tests

What \`npm run test:long\` says, file by file, the last time that each ran: **${sum(1)} passed, ${sum(2)} failed**, ${sum(3)} skipped.
Node ${process.version}, Linux ${release()}, ${cpus().length} × ${cpus()[0].model}.

| file | day | passed | failed | skipped | seconds |
|-|-|-:|-:|-:|-:|
${rows.map(([file, row]) => `| ${[file, ...row].join(' | ')} |`).join('\n')}
`
}

/** The page with the rows of files that ran made anew, below what it says of them. */
function modelPage(before, { testResults, startTime }) {
  const [head] = before.split('\n| day |')
  const ran = testResults.filter(({ assertionResults }) => assertionResults.some(({ meta }) => meta?.explored))
  const isKept = ([, part]) => !ran.some(({ name }) => partOf(name) === part)
  const kept = before.split('\n').flatMap((line) => (/^\| \d{4}-/.test(line) ? [line.split(' | ')] : []))
  const date = new Date(startTime).toISOString().slice(0, 10)
  const rows = [...kept.filter(isKept), ...ran.flatMap((result) => exploredRows(result, date))]
  rows.sort(([, one], [, other]) => (one < other ? -1 : one > other ? 1 : 0))
  const sum = (column) => rows.reduce((total, row) => total + Number(row[column]), 0)
  return `${head.trimEnd()}

| day | part | scenario | states | transitions | KSK | ZSK | CSK |
|-|-|-|-:|-:|-:|-:|-:|
${rows.map((row) => row.join(' | ')).join('\n')}
| | **all** | ${rows.length} scenarios | **${sum(3)}** | **${sum(4)}** | | | |
`
}

function exploredRows({ name, assertionResults }, date) {
  return assertionResults.map(({ title, status, meta }) => {
    const { states = 0, transitions = 0, keys } = meta?.explored ?? {}
    const scenario = status === 'passed' ? title : `${title} (**${status}**)`
    return [`| ${date}`, partOf(name), scenario, states, transitions, keys?.ksk, keys?.zsk, `${keys?.csk} |`]
  })
}

/** What is explored by a file: `rolls` of model-check-rolls.test.ts. */
function partOf(file) {
  return /model-check-(\w+)\./.exec(file)?.[1]
}

function rowOf({ assertionResults, startTime, endTime }, date) {
  const count = (...wanted) => assertionResults.filter(({ status }) => wanted.includes(status)).length
  return [
    date,
    count('passed'),
    count('failed'),
    count('pending', 'skipped', 'todo'),
    Math.round((endTime - startTime) / 1000),
  ]
}

function readRows(text) {
  return [...text.matchAll(/^\| (test\/\S+) \| (\d{4}-\d\d-\d\d) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(
    ([, file, ...row]) => [file, row],
  )
}
