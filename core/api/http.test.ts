/** The HTTP door as strangers, browsers and scripts meet it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createCalls, type Calls } from './api.ts';
import { webSocketProtocols } from './contract/doors.ts';
import { openHttpDoor, type HttpDoor } from './http.ts';
import { createFakeEngine, type FakeEngine } from './testing/fake-engine.ts';
import { createUiFiles } from './ui-files.ts';

const tokens = { page: 'page-token', api: 'api-token' };

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

describe('the HTTP door', () => {
  let engine: FakeEngine;
  let calls: Calls;
  let door: HttpDoor;
  let uiDir: string;

  beforeAll(async () => {
    uiDir = mkdtempSync(path.join(os.tmpdir(), 'sandpost-ui-'));
    mkdirSync(path.join(uiDir, 'assets'));
    writeFileSync(
      path.join(uiDir, 'index.html'),
      '<!doctype html><html><head><title>x</title></head></html>',
    );
    writeFileSync(path.join(uiDir, 'assets', 'app-1a2b.js'), 'export {}');
    engine = createFakeEngine();
    calls = createCalls(engine);
    const files = createUiFiles({ uiDir, token: tokens.page });
    door = await openHttpDoor({ ...calls, tokens, files, version: '1.2.3' }, { host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    calls.close();
    await door.close(100);
    rmSync(uiDir, { recursive: true });
  });
  beforeEach(() => {
    engine.parts.clear();
    engine.html = undefined;
  });

  function ask(
    target: string,
    options: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const { method = 'GET', headers = {}, body } = options;
      const request = http.request(
        { host: '127.0.0.1', port: door.port, path: target, method, headers, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }
  const post = (target: string, headers: Record<string, string>, body = '{}') =>
    ask(target, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

  describe('answers only who means it', () => {
    it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])(
      'answers Host %s with its port',
      async (name) => {
        expect((await ask('/api/status', { headers: { host: `${name}:${door.port}` } })).status).toBe(200);
      },
    );

    it.each(['evil.example', 'localhost', '127.0.0.1:1', 'localhost.evil.example:8025', '192.168.0.7:8025'])(
      'refuses Host "%s"',
      async (host) => {
        for (const target of ['/', '/api/status', '/resource/message/1/source', '/rpc/sandbox/status']) {
          expect([target, (await ask(target, { headers: { host } })).status]).toEqual([target, 421]);
        }
      },
    );

    it.each(['http://evil.example', 'null', 'https://localhost:PORT', 'http://localhost:1', 'file://'])(
      'refuses Origin %s',
      async (origin) => {
        const headers = { origin: origin.replace('PORT', String(door.port)) };
        expect((await ask('/api/status', { headers })).status).toBe(403);
        expect((await post('/api/reload', { ...headers, 'x-sandpost-token': tokens.page })).status).toBe(403);
      },
    );

    it('refuses what a browser says another site asked for', async () => {
      for (const site of ['cross-site', 'same-site']) {
        expect((await ask('/api/status', { headers: { 'sec-fetch-site': site } })).status).toBe(403);
        expect(
          (await ask('/resource/message/1/source', { headers: { 'sec-fetch-site': site } })).status,
        ).toBe(403);
      }
      expect((await ask('/', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200);
    });

    it('never sends a CORS header, and answers no preflight', async () => {
      const answers = [
        await ask('/api/status', { headers: { origin: door.url } }),
        await ask('/api/reload', { method: 'OPTIONS', headers: { origin: 'http://evil.example' } }),
        await ask('/api/reload', { method: 'OPTIONS' }),
        await ask('/'),
      ];
      const cors = answers
        .flatMap(({ headers }) => Object.keys(headers))
        .filter((name) => name.startsWith('access-control'));
      expect(cors).toEqual([]);
    });

    it('serves only on loopback', async () => {
      const files = createUiFiles({ uiDir, token: '' });
      const open = openHttpDoor({ ...calls, tokens, files, version: '0' }, { host: '0.0.0.0', port: 0 });
      await expect(open).rejects.toThrow('refused: 0.0.0.0:0 is not a loopback address');
    });

    it('says which port is taken, and what to do', async () => {
      const files = createUiFiles({ uiDir, token: '' });
      const open = openHttpDoor(
        { ...calls, tokens, files, version: '0' },
        { host: '127.0.0.1', port: door.port },
      );
      await expect(open).rejects.toMatchObject({ name: 'ListenError', code: 'EADDRINUSE', port: door.port });
      await expect(open).rejects.toThrow('--http 127.0.0.1:PORT');
    });
  });

  describe('lets only tokens change things', () => {
    it('reads without a token, and refuses to change', async () => {
      expect((await ask('/api/mail/folders')).status).toBe(200);
      for (const target of ['/api/reload', '/rpc/sandbox/reload']) {
        const { status, text } = await post(target, {});
        expect([target, status]).toEqual([target, 401]);
        expect(text).toContain('api-token');
      }
    });

    it('refuses a change by GET', async () => {
      expect((await ask('/rpc/sandbox/reload')).status).toBe(405);
      expect((await ask('/api/reload')).status).toBe(404);
    });

    it.each([
      ['the page’s token', { 'x-sandpost-token': tokens.page }],
      ['the API token', { authorization: `Bearer ${tokens.api}` }],
    ])('accepts %s', async (_name, headers) => {
      expect((await post('/api/reload', headers)).status).toBe(200);
    });

    it.each([
      { 'x-sandpost-token': tokens.api },
      { 'x-sandpost-token': 'page-toke' },
      { authorization: `Bearer ${tokens.page}` },
      { authorization: 'Bearer ' },
      { authorization: 'Basic cGFnZS10b2tlbg==' },
    ])('says that %j is wrong, for reading too', async (headers) => {
      expect((await post('/api/reload', headers)).status).toBe(401);
      expect((await ask('/api/status', { headers })).status).toBe(401);
    });
  });

  describe('for scripts', () => {
    it('reads numbers and truth values from a query', async () => {
      engine.calls.splice(0);
      expect((await ask('/api/mail/messages?limit=5&folder[kind]=mailbox&folder[name]=you')).status).toBe(
        200,
      );
      expect((await ask('/api/queue/ABC123?body=false')).status).toBe(200);
      expect(engine.calls).toEqual([
        {
          name: 'list',
          input: { folder: { kind: 'mailbox', name: 'you' }, search: '', threaded: false, limit: 5 },
        },
        { name: 'cat', input: { queueId: 'ABC123', what: { envelope: true, header: true, body: false } } },
      ]);
    });

    it('answers bad input with 400 and what is bad about it', async () => {
      const { status, text } = await ask('/api/mail/messages?limit=many');
      expect(status).toBe(400);
      expect((JSON.parse(text) as { message: string }).message).toMatch(/^limit: /);
      const headers = { authorization: `Bearer ${tokens.api}` };
      expect((await post('/api/mail/mark', headers, '{"ids":"x"}')).status).toBe(400);
      expect((await post('/api/mail/mark', headers, '{')).status).toBe(400);
    });

    it('says where a search is wrong, with 422', async () => {
      const query = `search=${encodeURIComponent('a form:b')}`;
      for (const path of [`/api/mail/messages?${query}`, `/api/mail/ids?${query}`]) {
        const { status, text } = await ask(path);
        expect(status).toBe(422);
        expect(JSON.parse(text)).toMatchObject({ data: { problem: { at: 2, length: 5 } } });
      }
      const headers = { authorization: `Bearer ${tokens.api}` };
      const rule = (search: string) => post('/api/rules', headers, JSON.stringify({ search, tag: 'x' }));
      expect((await rule('is:unread')).status).toBe(422);
      expect((await rule('from:a subject:(b or c)')).status).toBe(200);
    });

    it('bounds bodies', async () => {
      const headers = { authorization: `Bearer ${tokens.api}`, 'content-length': String(65 * 1024 * 1024) };
      const reply = post('/api/mail/submit', headers, '{}').catch(() => 'cut off');
      expect(await reply).toMatchObject({ status: 413 });
    });

    it('describes itself', async () => {
      const document = JSON.parse((await ask('/api/openapi.json')).text) as {
        openapi: string;
        info: { version: string };
        paths: Record<string, unknown>;
      };
      expect(document.openapi).toMatch(/^3\.1/);
      expect(document.info.version).toBe('1.2.3');
      expect(Object.keys(document.paths)).toContain('/mail/messages/{id}');
      const page = await ask('/api');
      expect(page.text).toContain('/api/mail/messages/{id}');
      expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    });
  });

  describe('the built UI', () => {
    it('has the page for every path of the UI, with its token, never cached', async () => {
      for (const target of ['/', '/index.html', '/queue', '/mail/12']) {
        const page = await ask(target);
        expect([target, page.status, page.headers['cache-control']]).toEqual([target, 200, 'no-store']);
        expect(page.text).toContain('<meta name="sandpost-token" content="page-token">');
        expect(page.headers['content-security-policy']).toContain("script-src 'self'");
        expect(page.headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/);
      }
    });

    it('has files with their type, kept by browsers where the name changes with the content', async () => {
      const script = await ask('/assets/app-1a2b.js');
      expect([script.headers['content-type'], script.text]).toEqual([
        'text/javascript; charset=utf-8',
        'export {}',
      ]);
      expect(script.headers['cache-control']).toContain('immutable');
      expect(script.headers['x-content-type-options']).toBe('nosniff');
    });

    it.each([
      '/assets/no.js',
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/../../etc/passwd.txt',
      '//etc/x.txt',
    ])('has nothing at %s', async (target) => {
      expect((await ask(target)).status).toBe(404);
    });

    it('answers HEAD without a body, and no other method', async () => {
      const head = await ask('/', { method: 'HEAD' });
      expect([head.status, head.text]).toEqual([200, '']);
      expect((await post('/', {})).status).toBe(405);
    });
  });

  describe('message bytes', () => {
    it('shows HTML only in a sandbox that loads nothing from outside', async () => {
      engine.html = '<img src="cid:logo">';
      const { headers, text } = await ask('/resource/message/1/html');
      const policy = headers['content-security-policy'] ?? '';
      expect(policy).toMatch(/^sandbox [a-z -]*; default-src 'none'; img-src 'self' data:;/);
      expect(policy).not.toContain('allow-scripts');
      expect(policy).not.toContain('allow-same-origin');
      expect(headers['referrer-policy']).toBe('no-referrer');
      const picture = /src="([^"]+)"/.exec(text)?.[1] ?? '';
      engine.parts.set('2', { contentType: 'image/png', fileName: '', body: Buffer.from('png') });
      // The frame is a stranger to us, so its pictures are cross-site: the key in the URL lets them in.
      const framed = await ask(picture, { headers: { 'sec-fetch-site': 'cross-site' } });
      expect([framed.status, framed.headers['cross-origin-resource-policy']]).toEqual([200, 'cross-origin']);
      const stranger = await ask('/resource/message/1/part/2', {
        headers: { 'sec-fetch-site': 'cross-site' },
      });
      expect(stranger.status).toBe(403);
    });

    it('loads remote images only when asked to', async () => {
      engine.html = '<img src="https://tracker.example/x.png">';
      const policy = async (remote: string) =>
        (await ask(`/resource/message/1/html?remote=${remote}`)).headers['content-security-policy'];
      expect(await policy('all')).toContain("img-src 'self' data: http: https:;");
      expect(await policy('loopback')).toMatch(
        /img-src 'self' data:( https?:\/\/(127\.0\.0\.1|localhost):\*)+;/,
      );
      for (const nonsense of ['none', '', 'http://evil.test']) {
        expect(await policy(nonsense)).toContain("img-src 'self' data:;");
      }
    });

    it.each([
      ['image/png', 'image/png', 'inline'],
      ['IMAGE/PNG', 'image/png', 'inline'],
      ['text/html', 'text/plain; charset=utf-8', 'inline'],
      ['text/plain', 'text/plain; charset=utf-8', 'inline'],
      ['text/plain; charset=ISO-8859-1', 'text/plain; charset=iso-8859-1', 'inline'],
      ['text/plain; charset=us-ascii', 'text/plain; charset=utf-8', 'inline'],
      ['text/html; charset=x\r\ny', 'text/plain; charset=utf-8', 'inline'],
      ['image/svg+xml', 'application/octet-stream', 'attachment'],
      ['application/javascript', 'application/octet-stream', 'attachment'],
      ['application/pdf', 'application/pdf', 'attachment'],
      ['x/y\r\nset-cookie: a', 'application/octet-stream', 'attachment'],
    ])('serves a part that says %j as %s, %s', async (contentType, served, disposition) => {
      engine.parts.set('1.2', { contentType, fileName: 'a.bin', body: Buffer.from('x') });
      const { headers } = await ask('/resource/message/1/part/1.2');
      expect(headers['content-type']).toBe(served);
      expect(headers['content-disposition']).toBe(`${disposition}; filename="a.bin"`);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toMatch(/^sandbox;/);
    });

    it.each([
      ['../../etc/passwd', 'attachment; filename="passwd"'],
      ['C:\\temp\\a.exe', 'attachment; filename="a.exe"'],
      ['.bashrc', 'attachment; filename="bashrc"'],
      ['', 'attachment; filename="attachment"'],
      ['a"b\r\nx: y.txt', 'attachment; filename="a_bx_ y.txt"'],
      ['Übersicht.pdf', `attachment; filename="_bersicht.pdf"; filename*=UTF-8''%C3%9Cbersicht.pdf`],
      ['exe.\u202etxt.pdf', 'attachment; filename="exe.txt.pdf"'],
    ])('gives an attachment named %j a safe name', async (fileName, disposition) => {
      engine.parts.set('2', { contentType: 'application/zip', fileName, body: Buffer.from('x') });
      const { headers } = await ask('/resource/message/1/part/2?download');
      expect(headers['content-disposition']).toBe(disposition);
    });

    it('tells of a clicked link, and only of one in a frame that is shown', async () => {
      const told: unknown[] = [];
      const events = await calls.client.sandbox.events();
      engine.html = '<a href="link:https://shop.test/?a=1&b=2">x</a>';
      const page = await ask('/resource/message/1/html?view=w1');
      const link = /href="([^"]+)"/.exec(page.text)?.[1] ?? '';
      expect((await ask(link, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(204);
      for await (const event of events) {
        told.push(event);
        break;
      }
      expect(told).toEqual([{ kind: 'link', view: 'w1', url: 'https://shop.test/?a=1&b=2' }]);
      expect((await ask(link.replace(/key=[^&]*/, 'key=x'))).status).toBe(403);
      expect((await ask(link.replace('https%3A', 'javascript%3A'))).status).toBe(403);
    });

    it('gives the source as it came in', async () => {
      const source = await ask('/resource/message/1/source?download');
      expect(source.text).toBe('Subject: raw\r\n\r\nbody\r\n');
      expect(source.headers['content-type']).toBe('message/rfc822');
      expect((await ask('/resource/message/99/source')).status).toBe(404);
      expect((await ask('/resource/message/1/nothing')).status).toBe(404);
    });
  });

  describe('the WebSocket', () => {
    function connect(headers: Record<string, string>, token = '', target = '/ws'): Promise<number> {
      const socket = new WebSocket(`ws://127.0.0.1:${door.port}${target}`, [...webSocketProtocols(token)], {
        headers,
      });
      return new Promise((resolve) => {
        socket.on('open', () => {
          socket.close();
          resolve(101);
        });
        socket.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode ?? 0);
        });
        socket.on('error', () => undefined);
      });
    }

    it('opens for our own page and for programs', async () => {
      expect(await connect({ origin: door.url }, tokens.page)).toBe(101);
      expect(await connect({ authorization: `Bearer ${tokens.api}` })).toBe(101);
      expect(await connect({})).toBe(101);
    });

    it.each([
      [403, { origin: 'http://evil.example' }],
      [403, { origin: 'null' }],
      [403, { 'sec-fetch-site': 'cross-site' }],
      [421, { host: 'evil.example' }],
      [401, { authorization: 'Bearer wrong' }],
    ])('refuses with %i when %j', async (status, headers) => {
      expect(await connect(headers)).toBe(status);
    });

    it('refuses a wrong page token and other paths', async () => {
      expect(await connect({}, 'guess')).toBe(401);
      expect(await connect({}, '', '/other')).toBe(404);
    });
  });
});
