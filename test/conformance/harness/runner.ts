/** Runs one scenario against a target and returns the normalised record. Knows nothing of what the target is. */
import { setTimeout as delay } from 'node:timers/promises';
import { digestBodies, headerOf } from './messages.ts';
import { createNormalizer, digestLog, findQueueIds } from './normalize.ts';
import { createService, scrubTranscripts, type HelperService } from './services.ts';
import { smtpStep } from './smtp-client.ts';
import { compareText, expandWith, mapStrings, toLines } from './text.ts';
import type {
  CommandOptions,
  CommandRecord,
  MessageRecord,
  QueueAnswer,
  Scenario,
  ScenarioRecord,
  ServiceSpec,
  Step,
  StepRecord,
  Target,
} from './types.ts';

interface Run {
  readonly target: Target;
  readonly ports: Readonly<Record<string, number>>;
  readonly scenario: Scenario;
  readonly services: readonly { readonly spec: ServiceSpec; readonly service: HelperService }[];
  readonly steps: StepRecord[];
  /** The scenario's own start, or a `start` step, went well. */
  hasStarted: boolean;
}

const START: readonly string[] = ['postfix', 'start'];

type Raw = Omit<CommandRecord, 'run' | 'sendmail'>;

async function command(run: Run, argv: readonly string[], options: CommandOptions = {}): Promise<Raw> {
  const [name = '', ...args] = argv;
  const output = await run.target.runCommand(name, args, options);
  const streams =
    options.tty === true
      ? { tty: toLines(output.stdout) }
      : {
          stdout: toLines(output.stdout),
          ...(output.stderr === '' ? {} : { stderr: toLines(output.stderr) }),
        };
  return {
    exit: output.exit,
    ...(options.as === undefined ? {} : { as: options.as }),
    ...streams,
    ...(output.timedOut === true ? { timedOut: true } : {}),
  };
}

async function runArgv(run: Run, argv: readonly string[], options?: CommandOptions): Promise<void> {
  run.steps.push({ run: argv, ...(await command(run, argv, options)) });
}

const settleOptions = (scenario: Scenario) =>
  scenario.settleTimeoutMs === undefined ? {} : { timeoutMs: scenario.settleTimeoutMs };

async function queueIds(run: Run, queue?: string): Promise<string[]> {
  const { stdout } = await run.target.runCommand('postqueue', ['-j']);
  return toLines(stdout)
    .map((line) => JSON.parse(line) as { queue_name: string; queue_id: string })
    .filter((entry) => queue === undefined || entry.queue_name === queue)
    .map((entry) => entry.queue_id)
    .sort(compareText);
}

/** What each kind of step does; a step is of the first kind whose name it has. */
const ACTIONS: {
  readonly [K in keyof Step]?: (run: Run, step: Step & Required<Pick<Step, K>>) => Promise<void>;
} = {
  smtp: async (run, step) => {
    run.steps.push({ smtp: await smtpStep(step.smtp, run.ports) });
  },
  sendmail: async (run, { sendmail }) => {
    const argv = ['sendmail', ...(sendmail.args ?? [])];
    const output = await command(run, argv, { stdin: sendmail.stdin ?? '', as: sendmail.as });
    run.steps.push({ sendmail: argv, ...output });
  },
  run: (run, step) =>
    runArgv(run, step.run, { stdin: step.stdin ?? '', as: step.as, tty: step.tty, env: step.env }),
  postconf: async (run, step) => {
    const argv = ['postconf', ...step.postconf];
    const output = await command(run, argv);
    const stdout =
      output.stdout?.filter((line) => !/^(maillog_file|sandpost_allow_commands) = /.test(line)) ?? [];
    run.steps.push({ run: argv, ...output, stdout });
  },
  postmap_q: async (run, { postmap_q: { alias, key, map } }) => {
    for (const one of [key].flat())
      await runArgv(run, [alias === true ? 'postalias' : 'postmap', '-q', one, map]);
  },
  check: (run) => runArgv(run, ['postfix', 'check'], { tty: true }),
  reload: async (run) => {
    await runArgv(run, ['postfix', 'reload'], { tty: true });
  },
  edit: async (run, { edit }) => {
    run.target.edit(edit);
    for (const argv of edit.maps ?? []) await runArgv(run, argv);
  },
  wait: async (run, { wait }) => {
    if (wait !== 'drained') await delay(wait);
    else if (!(await run.target.settle(settleOptions(run.scenario))))
      run.steps.push({ wait: 'TIMEOUT: the queue did not drain' });
  },
  mailq: async (run, { mailq }) => {
    await run.target.settle(settleOptions(run.scenario));
    run.steps.push({ queue: mailq, entries: sortQueue(await run.target.queue()) });
  },
  flush: async (run) => {
    await runArgv(run, ['postqueue', '-f']);
    await run.target.settle(settleOptions(run.scenario));
  },
  postsuper: (run, step) => runArgv(run, ['postsuper', ...step.postsuper]),
  postsuperEach: async (run, { postsuperEach: { flag, queue } }) => {
    for (const id of await queueIds(run, queue)) await runArgv(run, ['postsuper', flag, id]);
  },
  queueIdCommand: async (run, step) => {
    const [id = 'NONE'] = await queueIds(run);
    await runArgv(
      run,
      step.queueIdCommand.map((word) => word.replaceAll('{qid}', id)),
    );
  },
  startService: async (run, { startService }) => {
    await run.services.find(({ spec }) => spec.name === startService)?.service.start();
  },
  stopService: async (run, { stopService }) => {
    await run.services.find(({ spec }) => spec.name === stopService)?.service.stop();
  },
  start: async (run) => {
    await runArgv(run, START, { tty: true });
    const last = run.steps.at(-1);
    run.hasStarted = last !== undefined && 'exit' in last && last.exit === 0;
  },
};

async function runStep(run: Run, step: Step): Promise<void> {
  const kind = (Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]).find((name) => step[name] !== undefined);
  const action = kind === undefined ? undefined : ACTIONS[kind];
  if (action === undefined) throw new Error(`unknown step ${JSON.stringify(step)}`);
  await (action as (run: Run, step: Step) => Promise<void>)(run, step);
}

function sortQueue(queue: QueueAnswer): QueueAnswer {
  if ('error' in queue) return queue;
  const entries = queue.map((entry) => ({
    ...entry,
    recipients: [...entry.recipients].sort((a, b) => compareText(a.address, b.address)),
  }));
  return entries.sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
}

async function choosePorts(scenario: Scenario, target: Target): Promise<Record<string, number>> {
  const ports: Record<string, number> = { ...target.ports };
  for (const { name, port } of scenario.services ?? []) {
    if (name !== undefined && ports[name] === undefined) ports[name] = port ?? (await target.reservePort());
  }
  for (const name of scenario.unusedPorts ?? []) ports[name] = await target.reservePort();
  return ports;
}

export async function runScenario(input: Scenario, target: Target): Promise<ScenarioRecord> {
  const ports = await choosePorts(input, target);
  const portNames = Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [`port:${name}`, String(port)]),
  );
  const scenario = mapStrings(input, expandWith({ ...target.placeholders, ...portNames }));
  const environment = { ports, certs: target.certs, dns: target.dns };
  const services = (scenario.services ?? []).map((spec) => ({
    spec,
    service: createService(spec, environment),
  }));
  const run: Run = { target, ports, scenario, services, steps: [], hasStarted: false };
  try {
    for (const { spec, service } of services) if (spec.late !== true) await service.start();
    const setup = await target.start(scenario);
    const isFailedStart = ({ run: argv, exit }: CommandRecord) =>
      argv?.join(' ') === START.join(' ') && exit !== 0;
    run.hasStarted = scenario.nostart !== true && !setup.some(isFailedStart);
    for (const step of scenario.steps ?? []) await runStep(run, step);
    const isDrained = !target.isRunning || (await target.settle(settleOptions(scenario)));
    const { hasStarted } = run;
    const collected = await target.collect(scenario, { hasStarted });
    const transcripts = await gatherTranscripts(run);
    return record(run, { input, setup, isDrained, collected, transcripts });
  } finally {
    await target.stop();
    for (const { service } of services) await service.stop();
  }
}

interface Gathered {
  readonly input: Scenario;
  readonly setup: readonly CommandRecord[];
  readonly isDrained: boolean;
  readonly collected: Awaited<ReturnType<Target['collect']>>;
  readonly transcripts: Readonly<Record<string, unknown>>;
}

/** What the helper servers were asked, by their names. */
async function gatherTranscripts({ services }: Run): Promise<Readonly<Record<string, unknown>>> {
  const transcripts: Record<string, unknown> = {};
  for (const { spec, service } of services) {
    const transcript = await service.transcript();
    if (transcript !== undefined && spec.name !== undefined) transcripts[spec.name] = transcript;
  }
  return transcripts;
}

function record(run: Run, { input, setup, isDrained, collected, transcripts }: Gathered): ScenarioRecord {
  const material =
    collected.log.join('\n') + JSON.stringify({ steps: run.steps, setup }) + JSON.stringify(collected.queue);
  const { placeholders, userIds, spellings } = run.target;
  const normalize = createNormalizer({
    placeholders,
    ports: run.ports,
    ids: findQueueIds(material),
    userIds,
    spellings,
  });
  const normalized = <T>(value: T): T => mapStrings(value, normalize);
  const log = digestLog(normalized(collected.log));
  const deliveries =
    run.scenario.dedupeDeliveries === true
      ? [...new Map(log.deliveries.map((d) => [JSON.stringify(d), d])).values()]
      : log.deliveries;
  return {
    name: input.name,
    section: input.section,
    why: input.why,
    config: input['main.cf'] ?? [],
    ...(isDrained ? {} : { notDrained: true }),
    setup: normalized(setup).map(tidy),
    steps: normalized(run.steps).map((step) => ('exit' in step ? tidy(step) : step)),
    messages: [...digestBodies(normalized(collected.messages))].sort(byMailbox),
    queue: sortQueue(normalized(collected.queue)),
    deliveries,
    events: log.events,
    sessions: log.summaries.map(({ text }) => text).sort(compareText),
    ...(Object.keys(collected.files).length > 0 ? { files: normalized(collected.files) } : {}),
    ...(Object.keys(transcripts).length > 0 ? { services: normalized(scrubTranscripts(transcripts)) } : {}),
  };
}

function byMailbox(a: MessageRecord, b: MessageRecord): number {
  const subject = (m: MessageRecord) => headerOf(m.headers, 'subject') ?? '';
  return (
    compareText(a.mailbox, b.mailbox) ||
    compareText(subject(a), subject(b)) ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}

/** Command output without volatile columns. */
function tidy(step: CommandRecord): CommandRecord {
  const fix = (line: string) =>
    line
      .replace(/^(\{qid\}[*!#]?)\s+\d+ \{ctime\}\s+/, '$1 {size} {ctime} ')
      .replace(/-- \d+ Kbytes in/, '-- {n} Kbytes in')
      .replace(/"arrival_time": \d+/, '"arrival_time": {time}')
      .replace(/"message_size": \d+/, '"message_size": {size}');
  const name = (step.run ?? step.sendmail ?? [])[0];
  const result: CommandRecord = { ...step };
  for (const stream of ['stdout', 'stderr', 'tty'] as const) {
    const lines = result[stream];
    if (lines !== undefined) result[stream] = lines.map(fix);
  }
  for (const stream of ['stderr', 'tty'] as const) {
    const lines = result[stream];
    if (lines !== undefined) result[stream] = inFixedOrder(lines);
  }
  // Printed only when the master process takes long enough to go away.
  if (name === 'postfix' && result.tty !== undefined) {
    result.tty = result.tty.filter(
      (line) => !line.includes('waiting for the Postfix mail system to terminate'),
    );
  }
  return result;
}

/** Configuration warnings are repeated, and listed in hash order: one of each, the unordered kinds sorted. */
function inFixedOrder(lines: readonly string[]): string[] {
  const unique = [...new Set(lines.map((line) => line.replace(/\r$/, '')))];
  const isLoose = (line: string) =>
    /unused parameter|overriding earlier entry|undefined parameter/.test(line);
  const sorted = unique.filter(isLoose).sort();
  return unique.map((line) => (isLoose(line) ? (sorted.shift() ?? line) : line));
}
