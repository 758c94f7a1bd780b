import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { askLinks } from './ask-links.ts';

it('says what each link on this machine answers, and asks no other machine', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.host ?? ''}`);
    response.statusCode = request.url === '/gone' ? 404 : request.url === '/moved' ? 302 : 200;
    if (request.url === '/moved') response.setHeader('location', 'https://outside.test/');
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  const answers = await askLinks([
    `${base}/ok?a=1`,
    `${base}/gone`,
    `${base}/moved`,
    'http://192.0.2.1/',
    'http://127.0.0.1:1/',
  ]);
  server.close();
  expect(answers.map(({ status, text }) => [status, text])).toEqual([
    [200, 'OK'],
    [404, 'Not Found'],
    [302, 'Found, leads on to https://outside.test/'],
    [0, 'refused: 192.0.2.1:80 is not a loopback address'],
    [0, expect.stringContaining('ECONNREFUSED')],
  ]);
  expect(asked.sort()).toEqual([
    `HEAD /gone 127.0.0.1:${port}`,
    `HEAD /moved 127.0.0.1:${port}`,
    `HEAD /ok?a=1 127.0.0.1:${port}`,
  ]);
});
