/**
 * Every order of events while a zone becomes signed, unsigned, or signed otherwise, as far as each scenario lets them happen,
 * with caches that hold any combination of what was served within its TTL.
 */
import { CHANGES } from './change-rows.ts'
import { checkScenarios } from './check-scenarios.ts'

checkScenarios(CHANGES)
