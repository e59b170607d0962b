import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { defaultStateFolder } from './configuration/defaults.ts'
import { configureFromFlags, type Flags, overrideByFlags } from './configuration/flags.ts'
import { type ConfigurationReading, readConfiguration } from './configuration/read.ts'
import type { LogForm } from './log-line.ts'
import { readVersion } from './version.ts'

/** What the command line asks for. */
export interface Invocation {
  /** Absolute path of the configuration file; undefined: the flags are the configuration. */
  readonly config: string | undefined
  readonly log: LogForm
  /** Reads the configuration anew, the file or the folder of zones, with what the flags say about it. */
  readonly readConfiguration: () => ConfigurationReading
}

type Options = Flags & { readonly config?: string; readonly log?: LogForm }

const EXAMPLES = `
Examples:
  veild --config /etc/veil/veil.yaml
  veild --listen 127.0.0.1@5300 --zone example.com=example.com.zone
  veild --listen 192.0.2.53@53 --listen 2001:db8::53@53 --zones /etc/veil/zones --user veil

Signals:
  SIGHUP          reload configuration and zones; what has an error stays as it was
  SIGTERM SIGINT  finish what is in flight and end

Exit codes:
  0 ended as asked   1 could not start or go on   2 the command line or the configuration is wrong`

/** Parses the command line; prints help, version or what is wrong with it and ends the process where that is due. */
export function parseCommandLine(argv: readonly string[], isTerminal: boolean): Invocation {
  const program = createProgram()
  program.parse(argv as string[], { from: 'user' })
  const options = program.opts<Options>()
  const { config } = options
  if (config !== undefined && (options.zone.length > 0 || options.zones !== undefined)) {
    program.error('error: --config names the zones; --zone and --zones go without it')
  }
  const defaultState = options.state ?? defaultStateFolder(process.env, process.getuid?.() === 0)
  return {
    config: config === undefined ? undefined : resolve(config),
    log: options.log ?? (isTerminal ? 'human' : 'json'),
    readConfiguration: () => {
      if (config === undefined) return configureFromFlags(options, defaultState)
      const reading = readConfiguration(config, defaultState)
      return reading.outcome === 'accepted' ? overrideByFlags(reading, options) : reading
    },
  }
}

function createProgram(): Command {
  const collect = (value: string, list: string[]): string[] => [...list, value]
  return new Command('veild')
    .description('Authoritative DNS server whose hidden names do not exist for strangers')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('--help', 'print this')
    .option('--config <file>', 'configuration file')
    .option('--listen <address@port>', 'address to answer at, UDP and TCP; repeatable', collect, [])
    .option('--zone <name=file>', 'zone and its master file; repeatable', collect, [])
    .option('--zones <folder>', 'folder in which each NAME.zone is zone NAME, root.zone the root')
    .option('--state <folder>', 'folder of everything that outlives the process')
    .option('--user <account>', 'account to run as when started as root')
    .option('--workers <number>', 'UDP workers; one for each processor when left out', readWorkers)
    .option('--no-dnssec', 'serve all zones unsigned')
    .addOption(
      new Option('--presigned', 'serve zones that bring DNSKEY and RRSIG at their apex as they are').conflicts(
        'dnssec',
      ),
    )
    .option('--no-rate-limit', 'answer over UDP whatever a client asks, as fast as it asks')
    .addOption(new Option('--log <form>', 'form of the log; for people on a terminal').choices(['json', 'human']))
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(veild --help shows how it goes)')
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
}

function readWorkers(text: string): number {
  const workers = Number(text)
  if (/^\d+$/.test(text) && workers >= 1 && workers <= 256) return workers
  throw new InvalidArgumentError('It must be a whole number from 1 to 256.')
}
