/** smtpd_proxy_filter over real sockets: a filter in between, and what becomes of its answers and of its silence. */
import { once } from 'node:events';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { bench, MESSAGE, smtpdLog } from '../bench.test-support.ts';

interface Filter {
  readonly port: number;
  readonly commands: string[];
  readonly contents: string[];
}

const servers: net.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers each command with the first reply whose start it has; undefined hangs up. */
async function openFilter(answers: Readonly<Record<string, string | undefined>> = {}): Promise<Filter> {
  const commands: string[] = [];
  const contents: string[] = [];
  const server = net.createServer((socket) => {
    let content: string | undefined;
    let waiting = '';
    const answer = (command: string, usual: string) => {
      const key = Object.keys(answers).find((start) => command.startsWith(start));
      const reply = key === undefined ? usual : answers[key];
      if (reply === undefined) socket.destroy();
      else socket.write(`${reply}\r\n`);
      return reply;
    };
    const line = (text: string) => {
      if (content !== undefined) {
        if (text !== '.') {
          content += `${text}\n`;
          return;
        }
        contents.push(content);
        content = undefined;
        answer('END', '250 2.0.0 filtered');
        return;
      }
      commands.push(text);
      if (text === 'QUIT') socket.end('221 bye\r\n');
      else if (text.startsWith('EHLO')) answer('EHLO', '250-filter.test\r\n250 XFORWARD NAME ADDR HELO');
      else if (text === 'DATA') {
        if (answer('DATA', '354 go on')?.startsWith('354') === true) content = '';
      } else answer(text, '250 2.1.0 ok');
    };
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (chunk: Buffer | string) => {
      const lines = (waiting + chunk.toString()).split('\r\n');
      waiting = lines.pop() ?? '';
      for (const text of lines) line(text);
    });
    answer('CONNECT', '220 filter.test ESMTP');
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as net.AddressInfo).port, commands, contents };
}

const proxied = (port: number, ...more: readonly string[]) =>
  bench({ main: [`smtpd_proxy_filter = 127.0.0.1:${port}`, 'smtpd_proxy_ehlo = proxy.test', ...more] });

const SENT = ['EHLO me.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<alice@localhost>', 'DATA', MESSAGE] as const;

test('the filter hears who sends what to whom, and its answer is the client’s', async () => {
  const filter = await openFilter();
  const b = await proxied(filter.port);
  expect((await b.talk(...SENT)).at(-1)).toBe('250 2.0.0 filtered');
  expect(filter.commands.slice(0, 5)).toEqual([
    'EHLO proxy.test',
    'XFORWARD NAME=localhost ADDR=127.0.0.1 HELO=me.test',
    'MAIL FROM:<a@b.test>',
    'RCPT TO:<alice@localhost>',
    'DATA',
  ]);
  expect(filter.contents[0]).toMatch(
    /^Received: from me\.test \(localhost \[127\.0\.0\.1\]\)\n\tby localhost \(Postfix\) with ESMTP\n\tfor <alice@localhost>; /,
  );
  expect(b.submissions).toEqual([]);
  expect(smtpdLog(b)).toContain(
    'proxy-accept: END-OF-MESSAGE: 250 2.0.0 filtered; from=<a@b.test> to=<alice@localhost> proto=ESMTP helo=<me.test>',
  );
});

test('lines with dots come through as they were', async () => {
  const filter = await openFilter();
  const b = await proxied(filter.port);
  const raw = 'Subject: x\r\n\r\n..one\r\n...two\r\nend..\r\n.\r\n';
  await b.talk(...SENT.slice(0, 4), { raw, replies: 1 });
  expect(filter.contents[0]).toContain('\n\n..one\n...two\nend..\n');
});

test.each([
  ['MAIL', '550 5.7.1 not from you', 2],
  ['RCPT', '550 5.1.1 nobody', 2],
  ['DATA', '451 4.7.1 later', 3],
  ['END', '550 5.7.1 spam', 4],
])('what the filter refuses at %s, the client hears', async (stage, words, at) => {
  const filter = await openFilter({ [stage]: words });
  const b = await proxied(filter.port);
  expect((await b.talk(...SENT.slice(0, at + 1)))[at]).toBe(words);
});

test.each([
  ['CONNECT', undefined, 2],
  ['CONNECT', '554 go away', 2],
  ['EHLO', '502 no', 2],
  ['MAIL', undefined, 2],
  ['RCPT', undefined, 2],
  ['DATA', undefined, 3],
  ['END', undefined, 4],
])('a filter that fails at %s with %s: the mail is refused for now', async (stage, words, at) => {
  const filter = await openFilter({ [stage]: words });
  const b = await proxied(filter.port);
  expect((await b.talk(...SENT.slice(0, at + 1)))[at]).toBe('451 4.3.0 Error: queue file write error');
});

test('with speed_adjust nothing is heard before the message is whole', async () => {
  const filter = await openFilter({ RCPT: '550 5.1.1 nobody' });
  const b = await proxied(filter.port, 'smtpd_proxy_options = speed_adjust');
  const replies = await b.talk(...SENT.slice(0, 4));
  expect([replies.at(-1)?.slice(0, 3), filter.commands]).toEqual(['354', []]);
  expect((await b.talk(...SENT)).at(-1)).toBe('550 5.1.1 nobody');
  expect(filter.contents).toEqual([]);
});

test('a filter that is not on this machine is never connected', async () => {
  const b = await bench({ main: ['smtpd_proxy_filter = 192.0.2.1:25'] });
  expect((await b.talk(...SENT.slice(0, 3))).at(-1)).toBe('451 4.3.0 Error: queue file write error');
  expect(smtpdLog(b).join('\n')).toContain('192.0.2.1:25 is not a loopback address');
});
