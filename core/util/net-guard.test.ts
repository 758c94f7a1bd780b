import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connectLoopback, isLoopback, listenLoopback, NotLoopbackError } from './net-guard.ts';

describe('the loopback guard', () => {
  const servers: ReturnType<typeof createServer>[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it.each(['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])(
    'knows %s',
    (address) => {
      expect(isLoopback(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    '1270.0.0.1',
    '127.1',
    '2130706433',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    'fe80::1%lo',
    'localhost',
    'localhost.evil.example',
    '127.0.0.1.nip.example',
    '',
  ])('does not take %s for this machine', (address) => {
    expect(isLoopback(address)).toBe(false);
  });

  it.each([
    { host: '192.0.2.1', port: 25 },
    { host: '::', port: 25 },
    { host: 'mail.example', port: 25 },
    { host: '', port: 25 },
    { path: '\\\\server\\pipe\\x' },
    { path: '' },
  ])('refuses to connect to %j or to listen there, before anything is opened', async (endpoint) => {
    expect(() => connectLoopback(endpoint)).toThrow(NotLoopbackError);
    const server = createServer();
    await expect(async () => listenLoopback(server, endpoint)).rejects.toThrow(NotLoopbackError);
    expect(server.listening).toBe(false);
  });

  it('refuses a local address that is not loopback', () => {
    expect(() => connectLoopback({ host: '127.0.0.1', port: 25 }, { localAddress: '0.0.0.0' })).toThrow(
      NotLoopbackError,
    );
  });

  it('connects to a port and to a Unix socket of this machine', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'guard-'));
    const server = createServer((socket) => socket.end('hello'));
    const local = createServer((socket) => socket.end('hello'));
    servers.push(server, local);
    await listenLoopback(server, { host: 'localhost', port: 0 });
    await listenLoopback(local, { path: path.join(folder, 'socket') });
    const { port } = server.address() as AddressInfo;
    for (const endpoint of [{ host: '127.0.0.1', port }, { path: path.join(folder, 'socket') }]) {
      const socket = connectLoopback(endpoint);
      const chunks: Buffer[] = [];
      for await (const chunk of socket) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString()).toBe('hello');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('says what the operating system says when a port is taken', async () => {
    const first = createServer();
    const second = createServer();
    servers.push(first);
    await listenLoopback(first, { host: '127.0.0.1', port: 0 });
    const { port } = first.address() as AddressInfo;
    await expect(listenLoopback(second, { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
