/**
 * Every order of events while keys are replaced, as far as each scenario lets them happen, with caches that hold any
 * combination of what was served within its TTL.
 */
import { checkScenarios } from './check-scenarios.ts'
import { ROLLS } from './roll-rows.ts'

checkScenarios(ROLLS)
