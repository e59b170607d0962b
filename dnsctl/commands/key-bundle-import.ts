import { count, printable } from '../../console/paper.ts'
import { countSignatures } from '../../keys/bundle/bundle.ts'
import { bundleToDocument } from '../../keys/bundle/bundle-text.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { readBundleFile } from '../keys/bundle-files.ts'
import { askBundles } from '../keys/bundle-work.ts'
import { describeSupply } from '../keys/supply-text.ts'

export const keyBundleImportCommand = command({
  name: 'key bundle import',
  summary: 'take in what an offline key has signed',
  description: [
    'Hands a bundle from `dnsctl key bundle sign` to the running server, which verifies each signature, refuses what names a key that is not its own, stores the rest on disk and serves it from then on, the right signature at each time. Steps of a roll that waited for signatures go on.',
    'Taking in the same bundle twice does no harm, and an older one replaces nothing: what holds longest is served.',
  ],
  arguments: { FILE: { summary: 'the bundle, from `dnsctl key bundle sign`', completes: 'file' } },
  options: {},
  examples: [{ line: 'key bundle import example.com.bundle', summary: 'what came back from the offline machine' }],
  async run(context, input) {
    const bundle = readBundleFile(context, input.FILE)
    context.progress?.(`verifying ${count(countSignatures(bundle.request), 'signature')}`)
    try {
      const taken = await askBundles(context, 'bundle-import', { bundle: bundleToDocument(bundle) })
      return {
        exitCode: ExitCode.Done,
        data: { ...taken },
        print: (paper) => [
          paper.good(
            `Took in ${count(taken.signatures, 'signature')} for ${printable(shortName(taken.zone))}, each of which holds.`,
          ),
          ...describeSupply(paper, taken.supply),
        ],
      }
    } finally {
      context.progress?.('')
    }
  },
})
