/** `sandpost serve`: runs the sandbox in this process until SIGTERM, SIGINT or `sandpost stop`. */
import { ListenError } from '../../api/listen.ts';
import { CommandError, type Context } from '../context.ts';
import { serveSandbox } from '../open-sandbox.ts';
import { parseOptions, table } from '../options.ts';
import { findPortHolder } from '../../smtpd/port-holder.ts';

const DEFAULT_HTTP = '127.0.0.1:8025';
const OPTIONS = { http: { type: 'string' }, json: { type: 'boolean' } } as const;

type Served = Awaited<ReturnType<typeof serveSandbox>>;

/** The line that says it is ready: one JSON object, or words. */
function readyText(sandbox: Served, context: Context, asJson: boolean): string {
  const { listeners, http } = sandbox;
  const { configDir, dataDir } = context.folders;
  if (asJson) return `${JSON.stringify({ event: 'ready', listeners, http, configDir, dataDir })}\n`;
  const rows = [
    ...listeners.map(({ host, port }) => ['  send mail to', `${host}:${port}`]),
    ...(http === null ? [] : [['  read it at', http]]),
    ['  configuration', configDir],
    ['  data', dataDir],
  ];
  return `Sandpost is ready. Mail never leaves this machine.\n${table(rows)}`;
}

/** Says who has the port, where the system tells. */
async function explain(error: unknown): Promise<unknown> {
  if (!(error instanceof ListenError) || error.code !== 'EADDRINUSE') return error;
  const { port } = error;
  const owner = await findPortHolder(port);
  const blame = owner === undefined ? '' : ` (it is in use by ${owner})`;
  return new CommandError(`${error.message}${blame}`, 69, { cause: error });
}

/** As the signal by itself would. process.exit terminates threads, which those that use SQLite do not bear (store/writer.ts). */
function endNow(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** Resolves when somebody wants it to end. A second signal does not wait. */
function untilStopped(requested: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (signal?: NodeJS.Signals) => {
      if (isStopping && signal !== undefined) endNow(signal);
      isStopping = true;
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    void requested.then(() => {
      stop();
    });
  });
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values } = parseOptions(args, OPTIONS);
  const entry = context.running();
  if (entry !== undefined) {
    throw new CommandError(
      `a sandbox is running on ${context.folders.configDir} already (process ${entry.pid}${entry.http === null ? '' : `, ${entry.http}`}); stop it with "sandpost stop"`,
      69,
    );
  }
  // Whoever started this may close our output once it has seen the ready line.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  let requestStop: () => void = () => undefined;
  const requested = new Promise<void>((resolve) => {
    requestStop = resolve;
  });
  // From here on a signal ends it in good order, also one that comes while it is still starting.
  const stopped = untilStopped(requested);
  const sandbox = await serveSandbox({
    ...context.folders,
    http: values.http ?? context.env['SANDPOST_HTTP'] ?? DEFAULT_HTTP,
    onStopRequested: () => {
      requestStop();
    },
  }).catch(async (error: unknown) => {
    throw await explain(error);
  });
  context.out(readyText(sandbox, context, values.json === true));
  await stopped;
  await sandbox.stop();
  return 0;
}
