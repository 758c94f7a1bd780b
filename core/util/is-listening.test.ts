import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { isListening } from './is-listening.ts';
import { listenLoopback } from './net-guard.ts';

it('tells whether somebody listens, and asks no other machine', async () => {
  const server = createServer();
  await listenLoopback(server, { host: '127.0.0.1', port: 0 });
  const { port } = server.address() as AddressInfo;
  expect(await isListening({ host: 'localhost', port })).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await isListening({ host: '127.0.0.1', port })).toBe(false);
  expect(await isListening({ path: '/nowhere/socket' })).toBe(false);
  expect(await isListening({ host: '192.0.2.1', port })).toBe(true);
});
