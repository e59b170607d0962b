// `npm start`: brings everything up to date, then runs the demonstration in this terminal until Ctrl-C.
import { execFileSync, spawn } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensure } from './ensure.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DEFAULT_PORT = 5300

const port = readPort(process.argv.slice(2))
ensure()
run(port)

function readPort(args) {
  if (args.length === 0) return DEFAULT_PORT
  const chosen = /^--port[= ](\d{1,5})$/.exec(args.join(' '))?.[1]
  if (chosen !== undefined && Number(chosen) > 0 && Number(chosen) < 65536) return Number(chosen)
  process.stderr.write('usage: npm start [-- --port PORT]\n')
  process.exit(2)
}

function run(port) {
  const addresses = ['127.0.0.1', ...(hasIPv6Loopback() ? ['::1'] : [])]
  const isAsConfigured = port === DEFAULT_PORT && addresses.length === 2
  const listen = isAsConfigured ? [] : addresses.flatMap((address) => ['--listen', `${address}@${port}`])
  const args = [`${ROOT}/dist/server/veild.js`, '--config', `${ROOT}/demo/veil.yaml`, ...listen]
  const server = spawn(process.execPath, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  let wasReady = false
  server.on('message', (message) => {
    if (message?.event !== 'ready' || wasReady) return
    wasReady = true
    process.stdout.write(greeting(port, addresses, delegationSigner()))
  })
  server.on('exit', (code, signal) => {
    process.exitCode = code ?? 1
    if (signal !== null) process.stderr.write(`veild was ended by ${signal}\n`)
    if (!wasReady && code !== 0) process.stderr.write(`If the port is the trouble: npm start -- --port ${port + 1}\n`)
  })
  // Ctrl-C reaches the whole group, the server too; it takes signals that come together for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal))
}

function hasIPv6Loopback() {
  return Object.values(networkInterfaces()).some((list) => list.some(({ address }) => address === '::1'))
}

/** The DS record of the demonstration's zone, digest type 2, from the server that runs. */
function delegationSigner() {
  const args = ['--state', `${ROOT}/demo/state`, 'key', 'ds', 'example.com', '--form', 'ds']
  const records = execFileSync(process.execPath, [`${ROOT}/dist/dnsctl/dnsctl.js`, ...args], { encoding: 'utf8' })
  return records.split('\n')[0]
}

function greeting(port, addresses, ds) {
  const dig = (query, from = '') => `  dig -p ${port} @127.0.0.1${from} ${query}`
  const insider = ' -b 127.0.0.2'
  return `
veild answers at ${addresses.join(' and ')}, port ${port}, UDP and TCP, for two views of example.com.
Its files are in ${shown('demo')}, its state (keys, serials, secret, control socket) in ${shown('demo/state')}.

A stranger asks:
${dig('www.example.com')}
${dig('git.example.com')}
${dig('staging.example.com')}           # does not exist
${dig('db.staging.example.com')}        # does not exist, and neither does its parent

An insider asks the same server the same questions:
${dig('git.example.com', insider)}
${dig('staging.example.com', insider)}
${dig('db.staging.example.com', insider)}

Also worth a look:
${dig('shoes.shops.example.com')}       # a wildcard
${dig('host.partners.example.com')}     # a referral with glue
${dig('+tcp example.com MX')}
${dig('example.com HTTPS')}

Every answer is signed. What a registrar would have to be given, once, for everybody to trust that:
  ${ds}
Until then, trust it by yourself:
  ${dnsctl('key ds example.com --form delv')} > anchor
  delv -p ${port} @127.0.0.1 -a anchor +root=example.com www.example.com

Which view a client gets, and why:
  ${dnsctl('view test db.staging.example.com A --from 203.0.113.7')}

Ctrl-C ends it.

`
}

function dnsctl(command) {
  return `node dist/dnsctl/dnsctl.js --config demo/veil.yaml ${command}`
}

function shown(folder) {
  return relative(process.cwd(), `${ROOT}/${folder}`) || folder
}
