import { Failure } from '../../console/failure.ts'
import { printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { readKeyTag } from '../keys/ask-rollover.ts'
import { keyDetails } from '../keys/key-details.ts'
import { OFFLINE_PARAGRAPH, ZONE_ARGUMENT } from '../keys/options.ts'
import { nowSeconds } from '../keys/times.ts'
import { tellerLines, tellRollover } from '../keys/told-rollovers.ts'

export const keyShowCommand = command({
  name: 'key show',
  summary: 'show all about one key',
  description: [
    'What it is for, since when, what it replaces or is replaced by, whether its private key is here and in a backup; for each of its records how far it has spread and since when; and what its next steps wait for. Nothing secret is shown.',
    OFFLINE_PARAGRAPH,
  ],
  arguments: { ZONE: ZONE_ARGUMENT, KEYTAG: { summary: 'its key tag, as `dnsctl key list` shows it' } },
  options: {},
  examples: [{ line: 'key show example.com 20331', summary: 'one key' }],
  async run(context, input) {
    const keyTag = readKeyTag(input.KEYTAG)
    const { source, report } = await tellRollover(context, input.ZONE)
    const key = report.keys.find((each) => each.keyTag === keyTag)
    if (key === undefined) {
      const name = printable(shortName(report.zone))
      throw new Failure({
        exitCode: ExitCode.Refused,
        what: `${name} has no key with the tag ${keyTag}`,
        why: `It has ${report.keys.map((each) => each.keyTag).join(', ') || 'none'}.`,
        next: `\`dnsctl key history ${name}\` tells of those that are gone`,
      })
    }
    return {
      exitCode: ExitCode.Done,
      data: { source, zone: report.zone, key },
      print: (paper) => [...tellerLines(paper, source), ...keyDetails(paper, report, key, nowSeconds())],
    }
  },
})
