import { basename } from 'node:path'
import { Failure } from '../../console/failure.ts'
import { createPaper, printable } from '../../console/paper.ts'
import { readBundleRequest } from '../../keys/bundle/bundle-reading.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { absoluteName } from '../keys/ask-rollover.ts'
import { writeDocument } from '../keys/bundle-files.ts'
import { aboutRequest, describeRequest } from '../keys/bundle-text.ts'
import { askBundles } from '../keys/bundle-work.ts'
import { ZONE_ARGUMENT } from '../keys/options.ts'
import { describeSupply, readWeeks, WEEKS_OPTION } from '../keys/supply-text.ts'

export const keyBundleRequestCommand = command({
  name: 'key bundle request',
  summary: 'write what an offline key is to sign for the weeks ahead',
  description: [
    'For a zone whose key signing key (KSK) is kept offline: writes a file that names every key set which the zone can have in the weeks to come, and the times for which each is to be signed. ZSKs that will be needed are made now, and wait. Nothing in the file is secret, and nothing changes before the signed bundle comes back.',
    'Every key set is asked for for the whole time: so a roll may come early, late or be taken back, and a ZSK can be replaced in an emergency without the KSK. What the file names is all that can be signed with it.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: {
    weeks: { ...WEEKS_OPTION, required: true },
    out: { value: 'FILE', summary: 'where the request goes', required: true, completes: 'file' },
  },
  examples: [{ line: 'key bundle request example.com --weeks 8 --out example.com.request', summary: 'for two months' }],
  async run(context, input) {
    const zone = absoluteName(input.ZONE)
    const weeks = readWeeks(input.weeks)
    const { request: document, made, supply } = await askBundles(context, 'bundle-request', { zone, weeks })
    const read = readBundleRequest(document)
    if (read.outcome === 'unreadable') throw unusable(read.reason)
    const plain = createPaper(Number.POSITIVE_INFINITY, false)
    const { format, version, ...rest } = document as Record<string, unknown>
    await writeDocument(context, input.out, { format, version, about: aboutRequest(plain, read.value), ...rest })
    return {
      exitCode: ExitCode.Done,
      data: { zone, weeks, out: input.out, made, supply },
      print: (paper) => [
        paper.good(`Wrote ${printable(input.out)}: nothing in it is secret.`),
        '',
        ...describeRequest(paper, read.value),
        '',
        ...describeSupply(paper, supply),
        '',
        'Carry it to the machine that keeps the key, and there:',
        `  dnsctl key bundle sign ${printable(basename(input.out))} --key PATH --out ${printable(shortName(zone))}.bundle`,
      ],
    }
  },
})

function unusable(reason: string): Failure {
  return new Failure({
    exitCode: ExitCode.Fault,
    what: 'The server made a request that nobody can read',
    why: `${reason}.`,
    next: 'are dnsctl and veild of one version? Restart veild after an update',
  })
}
