import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By name: without it, the file that failed last time would run before its forerunners. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    return files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId));
  }
}

/** These start servers of their own. */
const APART = ['e2e/journeys.spec.ts', 'e2e/network.spec.ts'];
/** One server's whole story, from its claim link on. */
const STORY = ['first-run', 'hostile', 'monday', 'pace', 'passkey'].map(
  (name) => `e2e/${name}.spec.ts`,
);
const patience = {
  testTimeout: 120_000,
  hookTimeout: 60_000,
  fileParallelism: false,
  // One browser for all files of a project, and its program is read once.
  isolate: false,
  // Two browsers and two servers share two cores.
  expect: { poll: { timeout: 10_000 } },
};

export default defineConfig({
  test: {
    sequence: { sequencer: ByName },
    // Each step builds on the one before.
    bail: 1,
    projects: [
      {
        test: {
          name: 'story',
          include: STORY,
          globalSetup: 'e2e/server.ts',
          ...patience,
        },
      },
      {
        test: {
          name: 'rooms',
          include: ['e2e/**/*.spec.ts'],
          exclude: [...STORY, ...APART],
          globalSetup: 'e2e/server.ts',
          ...patience,
        },
      },
      { test: { name: 'apart', include: APART, ...patience } },
    ],
  },
});
