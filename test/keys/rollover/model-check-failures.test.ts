/**
 * Every order of events while parents, clocks, machines and people elsewhere are slow or wrong, as far as each scenario lets
 * them happen, with caches that hold any combination of what was served within its TTL.
 */
import { checkScenarios } from './check-scenarios.ts'
import { FAILURES } from './failure-rows.ts'

checkScenarios(FAILURES)
