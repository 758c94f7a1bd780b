/**
 * The sections of the ArchWiki's Postfix page, as somebody follows them: its own lines are pasted where it says, its own commands
 * run, and mail is sent through the running sandbox. Only `/etc/postfix` is another folder.
 */
import { once } from 'node:events';
import { copyFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runSandpost } from '../support/sandbox-process.ts';
import { SectionSandbox } from '../support/sections.ts';

let sandbox: SectionSandbox;

beforeEach(() => {
  sandbox = new SectionSandbox();
});
afterEach(() => sandbox.remove());

test('Aliases: "root: you", postalias, and newaliases for later changes', async () => {
  await sandbox.prepare('you', 'other');
  sandbox.write('aliases', 'MAILER-DAEMON: postmaster\npostmaster: root\nroot: you\n');
  await sandbox.run('postalias /etc/postfix/aliases');
  await sandbox.start();
  await sandbox.sendmail('root', 'for root');
  await sandbox.expectMail('you', 'for root');
  await sandbox.sendmail('postmaster', 'for postmaster');
  await sandbox.expectMail('you', 'for postmaster');
  sandbox.write('aliases', 'MAILER-DAEMON: postmaster\npostmaster: root\nroot: other\n');
  await sandbox.run('newaliases');
  await sandbox.sendmail('root', 'after newaliases');
  await sandbox.expectMail('other', 'after newaliases');
  expect(await sandbox.subjectsOf('you')).not.toContain('after newaliases');
});

test('Aliases: ~/.forward of root names the user', async () => {
  await sandbox.prepare('user');
  sandbox.write('aliases', 'postmaster: root\n');
  await sandbox.run('newaliases');
  sandbox.writeHome('root', '.forward', 'user@localhost\n');
  await sandbox.start();
  await sandbox.sendmail('root', 'forwarded');
  await sandbox.expectMail('user', 'forwarded');
  expect(await sandbox.subjectsOf('root')).toEqual([]);
  await sandbox.expectLog(/to=<root@localhost>.* status=sent \(forwarded as \w+\)/);
});

const LOCAL_MAIL = `myhostname = localhost
mydomain = localdomain
mydestination = $myhostname, localhost.$mydomain, localhost
inet_interfaces = $myhostname, localhost
mynetworks_style = host
default_transport = error: outside mail is not deliverable
`;

test('Local mail: its six lines deliver to local users and nowhere else', async () => {
  await sandbox.prepare('user');
  sandbox.write('main.cf', `compatibility_level = 3.6\n${LOCAL_MAIL}`);
  sandbox.write(
    'master.cf',
    sandbox.read('master.cf').replace('  -o smtpd_reject_unlisted_recipient=no\n', ''),
  );
  sandbox.append('main.cf', 'alias_maps = lmdb:/etc/postfix/aliases\nalias_database = $alias_maps\n');
  await sandbox.run('newaliases');
  await sandbox.start();
  expect((await sandbox.smtp('app@localhost', 'user@localhost.localdomain', 'kept here')).at(-1)).toMatch(
    /^250 2\.0\.0 Ok: queued as/,
  );
  await sandbox.expectMail('user', 'kept here');
  expect((await sandbox.smtp('app@localhost', 'x@outside.example', 'no')).at(-1)).toBe(
    '550 5.1.1 <x@outside.example>: Recipient address rejected: outside mail is not deliverable',
  );
  await sandbox.sendmail('x@outside.example', 'by sendmail', 'user');
  await sandbox.expectLog(/to=<x@outside\.example>.* status=bounced \(outside mail is not deliverable\)/);
  await sandbox.expectMail('user', 'Undelivered Mail Returned to Sender');
});

test('Virtual address aliases: the table, postmap, restart', async () => {
  await sandbox.prepare('address');
  await sandbox.start();
  sandbox.append('main.cf', 'virtual_alias_maps = lmdb:/etc/postfix/virtual\n');
  sandbox.write('virtual', 'user@domain address\n');
  await sandbox.run('postmap /etc/postfix/virtual');
  await sandbox.restart();
  expect((await sandbox.smtp('app@localhost', 'user@domain', 'virtual')).at(-1)).toMatch(/^250 2\.0\.0 Ok/);
  await sandbox.expectMail('address', 'virtual');
});

test('Check configuration: postfix check tells what is wrong, postconf and postconf -n what is set', async () => {
  await sandbox.prepare();
  expect(await sandbox.run('postfix check')).toMatchObject({ stdout: '', stderr: '' });
  const all = (await sandbox.run('postconf')).stdout;
  expect(all).toContain('\nmydomain = localdomain\n');
  expect(all).toContain('\nmessage_size_limit = 10240000\n');
  const changed = (await sandbox.run('postconf -n')).stdout;
  for (const line of LOCAL_MAIL.trimEnd().split('\n')) expect(changed.split('\n')).toContain(line);
  expect(changed).not.toContain('message_size_limit');
  sandbox.append('main.cf', 'message_size_limit = 10M\n');
  const wrong = await runSandpost(sandbox.folders, ['postfix', 'check']);
  expect(wrong.exit).not.toBe(0);
  expect(wrong.stderr).toContain('bad numerical configuration: message_size_limit = 10M');
});

test('Blacklist incoming emails: the sender is refused, others are not', async () => {
  await sandbox.prepare('user');
  await sandbox.start();
  sandbox.write('blacklist_incoming', 'user@example.com REJECT\n');
  await sandbox.run('postmap lmdb:/etc/postfix/blacklist_incoming');
  sandbox.append(
    'main.cf',
    'smtpd_recipient_restrictions = check_sender_access lmdb:/etc/postfix/blacklist_incoming\n',
  );
  await sandbox.restart();
  expect((await sandbox.smtp('user@example.com', 'user@localhost', 'no')).at(-1)).toBe(
    '554 5.7.1 <user@example.com>: Sender address rejected: Access denied',
  );
  expect((await sandbox.smtp('friend@example.com', 'user@localhost', 'yes')).at(-1)).toMatch(
    /^250 2\.0\.0 Ok/,
  );
  await sandbox.expectMail('user', 'yes');
});

/** A mail server that keeps what it is told, until the client has quit. */
async function openServer() {
  const lines: string[] = [];
  let isContent = false;
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').write('220 sink ESMTP\r\n');
    socket.on('data', (chunk: Buffer | string) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        lines.push(line);
        if (isContent) {
          if (line !== '.') continue;
          isContent = false;
          socket.write('250 taken\r\n');
        } else if (line === 'DATA') {
          isContent = true;
          socket.write('354 go on\r\n');
        } else if (line === 'QUIT') socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { lines, server, port: (server.address() as net.AddressInfo).port };
}

test('Hide the sender’s IP: outgoing mail has neither Received nor User-Agent, mail that stays has both', async () => {
  const { lines, server, port } = await openServer();
  await sandbox.prepare('user');
  sandbox.append('main.cf', `transport_maps = inline:{ {out.example = smtp:[127.0.0.1]:${port}} }\n`);
  sandbox.append('main.cf', 'smtp_header_checks = regexp:/etc/postfix/smtp_header_checks\n');
  sandbox.write('smtp_header_checks', '/^Received: .*/     IGNORE\n/^User-Agent: .*/   IGNORE\n');
  await sandbox.start();
  await sandbox.smtp('user@localhost', 'x@out.example', 'out');
  await sandbox.expectLog(/to=<x@out\.example>.* status=sent/);
  server.close();
  expect(lines).toContain('Subject: out');
  expect(lines.filter((line) => /^(received|user-agent):/i.test(line))).toEqual([]);
  await sandbox.smtp('app@localhost', 'user@localhost', 'stays');
  await sandbox.expectMail('user', 'stays');
  const { stdout } = await sandbox.run('mail list --mailbox user --json');
  const [{ id } = { id: 0 }] = (JSON.parse(stdout) as { messages: { id: number }[] }).messages;
  const source = (await sandbox.run(`mail show ${id} --delivered`)).stdout;
  expect(source).toMatch(/^Received: from laptop\.test \(localhost \[127\.0\.0\.1\]\)/m);
  expect(source).toMatch(/^User-Agent: Thunderbird/m);
});

test('Troubleshooting: a database older than its source is told of, and postmap with a restart mends it', async () => {
  await sandbox.prepare('first', 'second');
  sandbox.append('main.cf', 'virtual_alias_maps = lmdb:/etc/postfix/virtual\n');
  sandbox.write('virtual', 'user@domain first\n');
  await sandbox.run('postmap /etc/postfix/virtual');
  sandbox.write('virtual', 'user@domain second\n');
  const changed = Date.now() / 1000 + 2;
  utimesSync(sandbox.file('virtual'), changed, changed);
  await sandbox.start();
  // Postfix says nothing of a source that was changed just now: somebody may still be writing it.
  await sandbox.run('clock skip 1h');
  await sandbox.run('reload');
  await sandbox.smtp('app@localhost', 'user@domain', 'old data');
  await sandbox.expectMail('first', 'old data');
  const database = sandbox.here('/etc/postfix/virtual');
  await sandbox.expectLog(
    new RegExp(`warning: database ${database}\\.lmdb is older than source file ${database}\\n`),
  );
  utimesSync(sandbox.file('virtual'), new Date(), new Date());
  await sandbox.run('postmap /etc/postfix/virtual');
  await sandbox.restart();
  await sandbox.run('clock skip 1h');
  const told = sandbox.log.length;
  await sandbox.run('reload');
  await sandbox.smtp('app@localhost', 'user@domain', 'new data');
  await sandbox.expectMail('second', 'new data');
  expect(sandbox.log.slice(told)).not.toContain('is older than');
});

test('Troubleshooting: no name service in the chroot, until resolv.conf is copied there', async () => {
  await sandbox.prepare('user');
  sandbox.append('main.cf', 'default_transport = smtp\n');
  sandbox.write(
    'master.cf',
    sandbox.read('master.cf').replace(/^smtp( +)unix +- +- +n /m, 'smtp$1unix  -       -       y '),
  );
  await sandbox.start();
  await sandbox.run('dns import -', 'name.example. A 127.0.0.2\n');
  await sandbox.sendmail('x@name.example', 'chroot', 'user');
  const warning = /Host or domain name not found\. Name service error for name=name\.example/;
  await sandbox.expectLog(warning);
  // a sandbox's queue_directory
  const jail = path.join(sandbox.folders.dataDir, 'etc');
  const resolver = path.join(sandbox.folders.root, 'resolv.conf');
  writeFileSync(resolver, 'nameserver 127.0.0.1\n');
  mkdirSync(jail, { recursive: true });
  copyFileSync(resolver, path.join(jail, 'resolv.conf'));
  await sandbox.restart();
  const toldBefore = sandbox.log.length;
  await sandbox.run('postqueue -f');
  await sandbox.expectLog(
    /to=<x@name\.example>.*connect to name\.example\[127\.0\.0\.2\]:25: Connection refused/,
  );
  expect(sandbox.log.slice(toldBefore)).not.toMatch(warning);
});
