import { defineConfig } from 'vitest/config';
import { svelte } from '@sveltejs/vite-plugin-svelte';

/** Unit tests: beside what they test, or in test/unit. The suites that need a socket, browser or window have their own runners. */
export default defineConfig({
  plugins: [svelte()],
  test: {
    include: [
      'core/**/*.test.ts',
      'electron/**/*.test.ts',
      'renderer/**/*.test.ts',
      'test/unit/**/*.test.ts',
    ],
    environment: 'node',
  },
});
