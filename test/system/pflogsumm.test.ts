/** The mail log is Postfix's: Debian's pflogsumm reads it and counts what happened. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createFolders,
  runSandpost,
  startSandbox,
  useFreePorts,
  type SandboxProcess,
} from '../support/sandbox-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const isThere = spawnSync('pflogsumm', ['--version']).status === 0;

const MAIN = `compatibility_level = 3.6
myhostname = localhost
mydestination = localhost
inet_interfaces = loopback-only
mynetworks_style = host
default_transport = error: outside mail is not deliverable
alias_maps = inline:{{team = alice,bob}, {postmaster = root}}
transport_maps = inline:{{retry.test = retry:4.3.0 later}, {gone.test = discard:}, {bad.test = error:5.1.2 no such place}}
smtpd_recipient_restrictions =
    check_sender_access inline:{{hold@t.test = HOLD look}, {bin@t.test = DISCARD bin}}, permit_mynetworks
`;

const folders = createFolders();
let sandbox: SandboxProcess;

beforeAll(async () => {
  await useFreePorts(folders);
  writeFileSync(path.join(folders.configDir, 'main.cf'), MAIN);
  const master = path.join(folders.configDir, 'master.cf');
  const services = ['pickup', 'cleanup', 'qmgr', 'local', 'error', 'discard', 'bounce'];
  const lines = [
    '127.0.0.1:0 inet n - n - - smtpd',
    ...services.map((name) => `${name} unix - - n - - ${name}`),
    'retry unix - - n - - error',
  ];
  writeFileSync(master, `${lines.join('\n')}\n`);
  await runSandpost(folders, ['user', 'add', 'alice', 'bob']);
  sandbox = await startSandbox(folders);
});
afterAll(async () => {
  await sandbox.stop();
  folders.remove();
});

async function smtp(from: string, ...to: readonly string[]): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: sandbox.smtpPort, ignoreTLS: true });
  await transport.sendMail({ envelope: { from, to: [...to] }, from, to: 'x', subject: 's', text: 'hello' });
  transport.close();
}

async function sendmail(...args: readonly string[]): Promise<void> {
  expect(await runSandpost(folders, ['sendmail', ...args], 'Subject: s\n\nhello\n')).toMatchObject({
    exit: 0,
  });
}

/** The numbers of the report's "Grand Totals": `received 3`. */
function totals(report: string): Readonly<Record<string, number>> {
  const lines = report.matchAll(/^ +(\d+) +(\w[\w /]*?)(?: +\(.*\))?$/gm);
  return Object.fromEntries([...lines].map((match) => [match[2] ?? '', Number(match[1])]));
}

async function queueIds(): Promise<readonly unknown[]> {
  const { stdout } = await runSandpost(folders, ['postqueue', '-j']);
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '');
}

test.runIf(isThere)(
  'pflogsumm counts what was received, delivered, deferred, bounced, rejected, held, discarded',
  async () => {
    await smtp('x@t.test', 'alice@localhost');
    await smtp('x@t.test', 'alice@localhost', 'bob@localhost');
    await smtp('y@u.test', 'team@localhost');
    await sendmail('-f', 'alice', 'nosuch@localhost');
    await sendmail('-f', 'bob', 'x@retry.test');
    await sendmail('-f', 'alice', 'x@gone.test');
    await sendmail('-f', 'alice', 'x@bad.test');
    await expect(smtp('z@t.test', 'nosuch@localhost')).rejects.toThrow('User unknown');
    await smtp('hold@t.test', 'alice@localhost');
    await smtp('bin@t.test', 'alice@localhost');
    await waitUntil(async () => (await queueIds()).length === 2, 'only what is held and deferred is left');
    await sandbox.stop();

    const report = execFileSync('pflogsumm', [path.join(folders.dataDir, 'mail.log')], { encoding: 'utf8' });
    expect(totals(report)).toMatchObject({
      // seven that were accepted and queued, the held one aside, and the two notices
      received: 9,
      // five to alice and bob, one discarded by its transport, two notices
      delivered: 8,
      forwarded: 0,
      deferred: 1,
      bounced: 2,
      rejected: 1,
      held: 1,
      discarded: 1,
    });
    expect(report).toMatch(/deferral detail[\s\S]*later[\s\S]*bounce detail[\s\S]*unknown user: "nosuch"/);
    expect(report).toMatch(/reject detail[\s\S]*User unknown in local recipient table/);
    expect(report).toContain('Fatal Errors: none');
  },
);
