import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.spec.ts'],
    globalSetup: 'e2e/server.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each step builds on the one before.
    bail: 1,
    fileParallelism: false,
  },
});
