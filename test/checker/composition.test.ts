import { describe, expect, it } from 'vitest'
import type { Control } from '../../checker/catalogue/control.ts'
import { JUDGES } from '../../checker/controls/judges.ts'
import { evaluate, type Finding } from '../../checker/judging/evaluate.ts'
import { withAllBefore } from '../../checker/remedy/fixes.ts'
import { createRemediedRoot } from '../../checker/remedy/remedied-root.ts'
import { remedyOf } from '../../checker/remedy/remedy-of.ts'
import { filled } from '../../checker/remedy/shell.ts'
import type { Step } from '../../checker/remedy/step.ts'
import { findingsOf, hostOf, once } from './case-host.ts'
import { CATALOGUE } from './run.ts'

const stock = hostOf({})
const controls = [...CATALOGUE.values()]
/** As `hostcheck fix --show` of all has them: each after those that it needs. */
const ordered = withAllBefore([...CATALOGUE.keys()], CATALOGUE).map((id) => CATALOGUE.get(id)!)

/** What the stock tree says after all remedies that it is shown, and after those that it is shown then, too. */
const rounds = once(() => {
  const steps: Step[] = []
  const told: (readonly Finding[])[] = []
  for (let round = 0; round < 3; round++) {
    const root = createRemediedRoot(stock.root, steps, {}, stock.now)
    const findings = evaluate(controls, JUDGES, { ...stock, root })
    told.push(findings)
    steps.push(...ordered.flatMap((control) => stepsFor(control, findings)))
  }
  return told
})

describe('all remedies together', () => {
  it('leave open, on the stock tree, what their controls say that they leave', () => {
    const last = rounds().at(-1)!
    const open = new Set(last.filter(isOpen).map(({ control }) => control))
    const leaving = controls.filter(({ remedy }) => remedy.leaves !== undefined).map(({ id }) => id)
    expect([...open].filter((id) => !leaving.includes(id)).map((id) => told(last, id))).toEqual([])
  })

  it('take nothing back that one of them has mended', () => {
    const [, second, third] = rounds()
    const passing = second!
      .filter(({ state }) => state === 'pass')
      .map(({ control, subject }) => `${control} ${subject}`)
    const fallen = third!.filter(
      (finding) => isOpen(finding) && passing.includes(`${finding.control} ${finding.subject}`),
    )
    expect(fallen.map(({ control, subject, reason }) => `${control} ${subject}: ${reason}`)).toEqual([])
  })
})

describe('remedies', () => {
  it('of a firewall, a proxy and a jail leave nothing to fill in on the stock tree', () => {
    const [first] = rounds()
    const ids = controls.map(({ id }) => id).filter((id) => /^(EGR|EVA|F2B|FW|THR|WAF)-/.test(id))
    const unfilled = ids.filter((id) => JSON.stringify(stepsFor(CATALOGUE.get(id)!, first!)).includes('${'))
    expect(unfilled).toEqual([])
  })

  it('need only controls that there are, and in no circle', () => {
    for (const { id, remedy } of controls) {
      for (const before of remedy.first ?? []) expect(CATALOGUE.has(before), `${id} needs ${before}`).toBe(true)
      expect(withAllBefore(remedy.first ?? [], CATALOGUE), `${id} needs itself`).not.toContain(id)
    }
  })

  it('write no file otherwise than another does, unless that one comes first', () => {
    const written = new Map<string, { readonly id: string; readonly content: string }[]>()
    for (const { id, remedy } of controls) {
      for (const [path, content] of remedy.debian.flatMap(contentsOf)) {
        written.set(path, [...(written.get(path) ?? []), { id, content }])
      }
    }
    const clashes = [...written].flatMap(([path, writers]) =>
      writers.flatMap((one) =>
        writers
          .filter((other) => other.content !== one.content && one.id < other.id && !isOrdered(one.id, other.id))
          .map((other) => `${path}: ${one.id} and ${other.id}`),
      ),
    )
    expect(clashes).toEqual([])
  })
})

describe('the list of restrictions that greylisting goes into', () => {
  const [none, before] = [
    'permit_mynetworks, permit_sasl_authenticated, ',
    'permit_mynetworks, reject_rbl_client dnsbl.example, ',
  ]
  const postgrey = 'reject_unauth_destination, check_policy_service inet:127.0.0.1:10023'

  it.each([
    ['', `${none}${postgrey}`],
    ['reject_rbl_client dnsbl.example', `${none}${postgrey}, reject_rbl_client dnsbl.example`],
    [`${before}reject_unauth_destination`, `${before}${postgrey}`],
    [`${before}reject_unauth_destination, permit`, `${before}${postgrey}, permit`],
    [
      'check_policy_service inet:127.0.0.1:10023, permit_mynetworks, reject_unauth_destination',
      `permit_mynetworks, ${postgrey}`,
    ],
  ])('%j keeps what else stands in it', (now, then) => {
    const control = CATALOGUE.get('MAIL-GREY-01')!
    const steps = now === '' ? [] : [{ postconf: { smtpd_recipient_restrictions: now } }]
    const [finding] = findingsOf(control, { with: steps })
    expect(finding!.values).toEqual({ recipients: then })
    expect(findingsOf(control, { with: [...steps, ...stepsFor(control, [finding!])] })).toMatchObject([
      { state: 'pass' },
    ])
  })
})

function stepsFor(control: Control, findings: readonly Finding[]): readonly Step[] {
  return findings
    .filter((finding) => finding.control === control.id && isOpen(finding))
    .flatMap((finding) => remedyOf(control, finding, 'debian').map((step) => filled(step, finding.values ?? {})))
}

function isOpen({ state }: Finding): boolean {
  return state === 'fail' || state === 'warn'
}

function told(findings: readonly Finding[], id: string): string {
  return findings
    .filter((finding) => finding.control === id && isOpen(finding))
    .map(({ subject, state, reason }) => `${id} ${subject}: ${state}, ${reason}`)
    .join('\n')
}

/** What a step writes whole: a file, or a parameter of Postfix. */
function contentsOf(step: Step): readonly (readonly [string, string])[] {
  if ('file' in step) return [[step.file, step.content.trim()]]
  if (!('postconf' in step)) return []
  return Object.entries(step.postconf).map(([name, value]) => [`/etc/postfix/main.cf ${name}`, value])
}

function isOrdered(one: string, other: string): boolean {
  return withAllBefore([one], CATALOGUE).includes(other) || withAllBefore([other], CATALOGUE).includes(one)
}
