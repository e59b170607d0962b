#!/usr/bin/env node
import { main } from '../console/main.ts'
import { loadCatalogue } from './catalogue/load-catalogue.ts'
import { hostcheckTool } from './commands/tool.ts'
import { JUDGES } from './controls/judges.ts'

await main(hostcheckTool({ controls: loadCatalogue, judges: JUDGES, now: () => Math.floor(Date.now() / 1000) }))
