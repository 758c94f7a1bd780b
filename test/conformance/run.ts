/**
 * Runs recorded scenarios on the product and compares the outcomes.
 *
 *   npm run -s conformance -- [--scenarios DIR] [--recorded DIR] [--only PATTERN]... [--jobs N] [--json] [--out DIR] [--summary FILE]
 *
 * --json prints { equal, different, results: [{ name, equal, differences }] }. Exit status: 0 all equal or listed in
 * differences.md, 1 something else differs, 2 usage.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareRecords, formatDifferences, type Difference } from './harness/compare.ts';
import { openLane, whyShared, type Lane } from './harness/lanes.ts';
import { prepare } from './harness/preparation.ts';
import type { Scenario, ScenarioRecord } from './harness/types.ts';

const here = import.meta.dirname;
/** Scenarios wait more than they work. */
const LANES_PER_PROCESSOR = 2;

interface Result {
  readonly name: string;
  readonly equal: boolean;
  readonly differences: readonly Difference[];
}

interface Task {
  /** Relative path of scenario and record. */
  readonly file: string;
  readonly scenario: Scenario;
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

/** How long a scenario waits by its own words, in ms: the longest begin first, so that none of them is waited for at the end. */
function waitOf({ steps = [], settleTimeoutMs = 0 }: Scenario): number {
  const waits = steps.flatMap(({ wait, smtp }) => [
    typeof wait === 'number' ? wait : 0,
    ...(smtp?.send ?? []).map((item) => (typeof item === 'string' ? 0 : (item.sleep ?? 0))),
  ]);
  return waits.reduce((sum, ms) => sum + ms, settleTimeoutMs);
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
    jobs: { type: 'string', default: String(LANES_PER_PROCESSOR * os.availableParallelism()) },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
    summary: { type: 'string' },
  },
});

const waiting: Task[] = jsonFiles(values.scenarios)
  .filter(
    (file) =>
      existsSync(path.join(values.recorded, file)) &&
      (values.only.length === 0 || values.only.some((pattern) => file.includes(pattern))),
  )
  .map((file) => ({ file, scenario: readJson(path.join(values.scenarios, file)) as Scenario }))
  .sort((a, b) => waitOf(b.scenario) - waitOf(a.scenario));
const results: Result[] = [];

function conclude({ file, scenario }: Task, record: ScenarioRecord): void {
  const recorded = readJson(path.join(values.recorded, file)) as ScenarioRecord;
  const differences = compareRecords(recorded, record);
  results.push({ name: scenario.name, equal: differences.length === 0, differences });
  if (values.out !== undefined) {
    mkdirSync(path.join(values.out, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(values.out, file), `${JSON.stringify(record, null, 1)}\n`);
  }
  if (!values.json) process.stdout.write(`${formatDifferences(scenario.name, differences)}\n`);
}

const preparation = prepare();
const reason = whyShared();
if (reason !== undefined) {
  process.stderr.write(
    `conformance: scenarios run without namespaces of their own (${reason}); those that name a port or a folder of the machine will differ\n`,
  );
}

async function runLane(): Promise<void> {
  let lane: Lane | undefined;
  for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
    try {
      lane ??= await openLane(preparation.setting, reason === undefined);
      conclude(task, await lane.run(task.scenario));
    } catch (error) {
      // The lane is gone; the next scenario gets another.
      await lane?.close();
      lane = undefined;
      conclude(task, { name: task.scenario.name, harnessError: String(error) });
    }
  }
  await lane?.close();
}

const lanes = Math.min(Number(values.jobs), waiting.length);
await Promise.all(Array.from({ length: lanes }, runLane));
preparation.clear();
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
