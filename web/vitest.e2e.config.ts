import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By name: without it, the file that failed last time would run before its forerunners. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    return files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  test: {
    include: ['e2e/**/*.spec.ts'],
    globalSetup: 'e2e/server.ts',
    testTimeout: 120_000,
    hookTimeout: 60_000,
    sequence: { sequencer: ByName },
    // Each step builds on the one before.
    bail: 1,
    fileParallelism: false,
  },
});
