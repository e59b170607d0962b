import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

/** A frontend that takes HTTP, or a `listen` section. */
export interface HaproxyFrontend {
  /** `frontend web`. */
  readonly subject: string
  readonly addresses: readonly string[]
  readonly at: Place
  /** Requests of one client from which on they are refused; undefined where none are. */
  readonly limit: { readonly requests: number; readonly at: Place } | undefined
}

interface Line {
  readonly text: string
  readonly at: Place
}

interface Section {
  readonly kind: string
  readonly name: string
  readonly at: Place
  readonly lines: Line[]
}

const RATE = /http_req_rate(?:\([^)]*\))?\s+(?:-m\s+int\s+)?(?:gt|ge)\s+(\d+)/

/** Frontends of haproxy, where it is started: who asks too often is refused by a stick table (haproxy(1), "stick-table"). */
export const haproxy = fact('haproxy', (host): readonly HaproxyFrontend[] => {
  const file = readIfThere(host.root, '/etc/haproxy/haproxy.cfg')
  if (file === undefined || !host.get(systemd).isEnabled('haproxy')) return []
  const sections: Section[] = []
  for (const { text, number } of linesOf(file)) {
    const line = { text: text.trim().replace(/\s#.*$/, ''), at: placeIn(file, number) }
    const [, kind, name] = /^(global|defaults|frontend|listen|backend|[a-z]+)(?:\s+(\S+))?/.exec(text) ?? []
    if (kind !== undefined) sections.push({ kind, name: name ?? '', at: line.at, lines: [] })
    else sections.at(-1)?.lines.push(line)
  }
  return sections.filter(({ kind }) => kind === 'frontend' || kind === 'listen').map(frontendOf)
})

function frontendOf({ kind, name, at, lines }: Section): HaproxyFrontend {
  const addresses = lines.flatMap(({ text }) => /^bind\s+(\S+)/.exec(text)?.[1]?.split(',') ?? [])
  return { subject: `haproxy ${kind} ${name}`, addresses, at, limit: limitOf(lines) }
}

/** A client has to be tracked, and a rule has to refuse it by its rate, given there or by an acl. */
function limitOf(lines: readonly Line[]): HaproxyFrontend['limit'] {
  if (!lines.some(({ text }) => /^(?:http-request|tcp-request \w+)\s+track-sc\d/.test(text))) return undefined
  const acls = new Map(lines.flatMap(({ text }) => aclOf(text)))
  for (const { text, at } of lines) {
    const condition = /^(?:http|tcp)-request\s+(?:\w+\s+)?(?:deny|tarpit|reject)\b.*?\bif\s+(.*)$/.exec(text)?.[1]
    if (condition === undefined) continue
    const requests =
      RATE.exec(condition)?.[1] ??
      condition
        .split(/\s+/)
        .map((word) => acls.get(word))
        .find((each) => each)
    if (requests !== undefined) return { requests: Number(requests), at }
  }
  return undefined
}

function aclOf(text: string): readonly (readonly [string, string])[] {
  const [, name, rest] = /^acl\s+(\S+)\s+(.*)$/.exec(text) ?? []
  const requests = RATE.exec(rest ?? '')?.[1]
  return name === undefined || requests === undefined ? [] : [[name, requests]]
}
