/**
 * Lanes that run scenarios side by side. Each is a process; where this is root on Linux each has mount, network, UTS
 * and PID namespaces of its own, in which the scenario finds the paths and ports that it names.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FromLane, LaneStart, ToLane } from './lane-messages.ts';
import type { Scenario, ScenarioRecord } from './types.ts';

export interface Lane {
  run(scenario: Scenario): Promise<ScenarioRecord>;
  close(): Promise<void>;
}

export type LaneSetting = Omit<LaneStart, 'root' | 'keep'>;

const ENTRY = path.join(import.meta.dirname, 'lane.ts');
const REPOSITORY = path.resolve(import.meta.dirname, '..', '..', '..');
const NAMESPACES = ['-m', '-n', '-u', '-p', '-f', '--mount-proc', '--kill-child'];
/** The first process of a PID namespace has to take up the orphans of the others: a shell does, Node does not. */
const INIT = ['sh', '-c', '"$@"; exit $?', 'lane'];

/** What a lane will do, tried on the smallest scale. */
const PROBE = `ip link set lo up && hostname sandbox && mount -t tmpfs none /tmp && mkdir /tmp/upper /tmp/work &&
mount -t overlay -o lowerdir=/etc,upperdir=/tmp/upper,workdir=/tmp/work none /etc`;

/** Undefined: lanes can have namespaces of their own. Otherwise why not. */
export function whyShared(): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'this is not root';
  const { error, status, stderr } = spawnSync('unshare', [...NAMESPACES, 'sh', '-c', PROBE], {
    encoding: 'utf8',
  });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr.trim();
}

/** The folders that a lane has to see whatever it covers: the sources, the packages, Node. */
function needed({ command }: LaneSetting): string[] {
  const packages = realpathSync(path.join(REPOSITORY, 'node_modules'));
  const programs = [process.execPath, command[0]].map((file) => path.dirname(realpathSync(file)));
  return [...new Set([REPOSITORY, packages, ...programs])];
}

function start(setting: LaneSetting, root: string | undefined): ChildProcess {
  const given: LaneStart = { ...setting, keep: needed(setting), ...(root === undefined ? {} : { root }) };
  const words = [process.execPath, ENTRY, JSON.stringify(given)];
  const [program = '', ...args] = root === undefined ? words : ['unshare', ...NAMESPACES, ...INIT, ...words];
  return spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/** A lane that ends in the middle of a scenario is an error of that scenario. */
export async function openLane(setting: LaneSetting, isPrivate: boolean): Promise<Lane> {
  const root = isPrivate ? mkdtempSync(path.join(os.tmpdir(), 'conformance-lane-')) : undefined;
  const child = start(setting, root);
  const ended = once(child, 'exit').then(([code, signal]: unknown[]): never => {
    throw new Error(`the lane ended (${String(code ?? signal)})`);
  });
  ended.catch(() => undefined);
  const next = () => Promise.race([once(child, 'message').then(([message]) => message as FromLane), ended]);
  await next();
  return {
    async run(scenario) {
      const answer = next();
      child.send({ scenario } satisfies ToLane);
      const message = await answer;
      if (message.kind !== 'done') throw new Error('a lane answers with a record');
      return message.record;
    },
    async close() {
      if (child.connected) child.disconnect();
      await ended.catch(() => undefined);
      if (root !== undefined) rmdirSync(root);
    },
  };
}
