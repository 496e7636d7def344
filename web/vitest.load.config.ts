import { defineConfig } from 'vitest/config';

// A load is no test of a change: it is run on a quiet machine and on a release build.
export default defineConfig({
  test: {
    include: ['bench/agents.ts'],
    globalSetup: 'bench/server.ts',
    testTimeout: 240_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
});
