import { describe, expect, it } from 'vitest'
import { createPaper } from '../../console/paper.ts'
import { Type } from '../../dns/constants.ts'
import { describeRequest } from '../../dnsctl/keys/bundle-text.ts'
import { drawWorld, requestFor } from '../helpers/bundles.ts'

const PAPER = createPaper(200, false)

describe('what a request asks the parent for', () => {
  it('is told once where CDS and CDNSKEY say the same, and whichever of them says more', async () => {
    const world = await drawWorld(1)
    const request = requestFor(world)
    const honest = describeRequest(PAPER, request).join('\n')
    expect(honest).toContain(`is told of the DS of ksk ${world.ksk.keyTag}\n`)
    for (const type of [Type.CDS, Type.CDNSKEY] as const) {
      const removal = { type, keys: [], signers: [world.ksk.keyTag] }
      const asked = { ...request, rrsets: [...request.rrsets, removal] }
      expect(describeRequest(PAPER, asked).join('\n')).toContain('is asked to REMOVE its DS')
    }
  })
})
