import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { policyBench } from '../policy/policy.test-support.ts';
import type { Clock } from '../../util/clock.ts';
import { createPolicyClient } from './client.ts';
import { readPolicyServer } from './policy-server.ts';

/** A real policy server: `answer` gets each request's attributes and the connection. */
async function serve(
  answer: (request: ReadonlyMap<string, string>, socket: Socket) => string | undefined,
  listenOn?: string,
) {
  const requests: ReadonlyMap<string, string>[] = [];
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const request = new Map(lines.map((l) => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]));
        requests.push(request);
        const said = answer(request, socket);
        if (said === undefined) socket.destroy();
        else socket.write(said);
      }
    });
  });
  if (listenOn === undefined) server.listen(0, '127.0.0.1');
  else server.listen(listenOn);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address as AddressInfo).port : 0;
  return { port, requests, sockets, connections: () => connections };
}

function bench(service: string, main: readonly string[] = []) {
  let now = 0;
  const clock: Clock = { now: () => now, schedule: () => () => undefined };
  const slept: number[] = [];
  const client = createPolicyClient({
    clock,
    sleep: (milliseconds) => Promise.resolve(void slept.push(milliseconds)),
  });
  onTestFinished(() => {
    client.close();
  });
  const { policy, rcpt, facts } = policyBench(
    [`smtpd_recipient_restrictions = check_policy_service ${service}`, ...main],
    { services: { askPolicyServer: client.ask } },
  );
  return { policy, rcpt, facts, slept, pass: (milliseconds: number) => (now += milliseconds) };
}

const REFUSED = '451 4.3.5 <alice@localhost>: Recipient address rejected: Server configuration problem';

it('does what the server says, over one connection', async () => {
  const server = await serve((request) =>
    request.get('recipient') === 'bob@localhost'
      ? 'action=REJECT not bob\n\n'
      : 'colour=blue\naction=DUNNO\n\n',
  );
  const b = bench(`inet:127.0.0.1:${server.port}`, ['smtpd_policy_service_policy_context = here']);
  expect(await b.rcpt('alice@localhost')).toBe('permit');
  expect(await b.rcpt('bob@localhost')).toBe(
    '554 5.7.1 <bob@localhost>: Recipient address rejected: not bob',
  );
  expect(server.connections()).toBe(1);
  expect([...(server.requests[0] ?? [])].slice(0, 3)).toEqual([
    ['request', 'smtpd_access_policy'],
    ['protocol_state', 'RCPT'],
    ['protocol_name', 'ESMTP'],
  ]);
  expect(server.requests[0]?.get('policy_context')).toBe('here');
});

it('keeps what a client says from making attributes of its own', async () => {
  const server = await serve(() => 'action=DUNNO\n\n');
  await bench(`inet:127.0.0.1:${server.port}`).rcpt('alice@localhost', {
    helo: 'x\nsender=postmaster@localhost\n',
  });
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]?.get('sender')).toBe('carol@client.example');
});

it('asks over a Unix socket', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sandpost-policy-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  await serve(() => 'action=DEFER later\n\n', path.join(folder, 's'));
  expect(await bench(`unix:${folder}/s`).rcpt('alice@localhost')).toMatch(/^450 4\.7\.1 .*: later$/);
});

it('asks again over a new connection when the server hangs up, then gives up', async () => {
  const server = await serve(() => undefined);
  const b = bench(`inet:127.0.0.1:${server.port}`, ['smtpd_policy_service_retry_delay = 7s']);
  const ruling = await b.policy.recipient(b.facts(), 'alice@localhost');
  expect(ruling.reply?.lines).toEqual([REFUSED.slice(10)]);
  expect(ruling.log[0]?.text).toBe(`problem talking to server 127.0.0.1:${server.port}: Application error`);
  expect(b.slept).toEqual([7000]);
  expect(server.connections()).toBe(2);
});

it('notices that an idle connection was closed, without a pause', async () => {
  const server = await serve(() => 'action=DUNNO\n\n');
  const b = bench(`inet:127.0.0.1:${server.port}`);
  await b.rcpt('alice@localhost');
  for (const socket of server.sockets) {
    socket.end();
    await once(socket, 'close');
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(await b.rcpt('alice@localhost')).toBe('permit');
  expect([b.slept, server.connections()]).toEqual([[], 2]);
});

it.each([
  ['request_limit=1', 0],
  ['max_ttl=5s', 6000],
])('opens another connection after %s', async (setting, milliseconds) => {
  const server = await serve((_, socket) => {
    b.pass(milliseconds);
    return socket.destroyed ? undefined : 'action=DUNNO\n\n';
  });
  const b = bench(`{ inet:127.0.0.1:${server.port}, ${setting} }`);
  expect([await b.rcpt('alice@localhost'), await b.rcpt('alice@localhost')]).toEqual(['permit', 'permit']);
  expect(server.connections()).toBe(2);
});

it('takes the default action of its own service, at once with try_limit=1', async () => {
  const server = await serve(() => 'hello=world\n\n');
  const service = `{ inet:127.0.0.1:${server.port}, try_limit=1, { default_action = 450 4.7.9 nobody home } }`;
  const b = bench(service);
  const ruling = await b.policy.recipient(b.facts(), 'alice@localhost');
  expect(ruling.reply).toMatchObject({ code: 450, enhanced: '4.7.9' });
  expect(ruling.log[0]?.text).toBe(`missing attribute action in input from 127.0.0.1:${server.port}`);
  expect(b.slept).toEqual([]);
});

it('gives up waiting after the time-out', async () => {
  const server = await serve(() => '');
  const b = bench(`{ inet:127.0.0.1:${server.port}, timeout=1s, try_limit=1, default_action=DUNNO }`);
  expect(await b.rcpt('alice@localhost')).toBe('permit');
});

it('asks nobody who is not on this machine', async () => {
  const b = bench('inet:192.0.2.1:10023', ['smtpd_policy_service_try_limit = 1']);
  const ruling = await b.policy.recipient(b.facts(), 'alice@localhost');
  expect(ruling.reply?.code).toBe(451);
  expect(ruling.log[0]?.text).toBe(
    'connect to 192.0.2.1:10023: refused: 192.0.2.1:10023 is not a loopback address',
  );
});

it.each([
  ['{ inet:127.0.0.1:1, colour=blue }', 'unknown attribute name: "colour=blue"'],
  ['{ inet:127.0.0.1:1, timeout=0 }', 'invalid timeout parameter value 0 < 1'],
  ['{ inet:127.0.0.1:1', 'policy service syntax error: missing \'}\' in "{ inet:127.0.0.1:1"'],
  ['{  }', 'empty policy service: "{  }"'],
  ['tcp:127.0.0.1:1', 'invalid transport name: tcp in service: tcp:127.0.0.1:1'],
  ['inet:', 'need service transport:endpoint instead of "inet:"'],
])('smtpd does not start with %s', (word, text) => {
  const { policy } = policyBench([]);
  expect(() => readPolicyServer(word, policy.context.config)).toThrow(text);
});
