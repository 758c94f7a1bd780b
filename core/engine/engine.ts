/** One sandbox's engine: world, intake, queue manager and smtpd, and the areas that the calls reach them by. */
import type { Engine, EngineEvent } from '../api/engine.ts';
import type { Problem } from '../api/contract/common.ts';
import type { CheckOptions } from '../config/check.ts';
import type { MasterService } from '../config/config.ts';
import type { LookupResult } from '../tables/table.ts';
import { createQmgr } from '../queue/qmgr.ts';
import { createClientLookup } from '../smtpd/client.ts';
import { createPolicyClient } from '../smtpd/policy-server/client.ts';
import { createSmtpd, type Listener, type SmtpdDependencies } from '../smtpd/smtpd.ts';
import { runPostmap } from '../tables/postmap.ts';
import { createQuestionLog } from '../dns/question-log.ts';
import { createTableDns } from '../dns/table-dns.ts';
import { createClock } from '../util/clock.ts';
import { createVerify } from '../verify/verify.ts';
import { createConfigArea } from './config-area.ts';
import { createConfigFiles } from './config-files.ts';
import { createConfigWriter } from './config-writer.ts';
import { createConfiguration } from './configuration.ts';
import { createDnsArea } from './dns-area.ts';
import { createEventSource } from './events.ts';
import { createFindingArea } from './finding-area.ts';
import { createKeeper } from './keeper.ts';
import type { Folders } from './folders.ts';
import { createIntake } from './intake.ts';
import { createLazyHandIn } from './lazy-hand-in.ts';
import { createLazyLab } from './lazy-lab.ts';
import { createLogArea, createSessionArea } from './log-area.ts';
import { createLogReader } from './log-reader.ts';
import { createMailArea, createRefusalArea } from './mail-area.ts';
import { createPickup } from './pickup.ts';
import { createMaildrop } from '../api/maildrop.ts';
import { withMaildrop } from '../api/maildrop-queue.ts';
import { createQueueArea } from './queue-area.ts';
import { createPressure } from './pressure.ts';
import { createQueueHistory } from './queue-history.ts';
import { createRate } from './rate.ts';
import { createRecipeArea } from './recipe-area.ts';
import { createSessionKeeper } from './session-keeper.ts';
import { createSpawn } from './spawn.ts';
import { createStandAlone } from './stand-alone.ts';
import { createStatus } from './status.ts';
import { tableTypes } from './table-types.ts';
import { createTimeTravel } from './time-travel.ts';
import { createUserArea } from './users-area.ts';
import { packageVersion } from './version.ts';
import { createProbe } from './probe.ts';
import { createWorld } from './world.ts';

export interface EngineOptions extends Folders {
  readonly configDir: string;
  readonly dataDir: string;
  readonly ports?: Readonly<Record<number, number>>;
  readonly onStopRequested?: () => void;
}

export interface RunningEngine {
  readonly calls: Engine;
  readonly version: string;
  listen(): Promise<readonly Listener[]>;
  stopListening(graceMs: number): Promise<void>;
  startDelivery(): void;
  stopDelivery(): Promise<void>;
  setHttp(url: string | null): void;
  /** Another program changed files of the configuration folder. */
  filesChanged(files: readonly string[]): void;
}

const INDEXED = new Set(['hash', 'lmdb', 'btree', 'cdb', 'dbm', 'sdbm']);

export async function createEngine(options: EngineOptions): Promise<RunningEngine> {
  const { configDir, dataDir, store, mailLog, log, clock, loginUser } = options;
  const version = packageVersion();
  const events = createEventSource();
  /** Goes on at its own pace, whatever is skipped in the sandbox. */
  const machine = createClock();
  const rate = createRate(() => machine.now());
  const history = createQueueHistory(() => clock.now());
  const logReader = createLogReader(mailLog);
  const sessions = createSessionKeeper(clock, process.pid + 1);
  const questions = createQuestionLog(() => clock.now());
  const dns = createTableDns(store.dns, {
    onQuestion: (name, type, answer) => {
      questions.note(name, type, answer);
    },
  });
  const pressure = createPressure();
  const lookupClient = createClientLookup(dns);
  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      clock.schedule(clock.now() + milliseconds, resolve);
    });
  const policyClient = createPolicyClient({ clock, sleep });
  let listeners: readonly Listener[] = [];
  let http: string | null = null;
  const warnings = new Set<string>();

  const configuration = createConfiguration({
    directory: configDir,
    dataDirectory: dataDir,
    createWorld: (config) =>
      createWorld({ config, store, log, clock, dns, allocate: () => intake.allocate() }),
    clock,
    log,
    onChange: () => {
      events.emit({ kind: 'status' });
    },
  });
  const { world } = configuration;
  const intake = createIntake({
    store: store.queue,
    world,
    clock,
    onAccepted(message, expanded) {
      rate.count();
      history.accepted(1);
      pressure.accepted();
      setFullDisk(false);
      if (message.hold === null)
        qmgr.notify([message], expanded.length === 0 ? undefined : new Map([[message.queueId, expanded]]));
    },
    onFull: () => {
      setFullDisk(true);
    },
  });
  const qmgr = createQmgr({
    store: store.queue,
    world,
    intake,
    log,
    clock,
    onChange: ({ arrived, outcomes = [] }) => {
      history.accepted(arrived.length);
      history.answered(outcomes);
    },
    isPressed: () => pressure.isHigh(),
  });
  const verify = createVerify({
    config: () => world().config,
    probe: createProbe({ world, allocate: () => intake.allocate(), clock, log }),
    clock,
    onError: (error) => {
      log('verify').error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    },
  });
  const smtpdDependencies: SmtpdDependencies = {
    world,
    intake,
    refuse: (refusal) => {
      store.refusals.add(refusal);
    },
    log,
    clock,
    dns,
    lookupClient,
    askPolicyServer: policyClient.ask,
    verify: (address) => Promise.resolve(verify.query(address)),
    recordSession: sessions.record,
  };
  const smtpd = createSmtpd({
    ...smtpdDependencies,
    flushSite: async (site) => {
      await qmgr.flush('ALL', { site });
      return 'started';
    },
  });
  const keeper = createKeeper({
    store,
    clock: machine,
    isPressed: () => pressure.isHigh(),
    onError: (error) => {
      log('sandpost/keeper').error(error instanceof Error ? error.message : String(error));
    },
  });
  const spawn = createSpawn({ config: () => world().config, users: store.users, log });
  const standAlone = createStandAlone(smtpdDependencies);
  const pickup = createPickup({
    dataDir,
    intake,
    world,
    isStored: (queueId) => store.mail.findByQueueId(queueId) !== undefined,
    clock,
    log,
  });

  function setFullDisk(isFull: boolean): void {
    const text = `the disk that holds ${dataDir} is full: mail is answered with 452 4.3.1 until there is space`;
    if (warnings.has(text) === isFull) return;
    if (isFull) warnings.add(text);
    else warnings.delete(text);
    events.emit({ kind: 'status' });
  }

  let isListening = false;
  /** @param written files that may be tables: which of them are, and of which type, is what the new settings say */
  async function reload(written: readonly string[] = []): Promise<readonly Problem[]> {
    const problems = configuration.reload();
    qmgr.refresh();
    if (isListening) await spawn.refresh();
    try {
      await compile(written);
    } finally {
      // Not before: whoever looked between the files and their tables would see stale ones.
      events.emit({ kind: 'config', files: [] });
    }
    return problems;
  }

  const runTableCommand: Engine['runTableCommand'] = (command, args, stdin) =>
    runPostmap(command, args, stdin, { configDir, compiled: store.compiled, users: store.users, log, clock });

  /** Builds the indexed tables that come from these files. */
  async function compile(files: readonly string[]): Promise<void> {
    const types = tableTypes(world().config, configDir);
    for (const file of files) {
      for (const type of new Set(types.get(file)?.filter((t) => INDEXED.has(t)))) {
        const isAliases = world().config.get('alias_maps').includes(`${type}:${configDir}/${file}`);
        await runTableCommand(
          isAliases ? 'postalias' : 'postmap',
          [`${type}:${configDir}/${file}`],
          undefined,
        );
      }
    }
  }

  if (options.isFirstStart) await compile(['aliases']);

  const status = createStatus({
    facts: {
      version,
      startedAt: clock.now(),
      configDir,
      dataDir,
      loginUser,
      listeners: () => [...listeners],
      http: () => http,
      warnings: () => [...warnings],
      clock: () => time.state(),
    },
    store,
    qmgr,
    configuration,
    rate,
  });

  /** Deferred mail that waits for a time which only a skipped clock would soon have come to. */
  async function planAnew(): Promise<void> {
    const schedule = qmgr.schedule();
    if (schedule === undefined) return;
    const latest = clock.now() + schedule.maximalBackoffMs;
    const stranded = qmgr.list({ queue: 'deferred' }).filter((message) => message.nextAttemptAt > latest);
    if (stranded.length === 0) return;
    await qmgr.tryAt(
      stranded.map(({ queueId }) => queueId),
      clock.now() + schedule.minimalBackoffMs,
    );
  }

  const time = createTimeTravel({
    clock,
    machine,
    isIdle: () => qmgr.active().size === 0,
    onReset() {
      history.clear();
      return planAnew();
    },
    onChange: () => {
      events.emit({ kind: 'status' });
      events.emit({ kind: 'queue' });
    },
  });

  const checkOptions = (drafts: Readonly<Record<string, string>>): CheckOptions => ({
    files: drafts,
    compiled: store.compiled,
    now: clock.now(),
    dataDirectory: dataDir,
  });
  const configFiles = createConfigFiles(configDir);
  const configWriting = {
    files: configFiles,
    checkOptions,
    writer: createConfigWriter({
      directory: configDir,
      files: configFiles,
      revisions: store.revisions,
      checkOptions,
      reload,
    }),
  };

  const lab = createLazyLab({
    configDir,
    dataDir,
    config: () => world().config,
    store,
    clock,
    askPolicyServer: policyClient.ask,
  });

  const mail = createMailArea({
    store,
    now: () => clock.now(),
    aliasTarget: (name) => aliasTarget(world().tables.maps(world().config.get('alias_maps')).lookup(name)),
  });

  const calls: Engine = {
    clock: machine,
    time,
    status,
    reload: async () => ({ problems: [...(await reload())], revision: store.revisions.latest() }),
    requestStop: () => options.onStopRequested?.(),
    subscribe: (listener) => events.subscribe(listener),
    submit: (input) => pickup.submit(input),
    serveSmtp: (socket, uid) => {
      standAlone.serve(socket, uid);
    },
    log: createLogArea(logReader, store),
    sessions: createSessionArea(sessions),
    lab,
    runTableCommand,
    mail,
    ...createLazyHandIn({
      store,
      mail,
      clock,
      loginUser,
      config: () => world().config,
      converse: (service, speaker) => smtpd.converse(service, speaker),
      submit: (input) => pickup.submit(input),
      source: (at) => mail.source(at),
      allocate: () => intake.allocate(),
    }),
    finding: createFindingArea({
      store,
      onKeeping: () => {
        keeper.look();
      },
    }),
    refusals: createRefusalArea(store),
    queue: withMaildrop(createQueueArea({ qmgr, store, logReader, history, clock }), createMaildrop(dataDir)),
    config: createConfigArea({
      directory: configDir,
      dataDirectory: dataDir,
      config: () => world().config,
      compiled: store.compiled,
      revisions: store.revisions,
      ...configWriting,
    }),
    recipes: createRecipeArea({
      directory: configDir,
      loginUser,
      config: () => world().config,
      revisions: store.revisions,
      lab,
      ...configWriting,
    }),
    users: createUserArea({ store, loginUser }),
    dns: createDnsArea(store.dns, questions),
  };

  store.onChange((change) => {
    for (const event of eventsOf(change)) events.emit(event);
  });
  mailLog.subscribe((line) => {
    events.emit({ kind: 'log', line });
  });

  return {
    calls,
    version,
    async listen() {
      listeners = await smtpd.listen(movedPorts(world().config.services, options.ports ?? {}));
      await spawn.refresh();
      isListening = true;
      return listeners;
    },
    async stopListening(graceMs) {
      await Promise.all([smtpd.close(graceMs), standAlone.close(), spawn.close()]);
      policyClient.close();
    },
    startDelivery() {
      void planAnew();
      qmgr.start();
      keeper.start();
      pickup.start();
    },
    async stopDelivery() {
      time.stop();
      await keeper.stop();
      pickup.stop();
      await qmgr.stop();
    },
    setHttp(url) {
      http = url;
    },
    filesChanged(files) {
      events.emit({ kind: 'config', files });
    },
  };
}

type Change = Parameters<Parameters<Folders['store']['onChange']>[0]>[0];

function* eventsOf(change: Change): Generator<EngineEvent> {
  for (const id of change.arrived) yield { kind: 'arrived', id };
  if (change.changed.length > 0) yield { kind: 'changed', ids: change.changed };
  if (change.isPurged) yield { kind: 'purged' };
  if (change.isQueueChanged) yield { kind: 'queue' };
  if (change.isSidebarChanged) yield { kind: 'changed', ids: [] };
  if (change.isRefusalAdded) yield { kind: 'refused' };
}

/** Alias tables are looked up at once here: the sidebar only shows what is known without asking anybody. */
function aliasTarget(result: LookupResult | Promise<LookupResult>): string {
  return 'kind' in result && result.kind === 'found' ? result.value : '';
}

/** Services with the ports that the user chose in place of taken ones. */
function movedPorts(
  services: readonly MasterService[],
  ports: Readonly<Record<number, number>>,
): readonly MasterService[] {
  return services.map((service) => {
    const match = /^(.*:)?(\d+)$/.exec(service.name);
    const port = match === null ? undefined : ports[Number(match[2])];
    return port === undefined ? service : { ...service, name: `${match?.[1] ?? ''}${port}` };
  });
}
