/** One lane: a process that runs one scenario after the other, in namespaces of its own where it was started in such. */
import type { FromLane, LaneStart, ToLane } from './lane-messages.ts';
import { openPrivatePlace } from './private-place.ts';
import { createProductTarget } from './product.ts';
import { runScenario } from './runner.ts';
import { openSharedPlace } from './shared-place.ts';
import type { Scenario, ScenarioRecord } from './types.ts';

const start = JSON.parse(process.argv[2] ?? '{}') as LaneStart;
const { root, command, seed } = start;
const own = root === undefined ? undefined : openPrivatePlace({ ...start, root });
const tell = (message: FromLane) => process.send?.(message);

async function run(scenario: Scenario): Promise<ScenarioRecord> {
  try {
    const place = own ?? (await openSharedPlace(start));
    // Before anything else: a helper server may have its socket in the queue directory.
    place.furnish();
    return await runScenario(scenario, createProductTarget({ command, place, seed }));
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name: scenario.name, harnessError: text };
  }
}

process.on('message', ({ scenario }: ToLane) => {
  void run(scenario).then((record) => tell({ kind: 'done', record }));
});
// The runner is done, or gone.
process.on('disconnect', () => {
  process.exit(0);
});
tell({ kind: 'ready' });
