/**
 * `npm test`: everything that can be proved on this machine, fast things first. A suite whose surroundings are missing
 * (a browser, a display) is skipped and says so; in CI (CI=true) that is a failure.
 *
 *   node test/run.ts [suite...]
 *
 * Ends with `N passed, N failed, N skipped`, also written to .cache/test-summary.txt.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const CACHE = path.join(ROOT, '.cache');
const isCi = process.env.CI === 'true';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface Suite {
  readonly name: string;
  /** Why it cannot run here; undefined when it can. */
  readonly missing?: () => string | undefined;
  readonly run: () => Counts;
}

const bin = (name: string) => path.join(ROOT, 'node_modules', '.bin', name);

function execute(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  return result.status === 0;
}

/** A step that passes or fails as one. */
const step =
  (command: string, ...args: readonly string[]) =>
  (): Counts => {
    const passed = execute(command, args);
    return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
  };

function report(name: string): string {
  const file = path.join(CACHE, `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

/** Failed without a report means that the runner itself failed. */
function readReport(file: string, isPassed: boolean, count: (report: unknown) => Counts): Counts {
  const counts = existsSync(file)
    ? count(JSON.parse(readFileSync(file, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  return !isPassed && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

const vitest = (name: string, config: string) => (): Counts => {
  const file = report(name);
  const args = [
    'run',
    '--config',
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  return readReport(file, execute(bin('vitest'), args), (answer) => {
    const {
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: skipped,
    } = answer as VitestReport;
    return { passed, failed, skipped };
  });
};

interface PlaywrightReport {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
}

const playwright = (name: string, config: string, wrapper: readonly string[]) => (): Counts => {
  const file = report(name);
  const args = ['test', '--config', config, '--reporter=list,json'];
  const words = [...wrapper, bin('playwright'), ...args];
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  return readReport(file, execute('env', words, env), (answer) => {
    const { stats } = answer as PlaywrightReport;
    return {
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
      skipped: stats.skipped,
    };
  });
};

/** TLS and SASL (07) are not there yet. */
const AREAS = [
  '01-local',
  '02-aliases',
  '03-virtual',
  '04-transport-queue',
  '05-access',
  '06-header-checks',
  '08-policy-filters',
  '09-postconf',
];

function conformance(): Counts {
  const file = report('conformance');
  const passed = execute(process.execPath, [
    'test/conformance/run.ts',
    ...AREAS.flatMap((area) => ['--only', `${area}/`]),
    '--summary',
    file,
  ]);
  return readReport(file, passed, (counts) => counts as Counts);
}

const needs = (file: string, what: string) => () => (existsSync(file) ? undefined : what);
const desktopNeeds = () => {
  if (process.platform !== 'linux' || process.env.DISPLAY !== undefined) return undefined;
  return existsSync('/usr/bin/xvfb-run') ? undefined : 'no display and no xvfb-run';
};
const underDisplay =
  process.platform !== 'linux' || process.env.DISPLAY !== undefined ? [] : ['xvfb-run', '-a'];

const SUITES: readonly Suite[] = [
  { name: 'check', run: step('npm', 'run', '-s', 'check') },
  { name: 'unit', run: vitest('unit', 'vitest.config.ts') },
  { name: 'build', run: step('npm', 'run', '-s', 'build') },
  { name: 'conformance', run: conformance },
  { name: 'system', run: vitest('system', 'test/vitest.config.ts') },
  {
    name: 'browser',
    missing: needs('/usr/bin/chromium', 'no /usr/bin/chromium'),
    run: playwright('browser', 'test/browser/playwright.config.ts', []),
  },
  {
    name: 'desktop',
    missing: desktopNeeds,
    run: playwright('desktop', 'test/desktop/playwright.config.ts', underDisplay),
  },
];

function runSuite(suite: Suite): Counts {
  const missing = suite.missing?.();
  if (missing === undefined) return suite.run();
  process.stdout.write(`${suite.name}: skipped, ${missing}\n`);
  return isCi ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 };
}

mkdirSync(CACHE, { recursive: true });
const chosen = process.argv.slice(2);
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
for (const suite of SUITES) {
  if (chosen.length > 0 && !chosen.includes(suite.name)) continue;
  process.stdout.write(`\n== ${suite.name}\n`);
  const startedAt = performance.now();
  const counts = runSuite(suite);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  lines.push(
    `${suite.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`,
  );
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
const summary = `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`;
writeFileSync(path.join(CACHE, 'test-summary.txt'), summary);
process.stdout.write(`\n${lines.join('\n')}\n${summary}`);
process.exitCode = total.failed > 0 ? 1 : 0;
