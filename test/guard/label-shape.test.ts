import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LABEL_MODEL } from '../../guard/label-model.ts'
import { LabelShape, labelShape } from '../../guard/label-shape.ts'
import { createRandom } from '../helpers/random.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'

/** Lists that tools guess names from, and the share of their labels that may look like probes. */
const LISTS = [
  { name: 'dnsenum', path: '/usr/share/dnsenum/dns.txt', package: 'dnsenum', most: 0.16 },
  { name: 'fierce', path: '/usr/lib/python3/dist-packages/fierce/lists/default.txt', package: 'fierce', most: 0.04 },
  { name: 'dnsrecon', path: '/usr/share/dnsrecon/namelist.txt', package: 'dnsrecon', most: 0.04 },
  { name: 'nmap', path: '/usr/share/nmap/nselib/data/vhosts-full.lst', package: 'nmap', most: 0.04 },
]

const random = createRandom(20260101)
const draw = (from: string, length: number) => Array.from({ length }, () => random.pick([...from])).join('')
const drawHex = (length: number) => draw(`${DIGITS}abcdef`, length)
const canary = () => `${random.pick(['dev', 'prod', 'stage'])}-${random.pick(['api', 'db', 'web'])}-${draw(LETTERS, 8)}`

/** What tools draw to find wildcards, what the label should be called, and the share that may look like a name. */
const PROBES = [
  { name: 'gobuster', make: uuid, shape: LabelShape.Uuid, most: 0 },
  { name: 'dnsx, subfinder, shuffledns', make: xid, shape: LabelShape.Xid, most: 0.001 },
  { name: 'fierce', make: () => draw(DIGITS, 11), shape: LabelShape.Digits, most: 0 },
  { name: 'puredns', make: () => draw(LETTERS + DIGITS, 16), shape: LabelShape.Alphanumeric16, most: 0.005 },
  { name: 'dnsenum', make: () => draw(LETTERS, 12), shape: LabelShape.Letters, most: 0.02 },
  { name: 'dnsrecon', make: () => draw(LETTERS + DIGITS, 12), shape: LabelShape.Random, most: 0.01 },
  { name: 'bbot, 10 letters', make: () => draw(LETTERS, 10), shape: LabelShape.Letters, most: 0.03 },
  { name: 'bbot, canaries', make: canary, shape: LabelShape.Canary, most: 0.1 },
  { name: 'amass', make: amass, shape: LabelShape.Random, most: 0.03 },
]

describe('the shape of a label', () => {
  it.each([
    'www',
    'vpn2',
    'db-staging',
    'k8s',
    'mail',
    'autodiscover',
    'ns1',
    'api-gateway-02',
    'web_server',
    'x',
    'xn--mnchen-3ya',
  ])('is a word for %s', (label) => expect(shapeOf(label)).toBe(LabelShape.Word))

  it.each([
    ['6fa459ea-ee8a-4ca4-894e-db77e160355e', LabelShape.Uuid],
    ['9m4e2mr0ui3e8a215n4g', LabelShape.Xid],
    ['73920461858', LabelShape.Digits],
    ['k3j9xq0zt7b2m5w8', LabelShape.Alphanumeric16],
    ['qxkzvbtjwm', LabelShape.Letters],
    ['dev-api-qxkzvbtj', LabelShape.Canary],
    ['t7-x2kq0z', LabelShape.Random],
    ['\x00\x01', LabelShape.Random],
    ['caf\xe9', LabelShape.Random],
  ])('tells what %j is', (label, shape) => expect(shapeOf(label)).toBe(shape))

  it('stands on the model that the script writes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'veil-label-model-'))
    const path = join(folder, 'label-model.ts')
    execFileSync(process.execPath, ['scripts/write-label-model.mjs', path])
    const written = (await import(path)) as { LABEL_MODEL: string }
    rmSync(folder, { recursive: true })
    expect(written.LABEL_MODEL === LABEL_MODEL).toBe(true)
  })

  it('reads every label that a name can have', () => {
    for (let length = 0; length <= 63; length++) {
      for (let octet = 0; octet < 256; octet++) {
        expect(shapeOf(String.fromCharCode(octet).repeat(length))).toBeLessThanOrEqual(LabelShape.Random)
      }
    }
  })

  it.each(PROBES)('knows the probes of $name', ({ name, make, shape, most }) => {
    const shapes = Array.from({ length: 5000 }, () => shapeOf(make()))
    const missed = shapes.filter((found) => found === LabelShape.Word).length / shapes.length
    const named = shapes.filter((found) => found === shape).length / shapes.length
    console.log(`probes of ${name}: ${percent(missed)} look like a name, ${percent(named)} are called what they are`)
    expect(missed).toBeLessThanOrEqual(most)
    expect(named).toBeGreaterThan(0.8)
  })

  for (const list of LISTS) {
    const isThere = existsSync(list.path)
    if (!isThere && process.env.CI !== 'true') {
      it.skip(`knows the names in the list of ${list.name}: apt-get install ${list.package}`)
      continue
    }
    it(`knows the names in the list of ${list.name}`, () => {
      const labels = labelsOf(readFileSync(list.path, 'utf8'))
      const probes = labels.filter((label) => shapeOf(label) !== LabelShape.Word)
      const share = probes.length / labels.length
      console.log(`list of ${list.name}: ${percent(share)} of ${labels.length} look like probes`)
      expect(labels.length).toBeGreaterThan(100)
      expect(share).toBeLessThanOrEqual(list.most)
    })
  }
})

function shapeOf(label: string): LabelShape {
  return labelShape(Buffer.from(String.fromCharCode(label.length) + label, 'latin1'), 0)
}

function labelsOf(list: string): string[] {
  const labels = list.toLowerCase().split(/[\s.]+/)
  return [...new Set(labels.filter((label) => /^[a-z0-9][a-z0-9_-]*$/.test(label)))]
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

function uuid(): string {
  return `${drawHex(8)}-${drawHex(4)}-4${drawHex(3)}-${draw('89ab', 1)}${drawHex(3)}-${drawHex(12)}`
}

function xid(): string {
  return draw(`${DIGITS}abcdefghijklmnopqrstuv`, 20)
}

/** 6 to 24 letters, digits and hyphens, hyphens at its ends cut off. */
function amass(): string {
  return draw(`${LETTERS}${DIGITS}-`, 6 + random.below(19)).replace(/^-+|-+$/g, '') || 'q'
}
