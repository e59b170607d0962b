// Writes docs/lynis-comparison.md: what hostcheck and Debian's Lynis say of the same tree, which is the stock tree
// (scripts/write-stock.mjs) with scripts/lynis-recipes.sh run in it. As root, with Debian's lynis:
// `node scripts/write-stock.mjs --keep FOLDER` once, then `node scripts/compare-lynis.mjs --tree FOLDER`. The tree itself is
// not changed: an overlay takes what recipes and Lynis write. `--results FOLDER` keeps the logs; where it has one of Lynis, Lynis
// is not run again.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensure } from './ensure.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Groups of tests in which a test speaks of a control; the others know nothing of any. */
const GROUPS =
  'accounting boot_services crypto databases file_integrity filesystems firewalls kernel logging mail_messaging php ports_packages squid ssh tooling webservers'
const LYNIS = ['audit', 'system', '--quick', '--no-colors', '--skip-plugins', '--tests-from-group', GROUPS]
/**
 * Tests of Lynis 3.0.8 that speak of what a control is about; of the other controls no test does. Tests that only ask
 * whether a daemon runs are left out: in this tree none does.
 */
const TESTS = {
  'CLK-01': ['MAIL-8818', 'PHP-2372', 'SQD-3680'],
  'EGR-02': ['SQD-3620'],
  'EVA-01': ['HTTP-6640'],
  'F2B-ACT-01': ['TOOL-5104'],
  'F2B-IMAP-01': ['TOOL-5104'],
  'F2B-MAIL-01': ['TOOL-5104'],
  'F2B-SSH-01': ['TOOL-5102', 'TOOL-5104'],
  'F2B-WEB-01': ['TOOL-5104'],
  'FW-IN-01': ['FIRE-4512', 'FIRE-4540', 'FIRE-4590'],
  'FW-LOG-01': ['FIRE-4586'],
  'IDS-01': ['FINT-4314', 'FINT-4316', 'FINT-4326', 'FINT-4350'],
  'IDS-03': ['ACCT-9630'],
  'LOG-01': ['LOGG-2154'],
  'MAIL-VRFY-01': ['MAIL-8820'],
  'OPS-IAC-01': ['TOOL-5002'],
  'OPS-PATCH-01': ['PKGS-7420'],
  'PHP-03': ['PHP-2320', 'PHP-2376', 'PHP-2378'],
  'SRV-BOOT-03': ['BOOT-5122'],
  'SRV-ENC-01': ['CRYP-7930'],
  'SRV-ENC-02': ['CRYP-7931', 'KRNL-5820'],
  'THR-02': ['TOOL-5104'],
  'WAF-01': ['HTTP-6643'],
}

const { values } = parseArgs({ options: { tree: { type: 'string' }, results: { type: 'string' } } })
ensure()
const results = values.results ?? mkdtempSync(join(tmpdir(), 'lynis-'))
if (values.tree !== undefined) look(values.tree)
writeFileSync(join(ROOT, 'docs/lynis-comparison.md'), page())
if (values.results === undefined) rmSync(results, { recursive: true, force: true })

/** Overlay, recipes, both programs; in namespaces of its own, without a network, where no daemon runs. */
function look(tree) {
  for (const name of ['upper', 'work', 'merged']) {
    rmSync(join(results, name), { recursive: true, force: true })
    mkdirSync(join(results, name), { recursive: true })
  }
  const script = `set -eu
    mount -t overlay overlay -o "lowerdir=$TREE,upperdir=$RESULTS/upper,workdir=$RESULTS/work" "$RESULTS/merged"
    cd "$RESULTS/merged"
    chroot . sh -s < "$ROOT/scripts/lynis-recipes.sh"
    "$NODE" "$ROOT/dist/checker/hostcheck.js" run --root . --profile large --format json > "$RESULTS/hostcheck.json" || [ $? -eq 1 ]
    [ ! -e "$RESULTS/lynis.log" ] || exit 0
    mkdir -p usr/share/lynis etc/lynis
    mount --bind /usr/share/lynis usr/share/lynis
    mount --bind /etc/lynis etc/lynis
    cp /usr/sbin/lynis usr/sbin/lynis
    mount -t proc proc proc
    mount -t tmpfs tmpfs tmp
    mount -t tmpfs tmpfs run
    chroot . /usr/sbin/lynis "$@" > "$RESULTS/lynis.txt" 2>&1 || true
    cp var/log/lynis.log var/log/lynis-report.dat "$RESULTS/"`
  const { status } = spawnSync('unshare', ['-m', '-p', '-n', '-f', 'sh', '-c', script, 'sh', ...LYNIS], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TREE: tree, RESULTS: results, ROOT, NODE: process.execPath },
  })
  if (status !== 0) process.exit(status ?? 1)
}

function page() {
  const report = JSON.parse(readFileSync(join(results, 'hostcheck.json'), 'utf8'))
  const lynis = readLynis()
  const rows = statesOf(report).map(([id, state, reason]) => ({ id, state, reason, ...lynisOf(id, lynis) }))
  const dead = rows.filter(({ state }) => state === 'fail')
  const passed = dead.filter(({ verdict }) => verdict === 'passes it')
  const silent = dead.filter(({ verdict }) => verdict === 'has no test')
  const found = dead.filter(({ verdict }) => verdict === 'finds fault')
  return `# hostcheck beside Lynis

Both look at the same tree: a Debian 12 with its packages as they install (test/checker/stock), on which the usual recipes
were followed (scripts/lynis-recipes.sh): everything is there and enabled, and much of it does nothing. Of ${dead.length} controls
that hostcheck finds dead, Lynis ${lynis.version} passes ${passed.length}, finds fault with ${found.length}, and says nothing of ${dead.length - passed.length - found.length}, of ${silent.length} of
them for want of a test.

How Lynis was run: \`lynis ${LYNIS.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}\`,
as root in a chroot of the tree (Debian's package, its files mounted into it), with a /proc, a /tmp and a /run of its own, without
a network, where no daemon runs: what it asks of running daemons is answered with no. \`--rootdir\` was not used, for with it
Lynis still asks the machine that it runs on. hostcheck was run with \`--root\` and \`--profile large\`.

"Passes it" means that every test of Lynis about the subject that ran had nothing to object; a suggestion or a warning of any
of them counts as finding fault. "Skips it": Lynis left the tests out, for what they ask for is not there or does not run. Tests
that only ask whether a daemon runs are not counted either way. Made by
\`scripts/compare-lynis.mjs\` on ${new Date().toISOString().slice(0, 10)}.

| control | hostcheck | Lynis | Lynis says |
|-|-|-|-|
${rows.map(({ id, state, reason, verdict, said }) => `| ${id} | **${state}**: ${cell(reason)} | ${verdict} | ${cell(said)} |`).join('\n')}
`
}

/** Of each control the worst state, and why. */
function statesOf({ findings }) {
  const order = ['fail', 'warn', 'unknown', 'manual', 'pass', 'not-applicable']
  const ids = [...new Set(findings.map(({ control }) => control))]
  return ids.map((id) => {
    const own = findings.filter(({ control }) => control === id)
    const state = order.find((each) => own.some((finding) => finding.state === each))
    return [id, state, own.find((finding) => finding.state === state).reason]
  })
}

function readLynis() {
  const log = readFileSync(join(results, 'lynis.log'), 'utf8').split('\n')
  const report = readFileSync(join(results, 'lynis-report.dat'), 'utf8').split('\n')
  const tests = new Map()
  let current
  for (const line of log) {
    const performing = /Performing test ID ([A-Z]+-\d+)/.exec(line)
    const skipped = /Skipped test ([A-Z]+-\d+).*?(?:\(|$)/.exec(line)
    if (performing !== null) {
      current = { results: [] }
      tests.set(performing[1], current)
    } else if (skipped !== null) {
      tests.set(skipped[1], undefined)
      current = undefined
    } else if (current !== undefined) current.results.push(...(/ Result: (.*)$/.exec(line)?.slice(1) ?? []))
  }
  const objections = report.flatMap((line) => {
    const match = /^(?:suggestion|warning)\[\]=([A-Z]+-\d+)(?::[\w-]+)?\|([^|]*)/.exec(line)
    return match === null ? [] : [[match[1], match[2]]]
  })
  return { tests, objections, version: /^lynis_version=(.*)$/m.exec(report.join('\n'))?.[1] ?? '3.0.8' }
}

function lynisOf(id, { tests, objections }) {
  const own = TESTS[id]
  if (own === undefined) return { verdict: 'has no test', said: '' }
  const objected = objections.filter(([test]) => own.includes(test))
  if (objected.length > 0) {
    return { verdict: 'finds fault', said: objected.map(([test, text]) => `${test}: ${text}`).join('; ') }
  }
  const ran = own.filter((test) => tests.get(test) !== undefined)
  if (ran.length === 0) return { verdict: 'skips it', said: `${own.join(', ')} skipped` }
  const said = ran.map((test) => [test, tests.get(test).results.join('. ')]).filter(([, text]) => text !== '')
  if (said.length === 0) return { verdict: 'says nothing', said: `${ran.join(', ')} ran` }
  return { verdict: 'passes it', said: said.map((each) => each.join(': ')).join('; ') }
}

function cell(text) {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ').slice(0, 300)
}
