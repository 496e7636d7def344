import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.spec.ts'],
    testTimeout: 60_000,
    // Each step builds on the one before.
    bail: 1,
    hookTimeout: 60_000,
    fileParallelism: false,
    // Vitest overwrites BASE_URL with Vite's own; ours is read before that.
    env: { RELAIS_URL: process.env.BASE_URL ?? 'http://127.0.0.1:4170' },
  },
});
