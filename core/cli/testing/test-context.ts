/** A command's context over a fake engine: its socket is real, its streams are kept for looking at. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createCalls } from '../../api/api.ts';
import { openSocketDoor } from '../../api/socket.ts';
import { readRunning, writeRunning } from '../../api/running.ts';
import { createFakeEngine, type FakeEngine } from '../../api/testing/fake-engine.ts';
import { connect, findRunning } from '../connect.ts';
import type { Actor, Context } from '../context.ts';

export interface TestContext extends Context {
  readonly engine: FakeEngine;
  /** What was printed. */
  readonly printed: { out: string; err: string };
  readonly stdin: { text: string };
  close(): Promise<void>;
}

/** `isRunning: false`: no socket; the command opens the "sandbox" itself. */
export async function createTestContext(
  options: { readonly isRunning?: boolean; readonly actor?: Partial<Actor> } = {},
): Promise<TestContext> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'sandpost-cli-'));
  const folders = { configDir: root, dataDir: root };
  const engine = createFakeEngine();
  const calls = createCalls(engine);
  const door = options.isRunning === false ? undefined : await openSocketDoor(calls, root);
  if (door !== undefined) {
    writeRunning(root, { pid: process.pid, began: '', socket: door.path, dataDir: root, http: null });
  }
  const printed = { out: '', err: '' };
  const stdin = { text: '' };
  return {
    engine,
    printed,
    stdin,
    folders,
    actor: { name: 'alice', uid: 1001, fullName: '', isOwner: true, ...options.actor },
    env: {},
    out: (text) => {
      printed.out += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    },
    err: (text) => {
      printed.err += text;
    },
    input: () => Readable.from([stdin.text]),
    readInput: () => Promise.resolve(Buffer.from(stdin.text)),
    running: () => findRunning(folders),
    hasRun: () => readRunning(root) !== undefined,
    connect: () =>
      connect(folders, () =>
        Promise.resolve({
          client: calls.client,
          isRunning: false,
          bytes: () => Promise.resolve(undefined),
          close: () => Promise.resolve(),
        }),
      ),
    async close() {
      calls.close();
      await door?.close(100);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
