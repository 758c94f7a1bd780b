/** Where smtpd listens, and what it says when it cannot. */
import { connect, createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { bench } from './bench.test-support.ts';
import { lastEntries, listenAddresses, SmtpListenError } from './listen.ts';
import { createSmtpd } from './smtpd.ts';
import { createTestWorld } from './world.test-support.ts';

function addressesOf(name: string, main: readonly string[] = []): readonly string[] {
  const world = createTestWorld({ main, master: `${name} inet n - n - - smtpd\n` });
  onTestFinished(() => {
    world.remove();
  });
  const [service] = world.config.services;
  if (service === undefined) throw new Error('no service');
  return listenAddresses(service, world.config).map(({ host, port }) => `${host} ${port}`);
}

async function occupy(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return { server, port: address.port };
}

test.each([
  ['127.0.0.1:1025', ['127.0.0.1 1025']],
  ['[::1]:2525', ['::1 2525']],
  ['localhost:2525', ['127.0.0.1 2525', '::1 2525']],
])('%s', (name, expected) => {
  expect(addressesOf(name)).toEqual(expected);
});

test('a bare port or name means the addresses of inet_interfaces', () => {
  const main = ['inet_interfaces = 127.0.0.1'];
  expect(addressesOf('smtp', main)).toEqual(['127.0.0.1 25']);
  expect(addressesOf('submission', main)).toEqual(['127.0.0.1 587']);
  expect(addressesOf('2525', main)).toEqual(['127.0.0.1 2525']);
});

test('refuses what is not loopback, with file and line', () => {
  expect(() => addressesOf('192.0.2.1:25')).toThrow(
    expect.objectContaining({
      name: 'ConfigError',
      message: expect.stringContaining('service 192.0.2.1:25: 192.0.2.1 is not a loopback address') as string,
      origin: expect.objectContaining({ line: 1 }) as object,
    }),
  );
  expect(() => addressesOf('0.0.0.0:25')).toThrow(/not a loopback address/);
  expect(() => addressesOf('127.0.0.1:nosuch')).toThrow(/unknown port "nosuch"/);
});

test('port 0 is any free port', async () => {
  const b = await bench({ master: '127.0.0.1:0 inet n - n - - smtpd\n127.0.0.1:0 inet n - n - - smtpd\n' });
  expect(b.port).toBeGreaterThan(0);
  expect(b.secondPort).not.toBe(b.port);
});

test('names who holds a port that is taken, and how to change it', async () => {
  const { port } = await occupy();
  const error: unknown = await bench({ master: `127.0.0.1:${port} inet n - n - - smtpd\n` }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SmtpListenError);
  expect(error).toMatchObject({ code: 'EADDRINUSE', port });
  const { message } = error as SmtpListenError;
  expect(message).toContain(`port ${port} is taken: `);
  expect(message).toMatch(/change the first column of line 1 in .*master\.cf/);
  if (process.platform === 'linux') expect(message).toContain(`(process ${process.pid})`);
});

test('when one service cannot be had, the others are given back', async () => {
  const { port } = await occupy();
  const { server, port: free } = await occupy();
  await new Promise((resolve) => server.close(resolve));
  const master = [free, port].map((each) => `127.0.0.1:${each} inet n - n - - smtpd\n`).join('');
  await expect(bench({ master })).rejects.toThrow(SmtpListenError);
  const again = createServer();
  onTestFinished(() => void again.close());
  await new Promise<void>((resolve, reject) => {
    again.once('error', reject);
    again.listen(free, '127.0.0.1', resolve);
  });
});

test('each service has its own overrides', async () => {
  const b = await bench({
    master: [
      '127.0.0.1:0 inet n - n - - smtpd',
      '127.0.0.1:0 inet n - n - - smtpd',
      '  -o smtpd_helo_required=yes -o smtpd_banner=second',
      '',
    ].join('\n'),
  });
  expect(await b.talk('MAIL FROM:<a@b>')).toEqual(['250 2.1.0 Ok']);
  const client = await b.open({ port: b.secondPort, noGreeting: true });
  expect(await client.reply()).toBe('220 second');
  expect(await client.say('MAIL FROM:<a@b>')).toBe('503 5.5.1 Error: send HELO/EHLO first');
});

test('a configuration without relay control is fatal: clients wait, and the log says why', async () => {
  const b = await bench({ main: ['smtpd_relay_restrictions = permit'] });
  const client = await b.open({ noGreeting: true });
  client.socket.end();
  expect(await client.reply()).toBe('{closed}');
  expect(b.log).toEqual([
    'smtpd: fatal: in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one working instance of: reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit or check_relay_domains',
    expect.stringMatching(/^master: warning: process smtpd pid \d+ exit status 1$/),
    'master: warning: smtpd: bad command startup -- throttling',
  ]);
});

test('a service on another port than its line says keeps to that line, also after a reload', async () => {
  const before = createTestWorld({ master: '127.0.0.1:25 inet n - n - - smtpd\n' });
  const after = createTestWorld({
    master: '127.0.0.1:25 inet n - n - - smtpd\n  -o smtpd_banner=reloaded\n',
  });
  let world = before;
  const smtpd = createSmtpd({
    world: () => world,
    intake: {
      allocate: () => {
        throw new Error('no message is expected');
      },
      submit: () => Promise.resolve({ kind: 'queued' }),
    },
    refuse: () => undefined,
    log: before.log.factory,
    clock: before.clock,
  });
  onTestFinished(async () => {
    await smtpd.close(0);
    before.remove();
    after.remove();
  });
  const moved = before.config.services.map((service) => ({ ...service, name: '127.0.0.1:0' }));
  const [listener] = await smtpd.listen(moved);
  const port = listener?.port ?? 0;
  expect(await greetingOf(port)).toBe('220 localhost ESMTP Postfix\r\n');
  world = after;
  expect(await greetingOf(port)).toBe('220 reloaded\r\n');
});

function greetingOf(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
}

test('of two entries for one address the last is used, with a warning', () => {
  const names = ['submission', '127.0.0.1:25', '587', '127.0.0.1:0', '127.0.0.1:0', '[127.0.0.1]:smtp'];
  const master = names.map((name, at) => `${name} inet n - n - - smtpd -o syslog_name=${at}\n`).join('');
  const world = createTestWorld({ main: [], master });
  onTestFinished(() => {
    world.remove();
  });
  const warnings: string[] = [];
  const last = lastEntries(world.config.services, (text) => warnings.push(text));
  expect(last.map(({ overrides }) => overrides[0]?.value)).toEqual(['2', '5', '3', '4']);
  expect(warnings).toEqual([
    'duplicate master.cf entry for service "587" (587) -- using the last entry',
    'duplicate master.cf entry for service "[127.0.0.1]:smtp" (127.0.0.1:25) -- using the last entry',
  ]);
});
