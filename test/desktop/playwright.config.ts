import { defineConfig } from '@playwright/test';

/** The desktop app in a real Electron (see runtime.ts). One window at a time. */
export default defineConfig({
  testDir: import.meta.dirname,
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/desktop',
  workers: 1,
  timeout: 60_000,
});
