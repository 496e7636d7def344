import { defineConfig } from 'vitest/config';

// Screenshots are no test: they run under vitest for its TypeScript and nothing else.
export default defineConfig({
  test: {
    include: ['e2e/shots.ts', 'e2e/review.ts'],
    globalSetup: 'e2e/server.ts',
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
