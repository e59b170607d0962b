import { expect, it } from 'vitest'
import type { Context } from '../../checker/commands/context.ts'
import { wantedByControls } from '../../checker/commands/wanted-by-controls.ts'
import { JUDGES } from '../../checker/controls/judges.ts'
import { NOTHING_DECLARED } from '../../checker/declarations/declarations.ts'
import { evaluate } from '../../checker/judging/evaluate.ts'
import { createRemediedRoot } from '../../checker/remedy/remedied-root.ts'
import { rootOfBundle } from '../../checker/root/bundle.ts'
import { collectBundle } from '../../checker/root/collect-bundle.ts'
import { LEFT_OUT, MANIFEST } from '../../checker/root/manifest.ts'
import type { Root } from '../../checker/root/root.ts'
import { CATALOGUE } from './run.ts'
import { STOCK_TIME, stockRoot } from './stock.ts'

it('a bundle says what the host said, also of what only its own configuration names', () => {
  const steps = [
    { file: '/etc/cron.d/backup', content: '15 3 * * * root /opt/far/away/backup\n' },
    { file: '/opt/far/away/backup', content: 'restic --password-file /opt/far/password backup /srv\n' },
    { file: '/opt/far/password', content: 'x\n', mode: '0644' },
  ]
  const root = createRemediedRoot(stockRoot(), steps, {}, STOCK_TIME)
  const context = { controls: CATALOGUE, judges: JUDGES } as Context
  const wanted = wantedByControls(context)({ root, at: STOCK_TIME })
  expect(wanted.slice(MANIFEST.length).map(({ pattern }) => pattern)).toContain('/opt/far/password')
  const bundle = collectBundle(root, { label: 'x', at: STOCK_TIME, wanted, leftOut: LEFT_OUT })
  const said = (looked: Root) =>
    evaluate(CATALOGUE.values(), JUDGES, {
      root: looked,
      now: STOCK_TIME,
      declared: { ...NOTHING_DECLARED, profile: 'large' },
      observations: [],
    }).map(({ control, subject, state, cause }) => `${control} ${subject}: ${state}, ${cause}`)
  expect(said(rootOfBundle(bundle))).toEqual(said(root))
  expect(said(root)).toContain('SRV-BKP-01 cron /etc/cron.d/backup: warn, open-password')
})
