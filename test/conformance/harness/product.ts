/**
 * The product as a target of scenarios: `sandpost serve` on the scenario's configuration in folders of its own, Postfix's
 * commands through the product's command line, mailboxes through `mail export`. Several can run side by side: ports
 * are any free ones, written into master.cf where the scenario says `smtp`, `submission` and `submissions`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { readMaildir, readMbox, readTree } from './messages.ts';
import { createProductDns } from './product-dns.ts';
import { openProductMail } from './product-mail.ts';
import { toLines } from './text.ts';
import type {
  CommandOptions,
  CommandOutput,
  CommandRecord,
  EditSpec,
  FileSpec,
  MessageRecord,
  QueueAnswer,
  QueueRecord,
  Scenario,
  Target,
} from './types.ts';

/** Sandbox users of every scenario, with the user ids that Received shows for them. */
const USER_IDS: Readonly<Record<string, number>> = { alice: 1001, bob: 1002, carol: 1003 };
const USERS = Object.keys(USER_IDS);
const COMMAND_TIMEOUT_MS = 30_000;
const SETTLE_TIMEOUT_MS = 40_000;

/** In the place of the recorded Postfix's own line: a sandbox refuses commands unless told otherwise, that one ran them. */
const OWN_LINE = { text: 'sandpost_allow_commands = yes', standsFor: 'maillog_file' };
const BASE_MAIN = [
  'compatibility_level = 3.6',
  OWN_LINE.text,
  'alias_maps = lmdb:{config_directory}/aliases',
  'alias_database = lmdb:{config_directory}/aliases',
];
const BASE_ALIASES = 'MAILER-DAEMON: postmaster\npostmaster: root\n';
const BASE_MASTER = `
smtp      inet  n       -       n       -       -       smtpd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
proxywrite unix -       -       n       -       1       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
  -o syslog_name=postfix/$service_name
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
local     unix  -       n       n       -       -       local
virtual   unix  -       n       n       -       -       virtual
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
`
  .trim()
  .split('\n');

export interface ProductOptions {
  /** How the command line is started: program and leading arguments. */
  readonly command: readonly [string, ...string[]];
  /** Folder with server, sink and untrusted certificates. */
  readonly certs: string;
}

/** master.cf lines to logical entries; comments dropped. */
function masterEntries(lines: readonly string[]): string[][] {
  const entries: string[][] = [];
  for (const line of lines) {
    if (/^\s*(#|$)/.test(line)) continue;
    const last = entries.at(-1);
    if (/^\s/.test(line) && last !== undefined) last.push(line);
    else entries.push([line]);
  }
  return entries;
}

const serviceKey = (entry: readonly string[]) => (entry[0] ?? '').trim().split(/\s+/).slice(0, 2).join(' ');

function masterCf(scenario: Scenario): readonly string[] {
  if (scenario['master.cf:raw'] !== undefined) return scenario['master.cf:raw'];
  const replacing = new Map(
    masterEntries(scenario['master.cf'] ?? []).map((entry) => [serviceKey(entry), entry]),
  );
  const merged = masterEntries(BASE_MASTER).map((entry) => {
    const other = replacing.get(serviceKey(entry));
    replacing.delete(serviceKey(entry));
    return other ?? entry;
  });
  return [...merged, ...replacing.values()].flat();
}

function mainCf(spec: {
  readonly 'main.cf'?: readonly string[];
  readonly nobase?: readonly string[];
}): string {
  const lines = spec['main.cf'] ?? [];
  const nameOf = (line: string) =>
    line === OWN_LINE.text ? OWN_LINE.standsFor : (line.split('=')[0] ?? '').trim();
  const isOverridden = (line: string) =>
    lines.some((other) => nameOf(other) === nameOf(line)) || spec.nobase?.includes(nameOf(line)) === true;
  return `${[...BASE_MAIN.filter((line) => !isOverridden(line)), ...lines].join('\n')}\n`;
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function createProductTarget(options: ProductOptions): Promise<Target> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'conformance-'));
  const at = (name: string) => path.join(root, name);
  const configDir = at('etc');
  const dataDir = at('data');
  const ports = { smtp: await freePort(), submission: await freePort(), submissions: await freePort() };
  const placeholders = {
    config_directory: configDir,
    queue_directory: dataDir,
    data_directory: dataDir,
    mail_spool_directory: '/var/mail',
    home: path.join(dataDir, 'home'),
    scripts: at('scripts'),
    certs: options.certs,
    vmail: at('vmail'),
    state: at('state'),
    sendmail: at('bin/sendmail'),
  };
  for (const name of ['etc', 'data', 'scripts', 'vmail', 'state', 'bin']) mkdirSync(at(name));
  // Commands and files run with nobody's rights.
  for (const name of ['.', 'data', 'vmail', 'state'])
    chmodSync(at(name), name === 'data' || name === '.' ? 0o755 : 0o777);
  writeSendmail();

  /** `sendmail` for scripts and pipes of a scenario. */
  function writeSendmail(): void {
    const words = [...options.command, '-c', configDir, '--data-dir', dataDir, 'sendmail'];
    writeFileSync(placeholders.sendmail, `#!/bin/sh\nexec ${words.map(quote).join(' ')} "$@"\n`);
    chmodSync(placeholders.sendmail, 0o755);
  }

  /** Listener names become ports in this process's master.cf: a scenario's `smtp inet` is any free port here. */
  function withPorts(lines: readonly string[]): string {
    const text = lines.map((line) => {
      const match = /^(smtp|25|submission|587|submissions|smtps|465)(\s+inet\s.*)$/.exec(line);
      if (match === null) return line;
      const name =
        { 25: 'smtp', 587: 'submission', 465: 'submissions', smtps: 'submissions' }[match[1] ?? ''] ??
        match[1];
      // Without a host: the addresses of inet_interfaces, as the scenario means it.
      return `${ports[name as keyof typeof ports]}${match[2] ?? ''}`;
    });
    return `${text.join('\n')}\n`;
  }

  function writeFile(name: string, spec: string | FileSpec): void {
    const file = path.isAbsolute(name) ? name : path.join(configDir, name);
    const { text = '', mode, age } = typeof spec === 'string' ? { text: spec } : spec;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode === undefined ? 0o644 : parseInt(mode, 8));
    if (age !== undefined) makeOlder(file, age);
  }

  function makeOlder(file: string, seconds: number): void {
    const time = Date.now() / 1000 + seconds;
    utimesSync(file, time, time);
  }

  function mapCommands(scenario: Scenario): readonly (readonly string[])[] {
    if (scenario.maps !== undefined) return scenario.maps;
    const text = [mainCf(scenario), ...(scenario['master.cf'] ?? [])]
      .join('\n')
      .replaceAll('{config_directory}', configDir);
    const folder = configDir.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const tables = new Map<string, readonly string[]>();
    for (const match of text.matchAll(
      new RegExp(`\\b(lmdb|hash|btree):(?:\\$\\{?config_directory\\}?|${folder})/([A-Za-z0-9_.-]+)`, 'g'),
    )) {
      const [, type = '', name = ''] = match;
      const isThere =
        name === 'aliases' ? existsSync(path.join(configDir, name)) : name in (scenario.files ?? {});
      if (scenario.nomap?.includes(name) === true || !isThere) continue;
      const command = name.includes('alias') && !name.includes('virtual') ? 'postalias' : 'postmap';
      tables.set(`${type}:${name}`, [command, `${type}:${configDir}/${name}`]);
    }
    return [...tables.values()];
  }

  async function runCommand(
    name: string,
    args: readonly string[],
    given: CommandOptions = {},
  ): Promise<CommandOutput> {
    const isOurs = !['mkdir', 'cp', 'sh', 'rm', 'cat'].includes(name);
    const user = given.as === undefined ? [] : ['--as', `${given.as}:${USER_IDS[given.as] ?? 0}`];
    const words = isOurs
      ? [...options.command, '-c', configDir, '--data-dir', dataDir, ...user, name, ...args]
      : [name, ...args];
    const argv = given.tty === true ? ['script', '-qec', words.map(quote).join(' '), '/dev/null'] : words;
    return execute(argv, given.stdin ?? '', { ...commandEnvironment(), ...given.env });
  }

  function commandEnvironment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      TZ: 'UTC',
      LANG: 'C',
      LC_ALL: 'C',
      HOME: root,
      USER: 'root',
      LOGNAME: 'root',
      // For `postfix start` in a scenario: several run side by side, and none needs HTTP.
      SANDPOST_HTTP: 'off',
      // Compiled code is kept from one scenario to the next.
      XDG_CACHE_HOME: path.join(os.tmpdir(), `sandpost-conformance-cache-${process.getuid?.() ?? 0}`),
    };
  }

  async function serve(): Promise<void> {
    const [program, ...before] = options.command;
    const args = [
      ...before,
      'serve',
      '--config-dir',
      configDir,
      '--data-dir',
      dataDir,
      '--http',
      'off',
      '--json',
    ];
    const child = spawn(program, args, { env: commandEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const first = once(createInterface({ input: child.stdout }), 'line');
    const ended = once(child, 'exit').then(() => {
      throw new Error(`serve ended: ${complaint}`);
    });
    await Promise.race([first, ended]);
    ended.catch(() => undefined);
  }

  /** The process of the running sandbox, whoever started it: this target, or `postfix start` in the scenario. */
  function runningProcess(): number | undefined {
    const file = path.join(configDir, '.sandbox.json');
    if (!existsSync(file)) return undefined;
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { readonly pid: number };
    try {
      if (pid <= 0) return undefined;
      process.kill(pid, 0);
      return pid;
    } catch {
      return undefined;
    }
  }
  const isRunning = () => runningProcess() !== undefined;

  async function queue(): Promise<QueueAnswer> {
    const output = await runCommand('postqueue', ['-j']);
    if (output.exit !== 0) return { error: toLines(output.stderr) };
    return toLines(output.stdout).map((line) => {
      const entry = JSON.parse(line) as QueueRecord;
      const { queue_name, sender, recipients, forced_expire } = entry;
      return { queue_name, sender, ...(forced_expire === true ? { forced_expire } : {}), recipients };
    });
  }

  async function settle({
    timeoutMs = SETTLE_TIMEOUT_MS,
  }: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    if (!isRunning()) return true;
    const mail = openProductMail(configDir);
    const end = Date.now() + timeoutMs;
    let wasQuiet = false;
    while (Date.now() < end) {
      const isQuiet = await mail.isQuiet();
      // Twice in a row: a delivery may give rise to a notice.
      if (isQuiet && wasQuiet) return true;
      wasQuiet = isQuiet;
      await delay(20);
    }
    return false;
  }

  function collectHomes(): MessageRecord[] {
    return USERS.flatMap((user) => {
      const home = path.join(placeholders.home, user);
      if (!existsSync(home)) return [];
      return readdirSync(home, { withFileTypes: true }).flatMap((entry) => {
        const file = path.join(home, entry.name);
        if (entry.name.startsWith('.forward')) return [];
        if (entry.isFile()) return readMbox(file, `~${user}/${entry.name}`);
        return existsSync(path.join(file, 'new')) ? readMaildir(file, `~${user}/${entry.name}/`) : [];
      });
    });
  }

  /** A file, or a mailbox of the spool, which here is in the store. */
  async function collectFile(name: string): Promise<readonly string[] | null> {
    if (path.dirname(name) !== placeholders.mail_spool_directory) return readLines(name);
    const text = isRunning() ? await openProductMail(configDir).mbox(path.basename(name)) : '';
    return text === '' ? null : toLines(text);
  }

  const readLines = (file: string) => (existsSync(file) ? toLines(readFileSync(file, 'utf8')) : null);

  const dns = createProductDns(runCommand);

  return {
    ports,
    placeholders,
    certs: options.certs,
    dns,
    userIds: { root: 0, ...USER_IDS },
    get isRunning() {
      return isRunning();
    },
    reservePort: freePort,
    async start(scenario) {
      const expanded = (text: string) => text.replaceAll('{config_directory}', configDir);
      if (scenario.files?.aliases === undefined && scenario.noAliases !== true)
        writeFile('aliases', BASE_ALIASES);
      for (const [name, spec] of Object.entries(scenario.files ?? {})) writeFile(name, spec);
      writeFileSync(path.join(configDir, 'main.cf'), expanded(mainCf(scenario)));
      writeFileSync(path.join(configDir, 'master.cf'), withPorts(masterCf(scenario)));
      await runCommand('user', ['add', ...USERS]);
      await dns.begin();
      for (const [user, text] of Object.entries(scenario.forward ?? {})) {
        writeFile(path.join(placeholders.home, user, '.forward'), {
          text: `${text.replace(/\n*$/, '')}\n`,
          mode: '600',
        });
      }
      for (const folder of Object.keys(scenario.dirs ?? {})) mkdirSync(folder, { recursive: true });
      const setup: CommandRecord[] = [];
      for (const argv of mapCommands(scenario)) {
        const { exit, stdout, stderr } = await runCommand(argv[0] ?? '', argv.slice(1));
        setup.push({
          run: argv,
          exit,
          ...(stdout === '' ? {} : { stdout: toLines(stdout) }),
          ...(stderr === '' ? {} : { stderr: toLines(stderr) }),
        });
      }
      if (scenario.nostart !== true) await serve();
      return setup;
    },
    runCommand,
    async edit(spec: EditSpec) {
      const main = path.join(configDir, 'main.cf');
      if (spec['main.cf'] !== undefined)
        writeFileSync(main, mainCf(spec).replaceAll('{config_directory}', configDir));
      if (spec['main.cf+'] !== undefined)
        writeFileSync(main, `${readFileSync(main, 'utf8')}${spec['main.cf+'].join('\n')}\n`);
      for (const [name, text] of Object.entries(spec.files ?? {})) {
        if (name === 'master.cf')
          writeFileSync(
            path.join(configDir, name),
            withPorts(toLines(typeof text === 'string' ? text : (text.text ?? ''))),
          );
        else writeFile(name, text);
      }
      for (const [name, age] of Object.entries(spec.touch ?? {}))
        makeOlder(path.resolve(configDir, name), age);
      for (const name of spec.remove ?? []) rmSync(path.resolve(configDir, name), { force: true });
      await Promise.resolve();
    },
    settle,
    queue,
    async collect(scenario) {
      const files: Record<string, unknown> = {};
      for (const name of scenario.collect ?? []) files[name] = await collectFile(name);
      for (const name of readdirSync(placeholders.state).sort()) {
        files[path.join(placeholders.state, name)] = readLines(path.join(placeholders.state, name));
      }
      const messages = [
        ...(isRunning() ? await openProductMail(configDir).mailboxes() : []),
        ...collectHomes(),
        ...readTree(placeholders.vmail, 'vmail'),
      ];
      return {
        messages,
        queue: isRunning() ? await queue() : [],
        log: readLines(path.join(dataDir, 'mail.log')) ?? [],
        files,
      };
    },
    async stop() {
      dns.end();
      const pid = runningProcess();
      if (pid !== undefined) process.kill(pid, 'SIGTERM');
      while (isRunning()) await delay(20);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const quote = (word: string) =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

function execute(argv: readonly string[], stdin: string, env: NodeJS.ProcessEnv): Promise<CommandOutput> {
  return new Promise((resolve) => {
    const [program = '', ...args] = argv;
    const child = spawn(program, args, { env, cwd: '/' });
    const output = { stdout: '', stderr: '' };
    const timer = setTimeout(() => child.kill('SIGKILL'), COMMAND_TIMEOUT_MS);
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ exit: 127, stdout: '', stderr: error.message });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({
        exit: code ?? `signal ${String(signal)}`,
        ...output,
        ...(signal === 'SIGKILL' ? { timedOut: true } : {}),
      });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
}
