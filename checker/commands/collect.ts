import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { count } from '../../console/paper.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { writeBundle } from '../root/bundle.ts'
import { collectBundle } from '../root/collect-bundle.ts'
import { LEFT_OUT } from '../root/manifest.ts'
import { command } from './command.ts'
import { lookAt, ROOT_OPTIONS } from './look-at.ts'
import { writeOwnFile } from './own-files.ts'
import { wantedByControls } from './wanted-by-controls.ts'

const { root, host } = ROOT_OPTIONS

export const collectCommand = command({
  name: 'collect',
  summary: 'save what a host shows, to be judged elsewhere or later',
  description: [
    'Reads what controls look at, redacted as it is read, into one file: `hostcheck run --bundle FILE` judges it. Secrets do not get into it, of private keys the public half stays; what else is in it, names, addresses and configurations, is for nobody who may not know the host.',
    'What could not be read is in it as such, and stays unknown: as root more can be read.',
  ],
  arguments: {},
  options: {
    root,
    host,
    output: { value: 'FILE', summary: 'where the bundle goes', required: true, completes: 'file' },
    label: {
      value: 'NAME',
      summary: "what a person calls the host; the machine's name, the folder or the destination when left out",
    },
  },
  examples: [
    { line: 'collect --output web1.bundle.gz', summary: 'this host' },
    { line: 'collect --root /mnt/image --label web1 --output web1.bundle.gz', summary: 'a mounted image' },
    { line: 'collect --host root@web1.example.com --output web1.bundle.gz', summary: 'another host, over ssh' },
  ],
  async run(context, input) {
    const choice = { root: input.root, host: input.host, bundle: undefined }
    const wantedIn = wantedByControls(context)
    const bundle = await lookAt(context, choice, (opened) => {
      const wanted = wantedIn(opened)
      const label = input.label ?? (opened.root.kind === 'live' ? hostname() : opened.root.label)
      return collectBundle(opened.root, { label, at: opened.at, wanted, leftOut: LEFT_OUT })
    })
    const { label } = bundle
    const octets = writeBundle(bundle)
    const path = resolve(context.workingDirectory, input.output)
    // It tells much about a host: nobody else may read it.
    writeOwnFile(path, octets, 0o600)
    return {
      exitCode: ExitCode.Clean,
      data: { path, label, at: bundle.at, paths: bundle.entries.size, octets: octets.length },
      print: () => [
        `Written: ${path}, ${count(bundle.entries.size, 'path')} of ${label} in ${count(octets.length, 'octet')}.`,
        `Judge it: hostcheck run --bundle ${path}`,
      ],
    }
  },
})
