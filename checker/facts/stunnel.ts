import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** A service of stunnel(8): what stands before all of them counts where it says nothing itself. */
export interface StunnelService {
  /** `db.conf`, and `db.conf [db]` where the file has several. */
  readonly name: string
  readonly isClient: boolean
  /** The line by which it verifies the other side: against a CA, or the very certificate. */
  readonly check: Place | undefined
  readonly at: Place
}

interface Section {
  readonly name: string
  readonly settings: Map<string, { readonly value: string; readonly at: Place }>
  readonly at: Place
}

/** Services of stunnel, each file of /etc/stunnel a process. */
export const stunnelServices = fact('stunnel', ({ root }): readonly StunnelService[] =>
  glob(root, '/etc/stunnel/*.conf').flatMap((path) => {
    const file = readIfThere(root, path)
    if (file === undefined) return []
    const base = path.slice(path.lastIndexOf('/') + 1)
    const global: Section = { name: base, settings: new Map(), at: placeIn(file, 1) }
    const sections: Section[] = []
    for (const { text, number } of linesOf(file, ';#')) {
      const heading = /^\s*\[([^\]]*)\]/.exec(text)?.[1]
      if (heading !== undefined) {
        const name = sections.length === 0 ? base : `${base} [${heading}]`
        sections.push({ name, settings: new Map(global.settings), at: placeIn(file, number) })
      }
      const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(text) ?? []
      const into = (sections.at(-1) ?? global).settings
      if (key !== undefined) into.set(key.toLowerCase(), { value: value!.toLowerCase(), at: placeIn(file, number) })
    }
    return (sections.length === 0 ? [global] : sections).map(({ name, settings, at }) => {
      const isOn = (key: string) => settings.get(key)?.value === 'yes'
      const level = /^[234]$/.test(settings.get('verify')?.value ?? '') ? 'verify' : undefined
      const key = level ?? ['verifychain', 'verifypeer'].find(isOn)
      const client = settings.get('client')
      return {
        name,
        isClient: isOn('client'),
        check: key === undefined ? undefined : settings.get(key)!.at,
        at: client?.at ?? at,
      }
    })
  }),
)
