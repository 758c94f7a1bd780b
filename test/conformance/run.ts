/**
 * Runs recorded scenarios on the product and compares the outcomes.
 *
 *   npm run -s conformance -- [--scenarios DIR] [--recorded DIR] [--only PATTERN]... [--jobs N] [--json] [--out DIR] [--summary FILE]
 *
 * --json prints { equal, different, results: [{ name, equal, differences }] }. Exit status: 0 all equal or listed in
 * differences.md, 1 something else differs, 2 usage.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareRecords, formatDifferences, type Difference } from './harness/compare.ts';
import { createProductTarget } from './harness/product.ts';
import { runScenario } from './harness/runner.ts';
import type { Scenario, ScenarioRecord } from './harness/types.ts';

const here = import.meta.dirname;
const ROOT = path.resolve(here, '..', '..');

interface Result {
  readonly name: string;
  readonly equal: boolean;
  readonly differences: readonly Difference[];
}

function jsonFiles(folder: string, below = ''): string[] {
  return readdirSync(path.join(folder, below), { withFileTypes: true })
    .flatMap((entry) => {
      const name = path.join(below, entry.name);
      if (entry.isDirectory()) return jsonFiles(folder, name);
      return entry.name.endsWith('.json') ? [name] : [];
    })
    .sort();
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** Throw-away certificates for the scenarios that use TLS; nothing recorded depends on the keys. */
function certificates(): string {
  const folder = path.join(os.tmpdir(), `sandpost-conformance-certs-${process.getuid?.() ?? 0}`);
  if (!existsSync(path.join(folder, 'sink.pem'))) {
    mkdirSync(folder, { recursive: true });
    execFileSync('sh', [path.join(here, 'make-certificates.sh'), folder], { stdio: 'ignore' });
  }
  return folder;
}

/** The bundled command line starts faster; without a build the sources do. */
function productCommand(): readonly [string, ...string[]] {
  const bundle = path.join(ROOT, 'dist', 'cli', 'sandpost.js');
  return [process.execPath, existsSync(bundle) ? bundle : path.join(ROOT, 'core', 'cli', 'sandpost.ts')];
}

async function runOne(
  files: { readonly scenario: string; readonly recorded: string },
  certs: string,
): Promise<{ result: Result; record: ScenarioRecord }> {
  const scenario = readJson(files.scenario) as Scenario;
  let record: ScenarioRecord;
  try {
    const target = await createProductTarget({ command: productCommand(), certs });
    record = await runScenario(scenario, target);
  } catch (error) {
    record = {
      name: scenario.name,
      harnessError: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  const differences = compareRecords(readJson(files.recorded) as ScenarioRecord, record);
  return { result: { name: scenario.name, equal: differences.length === 0, differences }, record };
}

/** Scenario names that differences.md lists: `- **area/name**: reason`. */
function knownDifferences(): ReadonlySet<string> {
  const file = path.join(here, 'differences.md');
  if (!existsSync(file)) return new Set();
  return new Set(
    [...readFileSync(file, 'utf8').matchAll(/^- \*\*([^*]+)\*\*/gm)].map((match) => match[1] ?? ''),
  );
}

const { values } = parseArgs({
  options: {
    scenarios: { type: 'string', default: path.join(here, 'scenarios') },
    recorded: { type: 'string', default: path.join(here, 'recorded') },
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
    summary: { type: 'string' },
  },
});

const names = jsonFiles(values.scenarios).filter(
  (name) =>
    existsSync(path.join(values.recorded, name)) &&
    (values.only.length === 0 || values.only.some((pattern) => name.includes(pattern))),
);
const certs = certificates();
const results: Result[] = [];
const waiting = [...names];

async function lane(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const { result, record } = await runOne(
      { scenario: path.join(values.scenarios, name), recorded: path.join(values.recorded, name) },
      certs,
    );
    results.push(result);
    if (values.out !== undefined) {
      mkdirSync(path.join(values.out, path.dirname(name)), { recursive: true });
      writeFileSync(path.join(values.out, name), `${JSON.stringify(record, null, 1)}\n`);
    }
    if (!values.json) process.stdout.write(`${formatDifferences(result.name, result.differences)}\n`);
  }
}

await Promise.all(Array.from({ length: Number(values.jobs) }, lane));
results.sort((a, b) => (a.name < b.name ? -1 : 1));
const equal = results.filter((result) => result.equal).length;
const known = knownDifferences();
const unexpected = results.filter((result) => !result.equal && !known.has(result.name));
const resolved = results.filter((result) => result.equal && known.has(result.name));
if (values.json) {
  process.stdout.write(`${JSON.stringify({ equal, different: results.length - equal, results })}\n`);
} else {
  process.stdout.write(
    `${equal} of ${results.length} equal; ${unexpected.length} differ that differences.md does not list\n`,
  );
  for (const { name } of resolved)
    process.stdout.write(`now equal, take it out of differences.md: ${name}\n`);
}
if (values.summary !== undefined) {
  // A scenario that differs on purpose is no failure: it is listed with its reason.
  const counts = {
    passed: equal,
    failed: unexpected.length,
    skipped: results.length - equal - unexpected.length,
  };
  writeFileSync(values.summary, JSON.stringify(counts));
}
process.exitCode = unexpected.length > 0 ? 1 : 0;
