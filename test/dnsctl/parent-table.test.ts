import { describe, expect, it } from 'vitest'
import { createPaper } from '../../console/paper.ts'
import { parentLines } from '../../dnsctl/keys/parent-table.ts'
import { waitTexts } from '../../dnsctl/keys/wait-text.ts'
import type { ParentServer, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { kskRoll, NOON, serverWith } from '../helpers/rollover-reports.ts'

/** A roll of which every address says this. */
function rollWith(more: Partial<ParentServer>): RolloverReport {
  const roll = kskRoll()
  const servers = ['192.0.2.1', '192.0.2.2'].map((address) => serverWith('a.nic.test.', address, [7714, 20331], more))
  const keys = roll.keys.flatMap(({ id, keyTag, records }) =>
    records.ds === undefined ? [] : { id, keyTag, verdict: 'partly' as const },
  )
  return { ...roll, parent: { ...roll.parent, servers, keys } }
}

const textOf = (report: RolloverReport) => parentLines(createPaper(400, false), report, NOON).join('\n')
const waitOf = (report: RolloverReport) => waitTexts(report, NOON)[0]!.reasons.join(' ')

describe('what is known of the parent', () => {
  it('has the very record that is to be removed where a digest is wrong, and says no harmless thing of it', () => {
    const wrong = `7714 13 4 ${'CD'.repeat(48)}`
    const report = rollWith({ misfits: [wrong], foreign: 1 })
    const text = textOf(report)
    expect(text).toContain(`Have the registrar remove exactly this:\n  example.com. IN DS ${wrong}\n`)
    expect(text).toContain('Of 7714 there is a DS with a wrong digest: what waits waits on.')
    expect(text).toContain('The DS of 20331 is at some of them')
    expect(text).not.toContain('of no key that Veil knows')
    expect(waitOf(report)).toContain('a.nic.test. (192.0.2.1) has a DS of it with a wrong digest; ')
  })

  it('names who says what is out of date', () => {
    const report = rollWith({ outdated: [7714] })
    expect(textOf(report)).toMatch(/192\.0\.2\.2 .* of 7714 it says what is out of date/)
    expect(waitOf(report)).toContain('(192.0.2.1) says what is older than the contrary that was seen before')
  })
})
