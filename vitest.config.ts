import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** They measure rates and times of what they start; what runs beside them would be measured, too. */
const ALONE = ['attack', 'flood', 'forged', 'minute', 'planted-leaks', 'timing'].map(
  (name) => `test/calm/${name}.test.ts`,
)

/** They leave nothing behind in their process: files of one worker share what they import. */
const SHARING = ['checker', 'dns', 'dnsctl', 'export', 'fuzz', 'guard', 'keys', 'server', 'sim', 'zones'].map(
  (room) => `test/${room}/**/*.test.ts`,
)
/** They look at the heap, and want it for themselves. */
const OWN_HEAP = 'test/**/*-allocation.test.ts'

/** Those that talk to other servers wait the longest, however short they are: the others fill the time beside them. */
class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const waits = ({ moduleId }: TestSpecification) => /[/]test[/](interop|storm)[/]/.test(moduleId)
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))]
  }
}

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Tests that are concurrent wait for other programs.
    maxConcurrency: 6,
    sequence: { sequencer: WaitingFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/*.test.ts', 'test/{calm,console,interop,storm}/**/*.test.ts', OWN_HEAP],
          exclude: ['**/node_modules/**', ...ALONE],
          // Half of their time goes by in waiting for other processes.
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'sharing',
          include: SHARING,
          exclude: ['**/node_modules/**', OWN_HEAP],
          isolate: false,
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: ALONE, maxWorkers: 1, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
