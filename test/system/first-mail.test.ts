/** What the tour gives to copy is run as it stands, with the programs that this machine has. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendingWays, type Server } from '../../renderer/tour/ways.ts';
import {
  createFolders,
  runSandpost,
  sandpostCommand,
  startSandbox,
  type SandboxProcess,
} from '../support/sandbox-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);
const CACHE = path.resolve(import.meta.dirname, '..', '..', '.cache');
const folders = createFolders();
const login = os.userInfo().username;
let sandbox: SandboxProcess;
let folder: string;

beforeAll(async () => {
  sandbox = await startSandbox(folders);
  // Inside of the checkout, where Node finds nodemailer.
  mkdirSync(CACHE, { recursive: true });
  folder = mkdtempSync(path.join(CACHE, 'first-mail-'));
});
afterAll(async () => {
  await sandbox.stop();
  folders.remove();
  rmSync(folder, { recursive: true });
});

const server = (change: Partial<Server> = {}): Server => ({
  host: '127.0.0.1',
  port: sandbox.smtpPort,
  to: `${login}@localhost`,
  hasTls: false,
  ...change,
});

function snippet(name: string, where: string, of = server()): string {
  const way = sendingWays(of).find((one) => one.name === name);
  const found = way?.snippets.find((one) => one.where.startsWith(where));
  if (found === undefined) throw new Error(`no ${name}: ${where}`);
  return found.text;
}

async function expectArrived(subject: string): Promise<void> {
  await waitUntil(async () => {
    const { stdout } = await runSandpost(folders, ['mail', 'list', '--mailbox', login, '--json']);
    const { messages } = JSON.parse(stdout) as { messages: { subject: string; from: string }[] };
    return messages.some((message) => message.subject === subject);
  }, `"${subject}" in the mailbox of ${login}`);
}

const isThere = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const file = (name: string, text: string) => {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
};

describe('as it stands', () => {
  test.skipIf(!isThere('curl', '--version'))('curl', async () => {
    await run('sh', ['-c', snippet('Terminal', 'curl')]);
    await expectArrived('Hello from curl');
  });

  test.skipIf(!isThere('swaks', '--version'))('swaks', async () => {
    await run('sh', ['-c', snippet('Terminal', 'swaks')]);
    await expectArrived('Hello from swaks');
  });

  test('sandpost sendmail', async () => {
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    const words = [...sandpostCommand(), '--config-dir', folders.configDir, '--data-dir', folders.dataDir];
    writeFileSync(
      path.join(bin, 'sandpost'),
      `#!/bin/sh\nexec ${words.map((w) => `'${w}'`).join(' ')} "$@"\n`,
      {
        mode: 0o755,
      },
    );
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` };
    await run('sh', ['-c', snippet('Terminal', 'sendmail')], { env });
    await expectArrived('Hello from sendmail');
  });

  test.each([
    ['as it is', false],
    ['told to do without TLS', true],
  ])('nodemailer, %s', async (_how, hasTls) => {
    const text = snippet('nodemailer', 'first-mail.mjs', server({ hasTls }));
    await run(process.execPath, [file('first-mail.mjs', text.replace('Node.js', `Node.js ${hasTls}`))]);
    await expectArrived(`Hello from Node.js ${hasTls}`);
  });

  test.skipIf(!isThere('python3', '--version'))('Python', async () => {
    await run('python3', [file('first_mail.py', snippet('Python', 'first_mail.py'))]);
    await expectArrived('Hello from Python');
  });

  test.skipIf(!isThere('go', 'version'))('Go', async () => {
    await run('go', ['run', file('main.go', snippet('Go', 'main.go'))]);
    await expectArrived('Hello from Go');
  });

  test('.env', async () => {
    const pairs = snippet('.env', '.env')
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]);
    const env = Object.fromEntries(pairs);
    for (const [at, transport] of [
      createTransport({ host: env['SMTP_HOST'], port: Number(env['SMTP_PORT']) }),
      createTransport(env['SMTP_URL']),
      createTransport(env['MAILER_DSN']),
    ].entries()) {
      await transport.sendMail({
        from: env['MAIL_FROM'],
        to: server().to,
        subject: `Hello from .env ${at}`,
        text: '-',
      });
      await expectArrived(`Hello from .env ${at}`);
    }
  });
});

test('an IPv6 address stands in brackets in URLs', () => {
  expect(snippet('Terminal', 'curl', server({ host: '::1', port: 25 }))).toContain('smtp://[::1]:25');
  expect(snippet('Python', 'first_mail.py', server({ host: '::1' }))).toContain('SMTP("::1",');
});
