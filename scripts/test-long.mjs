// `npm run test:long [-- vitest arguments]`: the tests with their long counts, and docs/long-tests.md from what they say.
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
  'test/export',
  'test/server/concealment.test.ts',
  'test/server/signed-concealment.test.ts',
  'test/server/signed-zones.test.ts',
  'test/zones/denial',
  'test/interop/differential.test.ts',
  'test/interop/differential-presigned.test.ts',
  'test/interop/dnssec',
  'test/interop/enumeration',
]

ensure()
const folder = mkdtempSync(join(tmpdir(), 'veil-long-'))
const report = join(folder, 'report.json')
const chosen = process.argv.slice(2)
const { status } = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, '--no-file-parallelism'],
    ...['--testTimeout=7200000', '--hookTimeout=600000'],
    ...(chosen.length > 0 ? chosen : LONG_FILES),
  ],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, VEIL_LONG: '1' } },
)
if (chosen.length === 0) writeFileSync(join(ROOT, 'docs/long-tests.md'), page(JSON.parse(readFileSync(report, 'utf8'))))
rmSync(folder, { recursive: true, force: true })
process.exitCode = status ?? 1

function page({ numPassedTests, numFailedTests, numPendingTests, testResults, startTime }) {
  const rows = testResults
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, assertionResults }) =>
      assertionResults.map(
        ({ fullName, status, duration }) =>
          `| ${relative(ROOT, name)} | ${fullName} | ${status} | ${Math.round((duration ?? 0) / 1000)} |`,
      ),
    )
  return `# Long tests

The last run of \`npm run test:long\`, on ${new Date(startTime).toISOString().slice(0, 10)}: **${numPassedTests} passed, ${numFailedTests} failed**, ${numPendingTests} skipped.
Node ${process.version}, Linux ${release()}, ${cpus().length} × ${cpus()[0].model}.

| file | test | result | seconds |
|-|-|-|-|
${rows.join('\n')}
`
}
