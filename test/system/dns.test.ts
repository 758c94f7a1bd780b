/** The sandbox's own DNS decides where mail goes and who a client is, over real sockets, and at once. */
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolders, runSandpost, startSandbox, type SandboxProcess } from '../support/sandbox-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const folders = createFolders();
let sandbox: SandboxProcess;

/** A mail server that takes everything; `recipients` are those of accepted messages. */
async function openSink(host: string, port: number) {
  const recipients: string[] = [];
  const server = net.createServer((socket) => {
    let isContent = false;
    let waiting: string[] = [];
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    socket.write(`220 ${host} ESMTP\r\n`);
    socket.on('data', (chunk: Buffer | string) => {
      for (const line of chunk.toString().split('\r\n')) {
        if (isContent) {
          if (line !== '.') continue;
          isContent = false;
          recipients.push(...waiting);
          waiting = [];
          socket.write('250 2.0.0 taken\r\n');
        } else if (/^RCPT TO:/i.test(line)) {
          waiting.push(/<(.*)>/.exec(line)?.[1] ?? '');
          socket.write('250 2.1.5 ok\r\n');
        } else if (/^DATA/i.test(line)) {
          isContent = true;
          socket.write('354 go on\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 2.0.0 bye\r\n');
        else if (line !== '') socket.write('250 2.0.0 ok\r\n');
      }
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as net.AddressInfo;
  return { recipients, port: address.port, close: () => server.close() };
}
type Sink = Awaited<ReturnType<typeof openSink>>;

let first: Sink;
let second: Sink;

async function dns(...args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await runSandpost(folders, ['dns', ...args]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return stdout;
}

async function importZone(zone: string): Promise<void> {
  expect(await runSandpost(folders, ['dns', 'import', '--replace', '-'], zone)).toMatchObject({ exit: 0 });
}

/** An SMTP dialogue from this address: the replies, one line each. */
async function dialogue(from: string, commands: readonly string[]): Promise<string[]> {
  const socket = net.connect({ port: sandbox.smtpPort, host: '127.0.0.1', localAddress: from });
  let text = '';
  socket.setEncoding('latin1');
  const replies: string[] = [];
  const take = async () => {
    while (!/^\d{3} .*\r\n/m.test(text)) text += ((await once(socket, 'data')) as [string])[0];
    replies.push(text.trimEnd().split('\r\n').at(-1) ?? '');
    text = '';
  };
  await take();
  for (const command of commands) {
    socket.write(`${command}\r\n`);
    await take();
  }
  socket.destroy();
  return replies;
}

const send = (recipient: string) =>
  runSandpost(folders, ['sendmail', '-f', 'root', recipient], 'Subject: x\n\nx\n');

async function queueReasons(): Promise<string> {
  return (await runSandpost(folders, ['postqueue', '-j'])).stdout;
}

beforeAll(async () => {
  first = await openSink('127.0.0.2', 0);
  second = await openSink('127.0.0.3', first.port);
  await runSandpost(folders, ['check']);
  const domains = ['shop', 'far'].map((name) => `{${name}.test = smtp:${name}.test:${first.port}}`);
  appendFileSync(
    path.join(folders.configDir, 'main.cf'),
    `default_transport = smtp\ntransport_maps = inline:{ ${domains.join(', ')} }\n` +
      'smtpd_client_restrictions = check_client_access inline:{ {client.test = 554 known} }, reject_rbl_client rbl.test\n' +
      'smtpd_sender_restrictions = reject_unknown_sender_domain\n',
  );
  sandbox = await startSandbox(folders);
});
afterAll(async () => {
  await sandbox.stop();
  first.close();
  second.close();
  folders.remove();
});

test('mail goes to the best server of a domain, and to the next one when that is away', async () => {
  await importZone(
    'shop.test. MX 20 two.shop.test.\nshop.test. MX 10 one.shop.test.\n' +
      'one.shop.test. A 127.0.0.2\ntwo.shop.test. A 127.0.0.3\n',
  );
  await send('best@shop.test');
  await waitUntil(
    () => Promise.resolve(first.recipients.includes('best@shop.test')),
    'mail at the first server',
  );
  // a change acts at once: nothing listens on 127.0.0.4
  await dns('remove', 'one.shop.test');
  await dns('add', 'one.shop.test', 'A', '127.0.0.4');
  await send('next@shop.test');
  await waitUntil(
    () => Promise.resolve(second.recipients.includes('next@shop.test')),
    'mail at the second server',
  );
  const asked = await dns('questions');
  expect(asked).toMatch(/shop\.test +MX +20 two\.shop\.test, 10 one\.shop\.test/);
  expect(asked).toMatch(/one\.shop\.test +A +127\.0\.0\.4/);
});

test('a name that leads elsewhere is never connected, and the reason says so', async () => {
  await importZone('far.test. MX 10 mx.far.test.\nmx.far.test. A 192.0.2.1\nmx.far.test. AAAA 2001:db8::1\n');
  await send('x@far.test');
  await waitUntil(
    async () => (await queueReasons()).includes('not a loopback address, and nothing leaves this machine'),
    'the reason in the queue',
  );
  expect(await queueReasons()).toContain('connect to mx.far.test[');
  await runSandpost(folders, ['postsuper', '-d', 'ALL']);
});

test('names that do not exist bounce, those that may later wait', async () => {
  await importZone('slow.test. TIMEOUT\nquiet.test. MX 0 .\n');
  await runSandpost(
    folders,
    ['sendmail', '-f', 'root', 'x@slow.test', 'x@quiet.test', 'x@gone.test'],
    'Subject: y\n\ny\n',
  );
  const log = () => readFileSync(path.join(folders.dataDir, 'mail.log'), 'utf8');
  await waitUntil(
    () => Promise.resolve(['slow', 'quiet', 'gone'].every((name) => log().includes(`to=<x@${name}.test>`))),
    'three outcomes',
  );
  const outcome = (name: string) =>
    log()
      .split('\n')
      .find((line) => line.includes(`to=<x@${name}.test>`));
  expect(outcome('slow')).toMatch(/dsn=4\.4\.3, status=deferred .*type=MX: Host not found, try again\)$/);
  expect(outcome('quiet')).toMatch(
    /dsn=5\.1\.0, status=bounced \(Domain quiet\.test does not accept mail \(nullMX\)\)$/,
  );
  expect(outcome('gone')).toMatch(
    /dsn=5\.4\.4, status=bounced .*name=gone\.test type=AAAA: Host not found\)$/,
  );
  await runSandpost(folders, ['postsuper', '-d', 'ALL']);
});

test('a client is who its address and its name agree on', async () => {
  const asked = ['EHLO c.test', 'MAIL FROM:<>', 'RCPT TO:<root@localhost>'];
  await importZone('127.0.0.5 PTR client.test.\nclient.test. A 127.0.0.5\n127.0.0.6 PTR client.test.\n');
  expect((await dialogue('127.0.0.5', asked)).at(-1)).toBe(
    '554 5.7.1 <client.test[127.0.0.5]>: Client host rejected: known',
  );
  expect((await dialogue('127.0.0.6', asked)).at(-1)).toBe('250 2.1.5 Ok');
  // Lines of the log are written a moment later, together.
  const warning = 'warning: hostname client.test does not resolve to address 127.0.0.6';
  const log = () => readFileSync(path.join(folders.dataDir, 'mail.log'), 'utf8');
  await waitUntil(() => Promise.resolve(log().includes(warning)), warning);
});

test('lists and sender domains are looked up in the table, and trace tells the answers', async () => {
  const asked = (sender: string) => ['EHLO c.test', `MAIL FROM:<${sender}>`, 'RCPT TO:<root@localhost>'];
  await importZone(
    '7.0.0.127.rbl.test. A 127.0.0.2\n7.0.0.127.rbl.test. TXT "known spammer"\nhere.test. A 192.0.2.1\n',
  );
  expect((await dialogue('127.0.0.7', asked(''))).at(-1)).toBe(
    '554 5.7.1 Service unavailable; Client host [127.0.0.7] blocked using rbl.test; known spammer',
  );
  expect((await dialogue('127.0.0.8', asked('x@gone.test'))).at(-1)).toBe(
    '450 4.1.8 <x@gone.test>: Sender address rejected: Domain not found',
  );
  expect((await dialogue('127.0.0.8', asked('x@here.test'))).at(-1)).toBe('250 2.1.5 Ok');
  const questions = await dns('questions');
  const traced = await runSandpost(folders, ['trace', '-f', 'x@gone.test', 'root@localhost']);
  expect(traced.stdout).toContain('DNS: AAAA of gone.test: no such name (NXDOMAIN)');
  // a dry run asks nothing that was asked
  expect(await dns('questions')).toBe(questions);
});
