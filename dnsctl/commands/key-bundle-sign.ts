import type { Report } from '../../console/command.ts'
import { Failure } from '../../console/failure.ts'
import { count, createPaper, duration, labelled, type Paper, printable } from '../../console/paper.ts'
import { type Bundle, type BundleRequest, countSignatures } from '../../keys/bundle/bundle.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { readBundleFile, readRequestFile, writeDocument } from '../keys/bundle-files.ts'
import { aboutRequest, describeRequest, identityOf, type KnownKeys } from '../keys/bundle-text.ts'
import { requireConsent } from '../keys/consent.ts'
import { DRY_RUN_OPTION, YES_OPTION } from '../keys/options.ts'
import { minute, nowSeconds } from '../keys/times.ts'
import { STDIN_OPTION } from '../passphrase.ts'

export const keyBundleSignCommand = command({
  name: 'key bundle sign',
  summary: 'sign a request with a key that is kept offline',
  description: [
    'Runs on the machine that keeps the key signing key, which needs neither server nor network nor configuration. Shows what would be signed: the keys that the world will be told to trust, until when, and which of them this key has not signed before. Then asks, signs, has other code than signed verify each signature, and writes the bundle for `dnsctl key bundle import`.',
    'The key comes from a file, of `take-offline`, BIND’s .private or PEM, or from a state folder of Veil’s. Give `--previous` the last bundle: its signatures are verified with the key, so nobody can pass off new keys as known ones.',
    'Whoever can carry you a request can have keys of theirs signed. Compare the key tags that are new with what `dnsctl key list` shows on the server.',
  ],
  arguments: { FILE: { summary: 'the request, from `dnsctl key bundle request`', completes: 'file' } },
  options: {
    key: {
      value: 'PATH',
      summary: 'a private key: the file of take-offline, one of BIND’s or PEM, or a state folder',
      repeatable: true,
      completes: 'file',
    },
    out: { value: 'FILE', summary: 'where the bundle goes', required: true, completes: 'file' },
    previous: { value: 'FILE', summary: 'the last bundle, to tell new keys by', completes: 'file' },
    stdin: STDIN_OPTION,
    yes: YES_OPTION,
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    {
      line: 'key bundle sign example.com.request --key Kexample.com.+013+20331.private --out example.com.bundle',
      summary: 'the first time',
    },
    {
      line: 'key bundle sign next.request --key ksk.pem --previous example.com.bundle --out next.bundle',
      summary: 'from then on, so that new keys stand out',
    },
  ],
  async run(context, input) {
    if (input.key.length === 0 && !input.dryRun) throw noKey()
    const request = readRequestFile(context, input.FILE)
    const known = input.previous === undefined ? undefined : await knownKeys(context, request, input.previous)
    const zone = printable(shortName(request.zone))
    if (input.dryRun) return wouldSign(request, known)
    await requireConsent(context, input.yes, {
      stakes: [...describeRequest(PLAIN, request, { keys: known }), ...warnings(request).flatMap((line) => ['', line])],
      word: zone,
      unattended: `key bundle sign ${input.FILE}`,
    })
    const { openSigners } = await import('../keys/bundle-signers.ts')
    const signers = await openSigners(context, request, input.key, { isPiped: input.stdin })
    const bundle = await sign(context, request, signers)
    const { bundleToDocument } = await import('../../keys/bundle/bundle-text.ts')
    await writeDocument(context, input.out, bundleToDocument(bundle, aboutRequest(PLAIN, request)))
    return {
      exitCode: ExitCode.Done,
      data: { ...facts(request, known), out: input.out },
      print: (paper) => describe(paper, bundle, input.out),
      ...(input.yes && { notes: () => warnings(request) }),
    }
  },
})

const PLAIN = createPaper(Number.POSITIVE_INFINITY, false)

function wouldSign(request: BundleRequest, known: KnownKeys | undefined): Report {
  return {
    exitCode: ExitCode.Done,
    data: { ...facts(request, known), isDryRun: true },
    print: (paper) => [
      paper.warn('Dry run, nothing was signed. Would be signed:'),
      '',
      ...describeRequest(paper, request, { keys: known }),
    ],
    notes: () => warnings(request),
  }
}

function noKey(): Failure {
  return new Failure({
    exitCode: ExitCode.Usage,
    what: 'Say with which key',
    why: '`--key PATH` names a private key in a file, or a state folder of Veil’s.',
    next: '`dnsctl key bundle sign --help`',
  })
}

/** The keys of an earlier bundle that the signers of this request have signed, each signature verified. */
async function knownKeys(context: Context, request: BundleRequest, file: string): Promise<KnownKeys> {
  const { entriesOf, faultOf, signersOf } = await import('../../keys/bundle/bundle-signing.ts')
  const previous = readBundleFile(context, file)
  const isSigner = (dnskey: Uint8Array) =>
    signersOf(request).some((tag) =>
      request.keys.some((key) => key.keyTag === tag && Buffer.compare(key.dnskey, dnskey) === 0),
    )
  const reason =
    previous.request.zone === request.zone ? undefined : `it is of ${printable(shortName(previous.request.zone))}`
  const signed = new Set<string>()
  let fault = reason
  for (const entry of entriesOf(previous)) {
    fault ??= faultOf(entry)
    if (isSigner(entry.dnskey))
      for (const rdata of entry.rrset.rdatas) signed.add(Buffer.from(rdata).toString('base64'))
  }
  if (fault === undefined) return signed
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${file} tells nothing of what was signed before`,
    why: `${fault}.`,
    next: 'the same command with the last bundle that was signed here, or without `--previous`',
  })
}

/** What makes a request odd, and whoever signs it think. */
function warnings({ made, windows }: BundleRequest): string[] {
  const now = nowSeconds()
  const ahead = Math.abs(made - now)
  return [
    ...(ahead < DAY ? [] : [`The request is of ${minute(made)}, and this machine’s clock says ${minute(now)}.`]),
    ...(windows.at(-1)!.expiration > now ? [] : ['All its signatures would have ceased to hold already.']),
    ...(windows.at(-1)!.expiration - now < YEAR
      ? []
      : ['Its signatures hold for more than a year: so long may a stolen zone signing key be misused.']),
  ]
}

const DAY = 86_400
const YEAR = 366 * DAY

async function sign(
  { progress }: Context,
  request: BundleRequest,
  signers: Parameters<typeof import('../../keys/bundle/bundle-signing.ts').signBundle>[1],
): Promise<Bundle> {
  const { signBundle } = await import('../../keys/bundle/bundle-signing.ts')
  const total = request.rrsets.length * request.windows.length
  let done = 0
  try {
    return await signBundle(request, signers, nowSeconds(), () => progress?.(`signing: ${++done} of ${total} RRsets`))
  } finally {
    progress?.('')
  }
}

function facts(request: BundleRequest, known: KnownKeys) {
  const { zone, windows, keys } = request
  return {
    zone,
    signatures: countSignatures(request),
    from: new Date(windows[0]!.inception * 1000).toISOString(),
    until: new Date(windows.at(-1)!.expiration * 1000).toISOString(),
    keys: keys.map((key) => ({
      ...{ keyTag: key.keyTag, role: key.role },
      ...(known !== undefined && { isNew: !known.has(identityOf(key)) }),
    })),
  }
}

function describe(paper: Paper, { request }: Bundle, out: string): string[] {
  const last = request.windows.at(-1)!.expiration
  return [
    paper.good(`Wrote ${printable(out)}: ${count(countSignatures(request), 'signature')}, each verified.`),
    ...labelled(paper, [
      ['until', `${minute(last)} UTC, ${duration(last - nowSeconds())} from now`],
      ['next', `on the server: \`dnsctl key bundle import ${printable(out)}\``],
      ['keep', 'this file, to give it to `--previous` the next time'],
    ]),
  ]
}
