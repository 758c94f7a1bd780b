/**
 * postfix(1): start, stop, abort, reload, status, check, flush. Every verb first reads the configuration as
 * Postfix's own does, and says what is wrong with it in Postfix's words.
 */
import { checkServices, fileWarnings, isServedNow } from '../../config/check.ts';
import type { Problem } from '../../api/contract/common.ts';
import { CommandError, withConnection, type Context } from '../context.ts';
import { isRunning, type Running } from '../../api/running.ts';
import { createClock } from '../../util/clock.ts';
import { startInBackground } from './background.ts';
import { readingProblems } from './check-output.ts';
import { writeFirstFiles } from '../first-files.ts';
import { getopt } from '../../util/getopt.ts';
import { startsWell } from './program-start.ts';

const SCRIPT = 'postfix/postfix-script:';
const USAGE =
  'Usage: postfix start (or stop, reload, abort, flush, check, status, set-permissions, upgrade-configuration, logrotate)';
/** How long a stop may take: what is under way is finished first. */
const STOP_WITHIN_MS = 30_000;
const POLL_MS = 25;

type Verb = (context: Context, args: readonly string[]) => Promise<number> | number;

/** postfix-script speaks through postlog(1), a program of its own. */
const say = (context: Context, text: string) => {
  startsWell(context, 'postfix/postlog');
  context.err(`${SCRIPT} ${text}\n`);
};

/** What check and start look at besides what is in the files. */
function lookAtFiles(context: Context): void {
  context.err(
    fileWarnings(context.folders.configDir)
      .map((line) => `${line}\n`)
      .join(''),
  );
  startsWell(context, 'postsuper');
}

function refuse(context: Context, text: string): number {
  say(context, `fatal: ${text}`);
  return 1;
}

async function status(context: Context, args: readonly string[]): Promise<number> {
  const entry = context.running();
  if (args.includes('--json')) {
    const answer =
      entry === undefined ? null : await withConnection(context, ({ client }) => client.sandbox.status());
    context.out(`${JSON.stringify(answer ?? { running: false })}\n`);
    return entry === undefined ? 1 : 0;
  }
  if (entry === undefined) {
    say(context, 'the Postfix mail system is not running');
    return 1;
  }
  say(context, `the Postfix mail system is running: PID: ${entry.pid}`);
  return 0;
}

async function start(context: Context, args: readonly string[]): Promise<number> {
  if (context.running() !== undefined) return refuse(context, 'the Postfix mail system is already running');
  lookAtFiles(context);
  say(context, 'starting the Postfix mail system');
  const started = await startInBackground(context.folders, args);
  if (started.kind === 'running') return 0;
  context.err(started.output);
  return refuse(context, 'mail system startup failed');
}

/** Waits for the process to end, so that a start right after finds everything free. */
async function untilGone(entry: Running): Promise<boolean> {
  const clock = createClock();
  const deadline = clock.now() + STOP_WITHIN_MS;
  while (isRunning(entry)) {
    if (clock.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

const stopping =
  (announcement: string): Verb =>
  async (context) => {
    const entry = context.running();
    if (entry === undefined) return refuse(context, 'the Postfix mail system is not running');
    say(context, announcement);
    await withConnection(context, ({ client }) => client.sandbox.stop());
    // The desktop app hosts the sandbox in a process of its own that may live on after it.
    if (entry.pid !== process.pid && !(await untilGone(entry))) {
      return refuse(context, `process ${entry.pid} has not ended after ${STOP_WITHIN_MS / 1000} seconds`);
    }
    return 0;
  };

async function reload(context: Context, args: readonly string[]): Promise<number> {
  if (context.running() === undefined) return refuse(context, 'the Postfix mail system is not running');
  const answer = await withConnection(context, ({ client }) => client.sandbox.reload());
  if (args.includes('--json')) context.out(`${JSON.stringify(answer)}\n`);
  say(context, 'refreshing the Postfix mail system');
  return 0;
}

async function flush(context: Context): Promise<number> {
  startsWell(context, 'postqueue');
  try {
    return await (await import('./postqueue.ts')).run(context, ['-f']);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    context.err(`postqueue: ${error.message}\n`);
    return error.exit;
  }
}

/** By the running sandbox, which knows what is compiled; else as far as the files alone tell. */
async function findProblems(context: Context): Promise<readonly Problem[]> {
  if (context.running() === undefined) return checkServices(context.folders.configDir, isServedNow);
  const { problems } = await withConnection(context, ({ client }) => client.config.check({}));
  return problems;
}

/** What is wrong with the texts was said before any verb; `--json` lists every problem found, with file, line and fix. */
async function check(context: Context, args: readonly string[]): Promise<number> {
  if (!args.includes('--json')) {
    lookAtFiles(context);
    return 0;
  }
  const problems = await findProblems(context);
  context.out(`${JSON.stringify({ problems })}\n`);
  return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}

const VERBS: Readonly<Record<string, Verb>> = {
  start,
  status,
  reload,
  flush,
  stop: stopping('stopping the Postfix mail system'),
  abort: stopping('aborting the Postfix mail system'),
  check,
  'set-permissions': () => 0,
  'upgrade-configuration': () => 0,
  logrotate: () => 0,
};

/** `args`: options, the verb and what follows it. */
export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { items, rest: words } = getopt(args, 'c:Dv');
  const bad = items.find((item) => item.kind === 'bad');
  if (bad !== undefined) {
    context.err(`postfix: ${bad.message}\n`);
    throw new CommandError('fatal: usage: postfix [-c config_dir] [-Dv] command');
  }
  const [verb = '', ...rest] = words;
  // These two are what a new sandbox is begun with; the others only read what there is. A folder that is named is there.
  const isNamed = items.some((item) => item.kind === 'option' && item.letter === 'c');
  if (!isNamed && (verb === 'start' || verb === 'check')) await writeFirstFiles(context);
  const found = await readingProblems(context.folders.configDir);
  context.err(found.output);
  const asJson = verb === 'check' && rest.includes('--json');
  if (found.isFatal && !asJson) return 1;
  const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (act === undefined) return refuse(context, `unknown command: '${verb}'. ${USAGE}`);
  return act(context, rest);
}

/** `sandpost status` and so on: the verb is the command's name. */
export const verb =
  (name: string) =>
  (context: Context, args: readonly string[]): Promise<number> =>
    run(context, [name, ...args]);
