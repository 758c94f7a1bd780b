/**
 * smtpd(8): receives mail over SMTP on loopback, as Postfix 3.7 does.
 *
 * What:     one listener for each inet line of master.cf whose command is smtpd. Sessions are smtp-server's, every
 *           answer is Postfix's: replies.ts has those of the protocol, policy/ those of the restriction lists.
 * Message:  on the final dot a Submission goes to the Intake; `250` is said when that says the message is on disk.
 * Fails:    SmtpListenError for a port that cannot be had; a configuration with which smtpd cannot run is logged as
 *           its fatal error, and clients of that service are left waiting, as Postfix leaves them. A bug in a command is
 *           `451 4.3.0`, and the session goes on. Every reply of 400 and above is kept as a Refusal with its transcript.
 * Standards: RFC 5321, 1870, 1985, 2034, 2920, 3030, 3461, 6152, 6531; XCLIENT_README, XFORWARD_README,
 *           SMTPD_ACCESS_README, access(5), postconf(5).
 * Differs:  a session that idles while the sandbox stops is told so with 421. VERP is understood and has no effect.
 * Missing:  STARTTLS, AUTH, milters. They are not announced.
 *
 * Others here: connection.ts and server.ts (the library), conversation.ts (the command loop), commands/ (one file a
 * command), policy/policy.ts (decisions, also for dry runs).
 */
import type { Socket } from 'node:net';
import { ConfigError, type MasterService } from '../config/config.ts';
import type { Refusal } from '../mail/refusal.ts';
import { createLocalhostDns } from '../dns/table-dns.ts';
import type { Clock } from '../util/clock.ts';
import type { Dns } from '../util/dns.ts';
import type { LogFactory } from '../util/log.ts';
import { createAnvil } from './anvil.ts';
import { createClientLookup, type LookupClient } from './client.ts';
import { bind, lastEntries, listenAddresses } from './listen.ts';
import type { AskPolicyServer, PolicyServices, VerifyAddress } from './policy/context.ts';
import { SmtpdServer } from './server.ts';
import { openSpokenSession, type Speaker, type SpokenSession } from './spoken-session.ts';
import {
  createService,
  type FlushSite,
  type RecordSession,
  type ServiceDependencies,
  type SmtpdIntake,
  type SmtpdWorld,
  type SmtpService,
} from './service.ts';

export { SmtpListenError } from './listen.ts';
export { createPolicy, type Policy } from './policy/policy.ts';
export { readSettings } from './settings.ts';
export type { AskPolicyServer, Verification, VerifyAddress } from './policy/context.ts';
export type { Facts, Ruling } from './policy/facts.ts';
export type { SmtpClient, LookupClient } from './client.ts';
export type { FlushSite, RecordSession, SessionRecord, SmtpdIntake, SmtpdWorld } from './service.ts';

export interface Listener {
  /** First column of master.cf. */
  readonly service: string;
  readonly host: string;
  readonly port: number;
  readonly tls: 'none' | 'may' | 'wrapper';
}

export interface SmtpdDependencies {
  /** The present configuration; a session keeps the one it began with. */
  readonly world: () => SmtpdWorld;
  readonly intake: SmtpdIntake;
  /** Keeps what a client was refused. */
  readonly refuse: (record: Refusal) => void;
  readonly log: LogFactory;
  readonly clock: Clock;
  /** Absent: only localhost exists. */
  readonly dns?: Dns;
  readonly lookupClient?: LookupClient;
  readonly verify?: VerifyAddress;
  readonly askPolicyServer?: AskPolicyServer;
  readonly flushSite?: FlushSite;
  /** Absent: sessions are not remembered, and are logged under this process's number. */
  readonly recordSession?: RecordSession;
}

export interface Smtpd {
  /** Binds every smtpd service; if one cannot be bound, none stays bound. */
  listen(services: readonly MasterService[]): Promise<readonly Listener[]>;
  /** Holds a session on a socket that is open already, with this service's settings (sendmail -bs). */
  attach(service: MasterService, socket: Socket): void;
  /**
   * A session without a socket, of a client that is made up; everything else about it is real.
   * @throws ConfigError when smtpd cannot run with this service.
   */
  converse(service: MasterService, speaker: Speaker): Promise<SpokenSession>;
  /** Takes no new connections, lets messages under way finish for so long, then cuts. */
  close(graceMs: number): Promise<void>;
}

export function createSmtpd(dependencies: SmtpdDependencies): Smtpd {
  const shared = sharedDependencies(dependencies);
  const servers: SmtpdServer[] = [];

  async function listenTo(service: MasterService): Promise<readonly Listener[]> {
    const { config } = dependencies.world();
    const own = config.forService(service);
    const current = currentService(service, dependencies.world, shared);
    const listeners: Listener[] = [];
    for (const address of listenAddresses(service, own)) {
      const server = new SmtpdServer(current, own.seconds('smtpd_timeout') * 1000);
      const port = await bind(server.listener, service, address);
      servers.push(server);
      listeners.push({ service: service.name, host: address.host, port, tls: 'none' });
    }
    return listeners;
  }

  async function close(graceMs: number): Promise<void> {
    await Promise.all(servers.splice(0).map((server) => server.shutDown(graceMs)));
  }

  return {
    async listen(services) {
      const listeners: Listener[] = [];
      try {
        const log = dependencies.log('master');
        const last = lastEntries(services, (text) => {
          log.warning(text);
        });
        for (const service of last) {
          if (service.command === 'smtpd') listeners.push(...(await listenTo(service)));
        }
      } catch (error) {
        await close(0);
        throw error;
      }
      return listeners;
    },
    attach(service, socket) {
      const timeoutMs = dependencies.world().config.forService(service).seconds('smtpd_timeout') * 1000;
      const server = new SmtpdServer(currentService(service, dependencies.world, shared), timeoutMs);
      servers.push(server);
      server.connect(socket);
    },
    converse: (service, speaker) =>
      openSpokenSession(createService(service, dependencies.world(), shared), speaker),
    close,
  };
}

function sharedDependencies(dependencies: SmtpdDependencies): ServiceDependencies {
  const { intake, refuse, log, clock, flushSite, verify, askPolicyServer, recordSession } = dependencies;
  const dns = dependencies.dns ?? createLocalhostDns();
  const policyServices: PolicyServices = {
    dns,
    ...(verify === undefined ? {} : { verify }),
    ...(askPolicyServer === undefined ? {} : { askPolicyServer }),
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        clock.schedule(clock.now() + milliseconds, resolve);
      }),
  };
  return {
    intake,
    refuse,
    log,
    clock,
    anvil: createAnvil(() => clock.now()),
    lookupClient: dependencies.lookupClient ?? createClientLookup(dns),
    policyServices,
    ...(flushSite === undefined ? {} : { flushSite }),
    ...(recordSession === undefined ? {} : { recordSession }),
  };
}

/** The service under the present world, made once for each; undefined while smtpd cannot run with it. */
function currentService(
  service: MasterService,
  world: () => SmtpdWorld,
  shared: ServiceDependencies,
): () => SmtpService | undefined {
  // Its line in master.cf, from which the caller may have taken another port.
  const { file, line } = service.origin;
  const written =
    world().config.services.find(({ origin }) => origin.file === file && origin.line === line) ?? service;
  const place = Math.max(0, sameNamed(written, world()).indexOf(written));
  let madeFor: SmtpdWorld | undefined;
  let made: SmtpService | undefined;
  return () => {
    const present = world();
    if (present === madeFor) return made;
    madeFor = present;
    made = undefined;
    try {
      // After a reload the same line may have other `-o` overrides.
      made = createService(sameNamed(written, present)[place] ?? written, present, shared);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      reportFatal(shared.log, error.message);
    }
    return made;
  };
}

/** Services may share a name only when it ends in port 0: then their order tells them apart. */
function sameNamed(service: MasterService, { config }: SmtpdWorld): readonly MasterService[] {
  return config.services.filter(({ name, type }) => name === service.name && type === service.type);
}

/** What Postfix logs when smtpd gives up at start: its own fatal error, and master's complaint. */
function reportFatal(log: LogFactory, message: string): void {
  log('smtpd').fatal(message);
  const master = log('master');
  master.warning(`process smtpd pid ${process.pid} exit status 1`);
  master.warning('smtpd: bad command startup -- throttling');
}
