/**
 * The product as a target of scenarios: `sandpost serve` on the scenario's configuration, Postfix's commands through the
 * product's command line, mailboxes through its local socket. Where it runs, and on which ports, is the place's business.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execute, onTerminal, quote } from './execute.ts';
import { readMaildir, readMbox, readTree } from './messages.ts';
import { USER_IDS, type Place } from './place.ts';
import { createProductDns } from './product-dns.ts';
import { parseQueue, useRunning, useStopped, type ProductMail } from './product-mail.ts';
import { createScenarioFiles } from './scenario-files.ts';
import { toLines } from './text.ts';
import type {
  CommandOptions,
  CommandOutput,
  CommandRecord,
  MessageRecord,
  QueueAnswer,
  Scenario,
  Target,
} from './types.ts';

const USERS = Object.keys(USER_IDS);
const SETTLE_TIMEOUT_MS = 40_000;
const SETTLE_POLL_MS = 15;
/** What the product's command line answers to, as links or by name. */
const COMMANDS: ReadonlySet<string> = new Set([
  'mailq',
  'newaliases',
  'postalias',
  'postcat',
  'postconf',
  'postfix',
  'postmap',
  'postqueue',
  'postsuper',
  'sendmail',
]);

export interface ProductOptions {
  /** How the command line is started: program and leading arguments. */
  readonly command: readonly [string, ...string[]];
  readonly place: Place;
  /** A data folder that has the scenarios' users already (seed.ts); copied, for making it takes as long as a start. */
  readonly seed: string;
}

export function createProductTarget({ command, place, seed }: ProductOptions): Target {
  const { configDir, dataDir, placeholders, env } = place;
  const files = createScenarioFiles(place);
  const at = (name: string) => placeholders[name] ?? '';
  const ours = [...command, '-c', configDir, '--data-dir', dataDir];

  /** Postfix's commands for scripts and pipes of a scenario. */
  function writeCommands(): void {
    for (const name of COMMANDS) {
      const file = path.join(place.binFolder, name);
      rmSync(file, { force: true });
      writeFileSync(file, `#!/bin/sh\nexec ${[...ours, name].map(quote).join(' ')} "$@"\n`);
      chmodSync(file, 0o755);
    }
  }

  function runCommand(
    name: string,
    args: readonly string[],
    given: CommandOptions = {},
  ): Promise<CommandOutput> {
    const { as, tty = false, stdin = '' } = given;
    const id = as === undefined ? undefined : USER_IDS[as];
    let words = [name, ...args];
    if (COMMANDS.has(name))
      words = [...ours, ...(as === undefined ? [] : ['--as', `${as}:${id ?? 0}`]), ...words];
    else if (as !== undefined) words = asUser(as, words);
    return execute(tty ? onTerminal(words) : words, { stdin, env: { ...env, ...given.env } });
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
  const hasRun = () => existsSync(path.join(configDir, '.sandbox.json'));

  /** Through the socket of the running sandbox; of one that was stopped, by opening it. */
  const withMail = <T>(use: (mail: ProductMail) => Promise<T>): Promise<T | undefined> =>
    isRunning() ? useRunning(configDir, use) : useStopped({ configDir, dataDir }, use);

  async function queue(): Promise<QueueAnswer> {
    if (isRunning()) return useRunning(configDir, (mail) => mail.queue());
    const output = await runCommand('postqueue', ['-j']);
    return output.exit === 0 ? parseQueue(output.stdout) : { error: toLines(output.stderr) };
  }

  async function settle({
    timeoutMs = SETTLE_TIMEOUT_MS,
  }: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    const end = Date.now() + timeoutMs;
    let wasQuiet = false;
    while (isRunning()) {
      if (Date.now() > end) return false;
      const isQuiet = await useRunning(configDir, (mail) => mail.isQuiet());
      // Twice in a row: a delivery may give rise to a notice.
      if (isQuiet && wasQuiet) return true;
      wasQuiet = isQuiet;
      await delay(SETTLE_POLL_MS);
    }
    return true;
  }

  function collectHomes(): MessageRecord[] {
    return USERS.flatMap((user) => {
      const home = path.join(at('home'), user);
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
    if (path.dirname(name) !== at('mail_spool_directory')) return readLines(name);
    const text = hasRun() ? await withMail((mail) => mail.mbox(path.basename(name))) : undefined;
    return text === undefined || text === '' ? null : toLines(text);
  }

  async function collectFiles(scenario: Scenario): Promise<Readonly<Record<string, unknown>>> {
    const found: Record<string, unknown> = {};
    for (const name of scenario.collect ?? []) found[name] = await collectFile(name);
    for (const entry of readdirSync(at('state'), { withFileTypes: true })) {
      const file = path.join(at('state'), entry.name);
      if (entry.isFile()) found[file] = readLines(file);
    }
    return found;
  }

  /** The sandbox's users; their homes are folders beside the database. */
  function copySeed(): void {
    cpSync(path.join(seed, 'sandpost.db'), path.join(dataDir, 'sandpost.db'));
    for (const name of readdirSync(path.join(seed, 'home')))
      mkdirSync(path.join(dataDir, 'home', name), { recursive: true });
  }

  /**
   * Builds the tables, prepares the machine, starts. What fails is kept and is no error: so it was with the recorded one,
   * and a machine that lacks a program shows the rest of the scenario.
   */
  async function* setUp(scenario: Scenario): AsyncGenerator<CommandRecord> {
    for (const run of files.mapCommands(scenario)) {
      const { exit, stdout, stderr } = await runCommand(run[0] ?? '', run.slice(1));
      yield { run, exit, stdout: toLines(stdout), stderr: toLines(stderr) };
    }
    for (const text of scenario.prepare ?? []) {
      const { exit, stderr } = await execute(['/bin/sh', '-c', text], { env });
      if (exit !== 0) yield { run: ['sh', '-c', text], exit, stderr: toLines(stderr) };
    }
    if (scenario.nostart === true) return;
    const tty = scenario.recordStart === true;
    const { exit, stdout, stderr } = await runCommand('postfix', ['start'], { tty });
    if (exit !== 0 || tty) yield { run: ['postfix', 'start'], exit, tty: toLines(stdout + stderr) };
  }

  const dns = createProductDns((args, stdin = '') => execute([...ours, 'dns', ...args], { stdin, env }));

  return {
    ports: place.ports,
    placeholders,
    spellings: place.spellings,
    certs: at('certs'),
    dns,
    userIds: { ...place.fileOwners, root: 0, ...USER_IDS },
    get isRunning() {
      return isRunning();
    },
    reservePort: place.reservePort,
    async start(scenario) {
      copySeed();
      writeCommands();
      files.writeAll(scenario);
      await dns.begin();
      const setup: CommandRecord[] = [];
      for await (const record of setUp(scenario)) setup.push(record);
      return setup;
    },
    runCommand,
    edit: (spec) => {
      files.edit(spec);
    },
    settle,
    queue,
    async collect(scenario, { hasStarted }) {
      const messages = [
        ...(hasRun() ? ((await withMail((mail) => mail.mailboxes())) ?? []) : []),
        ...collectHomes(),
        ...readTree(at('vmail'), 'vmail'),
      ];
      return {
        messages,
        queue: hasStarted ? await queue() : [],
        log: readLines(path.join(dataDir, 'mail.log')) ?? [],
        files: await collectFiles(scenario),
      };
    },
    async stop() {
      dns.end();
      // Everything is collected: what a stop would still save is thrown away with the folders.
      const pid = runningProcess();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      while (isRunning()) await delay(5);
      place.clear();
    },
  };
}

const readLines = (file: string) => (existsSync(file) ? toLines(readFileSync(file, 'utf8')) : null);

/** The words as a command that runs as a user of the machine. */
const asUser = (name: string, words: readonly string[]): string[] => [
  'setpriv',
  `--reuid=${name}`,
  `--regid=${name}`,
  '--clear-groups',
  'env',
  `HOME=/home/${name}`,
  `USER=${name}`,
  `LOGNAME=${name}`,
  ...words,
];
