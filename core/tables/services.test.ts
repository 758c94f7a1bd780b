import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { listenLoopback } from '../util/net-guard.ts';
import {
  createConfigFolder,
  createFakeUsers,
  createMemoryTables,
  createRecordedLog,
  type ConfigFolder,
} from './fakes.ts';
import type { Tables } from './table.ts';
import { createTables } from './tables.ts';

let folder: ConfigFolder | undefined;
let tables: Tables | undefined;
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  tables?.close();
  folder?.remove();
  folder = undefined;
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A service that answers each chunk with what `answer` makes of it; '' hangs up. */
async function serve(answer: (request: string) => string, path?: string): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (request: string) => {
      const reply = answer(request);
      if (reply === '') socket.destroy();
      else socket.write(reply);
    });
  });
  servers.push(server);
  await listenLoopback(server, path === undefined ? { host: '127.0.0.1', port: 0 } : { path });
  return path === undefined ? (server.address() as AddressInfo).port : 0;
}

function open(specification: string) {
  folder ??= createConfigFolder('compatibility_level = 3.6\nmyhostname = localhost\n');
  tables = createTables({
    config: loadConfig(folder.directory),
    compiled: createMemoryTables(),
    users: createFakeUsers([]),
    log: createRecordedLog().factory,
    clock: { now: () => 0 },
  });
  return tables.open(specification);
}

describe('tcp', () => {
  const answers: Readonly<Record<string, string>> = {
    'get A@b\n': '200 REJECT%20no%25way\n',
    'get "a%20b"@c\n': '200 quoted\n',
    'get busy\n': '400 try%20later\n',
    'get junk\n': 'nonsense\n',
    'get hangup\n': '',
  };
  const service = () => serve((request) => answers[request] ?? '500 not%20found\n');

  it.each([
    ['A@b', 'found', 'REJECT no%way'],
    ['"a b"@c', 'found', 'quoted'],
    ['other', 'absent', undefined],
    ['busy', 'unavailable', undefined],
    ['junk', 'unavailable', undefined],
    ['hangup', 'unavailable', undefined],
  ])('%s is %s', async (key, kind, value) => {
    const table = open(`tcp:127.0.0.1:${await service()}`);
    expect(await table.lookup(key)).toMatchObject(value === undefined ? { kind } : { kind, value });
  });

  it('answers questions asked at the same time, in order', async () => {
    const port = await serve((request) => `200 ${request.slice(4)}`);
    const table = open(`tcp:127.0.0.1:${port}`);
    const answers = await Promise.all(['a', 'b', 'c'].map(async (key) => table.lookup(key)));
    expect(answers).toMatchObject([{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
  });

  it('connects again when the connection was lost in between', async () => {
    const port = await serve(() => '200 x\n');
    const table = open(`tcp:127.0.0.1:${port}`);
    expect(await table.lookup('a')).toMatchObject({ value: 'x' });
    for (const socket of sockets) socket.destroy();
    expect(await table.lookup('a')).toMatchObject({ value: 'x' });
  });

  it('is unavailable when nobody listens', async () => {
    const server = createServer();
    await listenLoopback(server, { host: '127.0.0.1', port: 0 });
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    expect(await open(`tcp:127.0.0.1:${port}`).lookup('a')).toMatchObject({
      kind: 'unavailable',
      reason: `connect to TCP map 127.0.0.1:${port}: Connection refused`,
    });
  });

  it('never asks another machine', async () => {
    expect(await open('tcp:192.0.2.1:25').lookup('a')).toMatchObject({
      kind: 'unavailable',
      reason: 'connect to TCP map 192.0.2.1:25: refused: 192.0.2.1:25 is not a loopback address',
    });
  });
});

describe('socketmap', () => {
  const netstring = (text: string): string => `${Buffer.byteLength(text)}:${text},`;
  const answers: Readonly<Record<string, string>> = {
    [netstring('srs A@b')]: netstring('OK SRS0=ü'),
    [netstring('srs temp')]: netstring('TEMP busy'),
    [netstring('srs perm')]: netstring('PERM broken'),
    [netstring('srs odd')]: netstring('WHAT'),
    [netstring('srs junk')]: 'nonsense',
    [netstring('srs long')]: '999999999:',
  };
  const answer = (request: string) => answers[request] ?? netstring('NOTFOUND ');

  it.each([
    ['A@b', 'found', 'SRS0=ü'],
    ['other', 'absent', undefined],
    ['temp', 'unavailable', undefined],
    ['perm', 'unavailable', undefined],
    ['odd', 'unavailable', undefined],
    ['junk', 'unavailable', undefined],
    ['long', 'unavailable', undefined],
  ])('%s is %s', async (key, kind, value) => {
    const table = open(`socketmap:inet:127.0.0.1:${await serve(answer)}:srs`);
    expect(await table.lookup(key)).toMatchObject(value === undefined ? { kind } : { kind, value });
  });

  it('speaks over a Unix socket', async () => {
    folder = createConfigFolder('compatibility_level = 3.6\nmyhostname = localhost\n');
    const path = `${folder.directory}/srs`;
    await serve(answer, path);
    expect(await open(`socketmap:unix:${path}:srs`).lookup('A@b')).toMatchObject({ value: 'SRS0=ü' });
  });

  it('never asks another machine', async () => {
    expect(await open('socketmap:inet:192.0.2.1:25:x').lookup('a')).toMatchObject({ kind: 'unavailable' });
  });
});
