import { defineConfig } from 'vitest/config';

/** Suites that start the product as a process: real sockets, real clients, kill -9. One file at a time: they load the machine. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['system/**/*.test.ts', 'faults/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
