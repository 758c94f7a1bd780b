/** What the tour gives to copy is run as it stands, with the programs that this machine has. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
import {
  LARAVEL,
  makeDjangoSite,
  makeRailsApp,
  springProgram,
  SYMFONY,
  writePhpProject,
} from './way-apps.ts';

const run = promisify(execFile);
const CACHE = path.resolve(import.meta.dirname, '..', '..', '.cache');
const isThere = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const hasPhp = (library: string) => isThere('php', '-r', `require '${library}/autoload.php';`);
/** The one that has Django, where several are installed. */
const python = ['python3', '/usr/bin/python3'].find((one) => isThere(one, '-c', 'import django'));
/** Where Debian keeps the libraries of Java programs. */
const JARS = '/usr/share/java';
const folders = createFolders();
const login = os.userInfo().username;
let sandbox: SandboxProcess;
let folder: string;

/** `python` and `sandpost` by these names, as where the snippets are pasted. */
function writePrograms(bin: string): void {
  mkdirSync(bin);
  if (python !== undefined) writeProgram(path.join(bin, 'python'), [python]);
  const options = ['--config-dir', folders.configDir, '--data-dir', folders.dataDir];
  writeProgram(path.join(bin, 'sandpost'), [...sandpostCommand(), ...options]);
}

function writeProgram(at: string, words: readonly string[]): void {
  writeFileSync(at, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`, { mode: 0o755 });
}

beforeAll(async () => {
  sandbox = await startSandbox(folders);
  // Inside of the checkout, where Node finds nodemailer.
  mkdirSync(CACHE, { recursive: true });
  folder = mkdtempSync(path.join(CACHE, 'ways-'));
  writePrograms(path.join(folder, 'bin'));
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

async function expectArrived(wanted: string | RegExp): Promise<void> {
  await waitUntil(
    async () => {
      const { stdout } = await runSandpost(folders, ['mail', 'list', '--mailbox', login, '--json']);
      const { messages } = JSON.parse(stdout) as { messages: { subject: string; from: string }[] };
      return messages.some(({ subject }) =>
        typeof wanted === 'string' ? subject === wanted : wanted.test(subject),
      );
    },
    `"${String(wanted)}" in the mailbox of ${login}`,
  );
}

/** Pasted into a terminal there. */
const paste = (text: string, cwd = folder) =>
  run('sh', ['-c', text], {
    cwd,
    env: { ...process.env, PATH: `${path.join(folder, 'bin')}:${process.env.PATH ?? ''}` },
  });

const file = (name: string, text: string) => {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
};
function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(path.join(folder, name));
  for (const [at, text] of Object.entries(files)) file(path.join(name, at), text);
  return path.join(folder, name);
}

describe('as it stands', () => {
  test.skipIf(!isThere('curl', '--version'))('curl', async () => {
    await paste(snippet('Terminal', 'curl'));
    await expectArrived('Hello from curl');
  });

  test.skipIf(!isThere('swaks', '--version'))('swaks', async () => {
    await paste(snippet('Terminal', 'swaks'));
    await expectArrived('Hello from swaks');
  });

  test('sandpost sendmail', async () => {
    await paste(snippet('Terminal', 'sendmail'));
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

  test.skipIf(!hasPhp('libphp-phpmailer'))('PHPMailer', async () => {
    writePhpProject(folder, 'first-mail.php', snippet('PHP', 'first-mail.php'));
    await paste('php first-mail.php');
    await expectArrived('Hello from PHP');
  });

  test.skipIf(!isThere('php', '--version'))("PHP's mail()", async () => {
    const ini = file('php.ini', snippet('PHP', 'php.ini'));
    await paste(
      `php -n -c ${ini} -r 'exit(mail("${server().to}", "Hello from mail()", "It works.") ? 0 : 1);'`,
    );
    await expectArrived('Hello from mail()');
  });

  test.skipIf(!isThere('go', 'version'))('Go', async () => {
    await run('go', ['run', file('main.go', snippet('Go', 'main.go'))]);
    await expectArrived('Hello from Go');
  });
});

describe('in the application of a framework', () => {
  test.skipIf(!hasPhp('Illuminate/Mail') || !hasPhp('Dotenv'))('Laravel', async () => {
    const app = folderOf('laravel', { '.env': snippet('Laravel', '.env'), artisan: LARAVEL });
    await paste(snippet('Laravel', 'Then').replace('tinker --execute=', ''), app);
    await expectArrived('Hello from Laravel');
  });

  test.skipIf(!hasPhp('Symfony/Component/Mailer') || !hasPhp('Dotenv')).each(['Laravel', '.env'])(
    'Symfony Mailer with the .env of %s',
    async (name) => {
      const app = folderOf(`symfony-${name}`, { '.env': snippet(name, '.env'), 'send.php': SYMFONY });
      await paste(`php send.php ${server().to} 'Hello from Symfony, ${name}'`, app);
      await expectArrived(`Hello from Symfony, ${name}`);
    },
  );

  test.skipIf(!isThere('rails', '--version'))('Rails', async () => {
    const app = path.join(folder, 'shop');
    await makeRailsApp(app, snippet('Rails', 'config/environments/development.rb'));
    await paste(snippet('Rails', 'Then'), app);
    await expectArrived('Hello from Rails');
  });

  test.skipIf(python === undefined)('Django', async () => {
    const site = path.join(folder, 'django');
    await makeDjangoSite(python ?? '', site, snippet('Django', 'settings.py'));
    await paste(snippet('Django', 'Then'), site);
    await expectArrived(/^Test email from /);
  });

  test.skipIf(!isThere('javac', '--version') || !existsSync(`${JARS}/spring3-context.support.jar`))(
    'Spring',
    async () => {
      const app = folderOf('spring', {
        'application.properties': snippet('Spring', 'application.properties'),
        'Application.java': springProgram(snippet('Spring', 'In a @Configuration')),
      });
      await paste(`javac -cp '${JARS}/*' Application.java && java -cp '.:${JARS}/*' Application`, app);
      await expectArrived('Hello from Spring');
    },
  );
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

test('an IPv6 address stands in brackets in URLs, and where PHP puts it into one', () => {
  expect(snippet('Terminal', 'curl', server({ host: '::1', port: 25 }))).toContain('smtp://[::1]:25');
  expect(snippet('Python', 'first_mail.py', server({ host: '::1' }))).toContain('SMTP("::1",');
  expect(snippet('PHP', 'first-mail.php', server({ host: '::1' }))).toContain("Host = '[::1]'");
  expect(snippet('Laravel', '.env', server({ host: '::1' }))).toContain('MAIL_HOST=[::1]\n');
});
