import { defineConfig } from '@playwright/test';
import type { HostOptions } from '../browser/sandbox.ts';
import browser from '../browser/playwright.config.ts';

/** The desktop app in a real Electron (see runtime.ts), one window at a time: what only it has, and flows that the browser has too. */
export default defineConfig<HostOptions>({
  globalSetup: './prepare.ts',
  outputDir: '../../test-results/desktop',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  projects: [
    { name: 'app', testDir: import.meta.dirname, testMatch: '*.spec.ts' },
    {
      name: 'flows',
      testDir: '../browser',
      testMatch: ['queue', 'config', 'config-*', 'lab', 'log', 'compose'].map((name) => `${name}.spec.ts`),
      use: { ...browser.use, trace: 'off', host: 'desktop' },
    },
  ],
});
