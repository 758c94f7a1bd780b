/** One suite over every door: what works through one works through all, in the same words. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, isDefinedError, ORPCError } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type SandpostClient } from './client.ts';
import { createCalls, type Calls } from './api.ts';
import { openHttpDoor } from './http.ts';
import { servePort } from './port.ts';
import { openSocketDoor } from './socket.ts';
import { createFakeEngine, FAKE_STATUS, type FakeEngine } from './testing/fake-engine.ts';
import { createUiFiles } from './ui-files.ts';
import { webSocketProtocols } from './contract/doors.ts';

interface Opened {
  readonly client: SandpostClient;
  close(): Promise<void> | void;
}
type Open = (calls: Calls) => Promise<Opened> | Opened;

const tokens = { page: 'page-token', api: 'api-token' };
const openHttp = (calls: Calls) =>
  openHttpDoor(
    { ...calls, tokens, version: '0', files: createUiFiles({ uiDir: '/nonexistent', token: tokens.page }) },
    { host: '127.0.0.1', port: 0 },
  );

const doors: Record<string, Open> = {
  'in-process': ({ client }) => ({ client, close: () => undefined }),
  http: async (calls) => {
    const door = await openHttp(calls);
    return { client: createClient({ url: door.url, token: tokens.api }), close: () => door.close(100) };
  },
  websocket: async (calls) => {
    const door = await openHttp(calls);
    const websocket = new WebSocket(`${door.url.replace('http', 'ws')}/ws`, [
      ...webSocketProtocols(tokens.page),
    ]);
    return {
      client: createORPCClient(new WebSocketLink({ websocket })),
      close: () => {
        websocket.close();
        return door.close(100);
      },
    };
  },
  'message port': ({ router }) => {
    const { port1, port2 } = new MessageChannel();
    servePort(router, port1);
    const client: SandpostClient = createORPCClient(new PortLink({ port: port2 }));
    port2.start();
    return {
      client,
      close: () => {
        port2.close();
      },
    };
  },
  'unix socket': async (calls) => {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'sandpost-door-'));
    const door = await openSocketDoor(calls, dataDir);
    return {
      client: createClient({ socketPath: door.path }),
      close: async () => {
        await door.close(100);
        rmSync(dataDir, { recursive: true });
      },
    };
  },
};

describe.each(Object.entries(doors))('through %s', (_name, open) => {
  let engine: FakeEngine;
  let calls: Calls;
  let opened: Opened;
  let client: SandpostClient;

  beforeEach(async () => {
    engine = createFakeEngine();
    calls = createCalls(engine);
    opened = await open(calls);
    client = opened.client;
  });
  afterEach(async () => {
    calls.close();
    await opened.close();
  });

  async function failure(call: Promise<unknown>): Promise<ORPCError<string, unknown>> {
    const error: unknown = await call.then(
      () => 'no error',
      (reason: unknown) => reason,
    );
    if (!(error instanceof ORPCError)) throw new Error(`not an ORPCError: ${String(error)}`);
    return error;
  }

  it('answers a call without input', async () => {
    expect(await client.sandbox.status()).toEqual(FAKE_STATUS);
  });

  it('fills in defaults and answers rows', async () => {
    const page = await client.mail.list({});
    expect(page.messages.map(({ id, from }) => [id, from])).toEqual([
      [1, 'Büro <you@localhost>'],
      [2, 'Büro <you@localhost>'],
    ]);
    expect(engine.calls).toEqual([
      { name: 'list', input: { folder: { kind: 'all' }, search: '', threaded: false, limit: 100 } },
    ]);
  });

  it('says which field of a bad input is bad', async () => {
    const error = await failure(client.mail.list({ limit: 0 }));
    expect([error.code, error.status]).toEqual(['BAD_REQUEST', 400]);
    expect(error.message).toBe('limit: Too small: expected number to be >=1');
  });

  it('says what there is not', async () => {
    const error = await failure(client.mail.get({ id: 99 }));
    expect([error.code, error.status, error.message]).toEqual(['NOT_FOUND', 404, 'There is no message 99.']);
  });

  it('carries the errors of the contract with their data', async () => {
    const conflict = await failure(
      client.config.apply({ files: { 'main.cf': { text: 'x', version: 'old' } } }),
    );
    expect([conflict.code, conflict.data]).toEqual(['CONFLICT', { files: ['main.cf'] }]);
    const invalid = await failure(
      client.config.apply({ files: { 'main.cf': { text: 'bad', version: 'v1' } } }),
    );
    expect(isDefinedError(invalid)).toBe(true);
    expect(invalid.data).toEqual({
      problems: [{ severity: 'error', file: 'main.cf', line: 1, message: 'bad' }],
    });
  });

  it('tells why a call failed that should not have', async () => {
    Object.assign(engine, { reload: () => Promise.reject(new Error('the disk is full')) });
    const error = await failure(client.sandbox.reload());
    expect([error.status, error.message]).toEqual([500, 'the disk is full']);
  });

  it('takes a message of several megabytes', async () => {
    const rawBase64 = Buffer.alloc(5_000_000, 'Hello world\n').toString('base64');
    await client.mail.submit({ sender: 'you', recipients: ['root'], rawBase64 });
    expect(engine.calls[0]?.input).toMatchObject({ sender: 'you', rawBase64, notify: [], uid: 0 });
  });

  it('sends live events, and stops listening when the client has gone', async () => {
    const events = await client.sandbox.events();
    engine.emit({ kind: 'arrived', id: 7 });
    expect(await events.next()).toEqual({
      done: false,
      value: { kind: 'mail', newest: 7, arrived: 1, changed: [], isComplete: true },
    });
    await events.return();
    await expect.poll(() => engine.listeners).toBe(0);
  });
});
