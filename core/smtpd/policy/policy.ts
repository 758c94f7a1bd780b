/**
 * The decisions of smtpd(8), apart from any session: who may send what to whom, and what tables order for a message.
 *
 * Each stage takes the facts and answers a Ruling: a refusal or none, orders for cleanup, the journey, and the log
 * lines. Nothing happens here, so a session and a dry run call the same functions and cannot disagree. Order and
 * texts are those of smtpd_check(3); with smtpd_delay_reject = yes the client, HELO and sender lists wait for RCPT,
 * VRFY or ETRN. Sources: SMTPD_ACCESS_README, access(5), postconf(5).
 */
import { createAddressFinder } from '../../address/find.ts';
import { createOwnAddressTest } from '../../address/own-addresses.ts';
import type { AddressResolver } from '../../address/resolution.ts';
import type { Config } from '../../config/config.ts';
import { parseIp } from '../../tables/ip.ts';
import { createMatchList, parentDomainMatches } from '../../tables/match-list.ts';
import type { Maybe } from '../../tables/maybe.ts';
import type { Maps, Tables } from '../../tables/table.ts';
import type { SmtpClient } from '../client.ts';
import { readPolicyServer, type PolicyServer } from '../policy-server/policy-server.ts';
import type { RestrictionListName, SmtpdSettings } from '../settings.ts';
import type { PolicyContext, PolicyServices } from './context.ts';
import { evaluateList } from './evaluate.ts';
import type { Facts, Ruling, Subject } from './facts.ts';
import { checkListedRecipient, checkListedSender } from './listed.ts';
import { decideRewriteContext, type RewriteRuling } from './rewrite-context.ts';
import { endRun, NAME, note, reject, startRun, type Run, type Status } from './run.ts';

export interface PolicyDependencies {
  readonly config: Config;
  readonly settings: SmtpdSettings;
  readonly tables: Tables;
  readonly resolver: AddressResolver;
  readonly services: PolicyServices;
}

export interface Policy {
  readonly context: PolicyContext;
  /** A connection; only asked when smtpd_delay_reject = no. */
  client(facts: Facts): Promise<Ruling>;
  /** HELO or EHLO with its name; only asked when smtpd_delay_reject = no. */
  helo(facts: Facts, name: string): Promise<Ruling>;
  /** MAIL FROM; only asked when smtpd_delay_reject = no. */
  sender(facts: Facts, address: string): Promise<Ruling>;
  /** RCPT TO and VRFY, with everything that was delayed until now. */
  recipient(facts: Facts, address: string): Promise<Ruling>;
  data(facts: Facts): Maybe<Ruling>;
  endOfData(facts: Facts): Maybe<Ruling>;
  etrn(facts: Facts, domain: string): Promise<Ruling>;
  /** MAIL SIZE=. */
  size(facts: Facts, bytes: number): Ruling;
  rewriteContext(facts: Facts): Maybe<RewriteRuling>;
}

export function createPolicy(dependencies: PolicyDependencies): Policy {
  const context = createContext(dependencies);
  const begin = (facts: Facts) => startRun(context, facts, evaluateList);
  return {
    context,
    async client(facts) {
      const run = begin(facts);
      await checkClient(run);
      return endRun(run);
    },
    async helo(facts, name) {
      const run = begin({ ...facts, helo: name });
      await checkHelo(run);
      return endRun(run);
    },
    async sender(facts, address) {
      const run = begin({ ...facts, sender: address });
      await checkSender(run);
      return endRun(run);
    },
    async recipient(facts, address) {
      const run = begin({ ...facts, recipient: address });
      // RFC 5321 section 4.5.1: plain postmaster is accepted from everyone.
      if (address.toLowerCase() === 'postmaster') note(run, 'ok', 'accepts postmaster from everyone');
      else await checkRecipient(run, address);
      return endRun(run);
    },
    data: (facts) =>
      judgeMessage(context, facts, 'smtpd_data_restrictions', { replyName: 'DATA', replyClass: NAME.data }),
    endOfData: (facts) =>
      judgeMessage(context, facts, 'smtpd_end_of_data_restrictions', {
        replyName: 'END-OF-MESSAGE',
        replyClass: NAME.endOfData,
      }),
    async etrn(facts, domain) {
      const run = begin({ ...facts, etrnDomain: domain });
      await checkEtrn(run, domain);
      return endRun(run);
    },
    size(facts, bytes) {
      const run = begin(facts);
      checkSize(run, bytes);
      return endRun(run);
    },
    rewriteContext: (facts) => decideRewriteContext(context, facts),
  };
}

function createContext({ config, settings, tables, resolver, services }: PolicyDependencies): PolicyContext {
  const opened = new Map<string, Maps>();
  const open = (key: string, value: string, title: string): Maps => {
    let maps = opened.get(key);
    if (maps === undefined) opened.set(key, (maps = tables.maps(value, title)));
    return maps;
  };
  const servers = new Map<string, PolicyServer>();
  const policyServer = (word: string): PolicyServer => {
    let server = servers.get(word);
    if (server === undefined) servers.set(word, (server = readPolicyServer(word, config)));
    return server;
  };
  for (const word of policyServerWords(settings)) policyServer(word);
  const hosts = (parameter: string) => createMatchList({ config, tables, parameter, kind: 'namadr' });
  const mynetworks = hosts('mynetworks');
  const isOwn = createOwnAddressTest(config);
  return {
    config,
    settings,
    tables,
    resolver,
    finder: createAddressFinder({ config, tables }),
    services,
    isInMynetworks: rememberClient((client) => mynetworks.match(client.name, client.address)),
    relayDomains: hosts('relay_domains'),
    mxBackupNetworks: hosts('permit_mx_backup_networks'),
    permitLog: createMatchList({
      config,
      tables,
      parameter: 'smtpd_log_access_permit_actions',
      kind: 'string',
    }),
    accessMatchesSubdomains: parentDomainMatches(config, 'smtpd_access_maps'),
    isOwnAddress: (address) => {
      const bytes = parseIp(address);
      return bytes !== undefined && isOwn(bytes);
    },
    isOwnClient: rememberClient((client) => {
      const bytes = parseIp(client.socketAddress);
      return bytes !== undefined && isOwn(bytes);
    }),
    accessMaps: (word) => open(`=${word}`, word, word),
    policyServer,
    parameterMaps: (name) => open(name, config.get(name), name),
  };
}

/** Postfix registers all of them when it starts, and dies of those that make no sense. */
function policyServerWords({ lists, classes }: SmtpdSettings): readonly string[] {
  return [...Object.values(lists), ...classes.values()].flatMap(({ words }) =>
    words.filter((word, at) => words[at - 1]?.toLowerCase() === 'check_policy_service' && word.includes(':')),
  );
}

/** A client is asked about for every message of its session; the answer does not change. */
function rememberClient<T>(ask: (client: SmtpClient) => T): (client: SmtpClient) => T {
  const known = new WeakMap<SmtpClient, { readonly answer: T }>();
  return (client) => {
    let entry = known.get(client);
    if (entry === undefined) known.set(client, (entry = { answer: ask(client) }));
    return entry.answer;
  };
}

/** A refusal at DATA is for all recipients alike; naming one of several would mislead. */
function withoutSeveralRecipients(facts: Facts): Facts {
  return facts.recipientCount > 1 ? { ...facts, recipient: undefined } : facts;
}

/** Each stage starts with a clean slate, but for the soft errors of earlier stages. */
function resetStage(run: Run): void {
  run.recursion = 0;
  run.warnIfReject = 0;
  run.deferIfReject = undefined;
}

function checkList(run: Run, list: RestrictionListName, subject: Subject): Maybe<Status> {
  resetStage(run);
  return evaluateList(run, run.context.settings.lists[list], subject);
}

async function checkClient(run: Run): Promise<Status> {
  run.deferIfPermit = undefined;
  const status = await checkList(run, 'smtpd_client_restrictions', {
    replyName: run.facts.clientLabel,
    replyClass: NAME.client,
    defaultAccess: 'check_client_access',
  });
  remember(run, 'client');
  return status;
}

async function checkHelo(run: Run): Promise<Status> {
  run.deferIfPermit = run.deferrals.client;
  const status = await checkList(run, 'smtpd_helo_restrictions', {
    replyName: run.facts.helo ?? '',
    replyClass: NAME.helo,
    defaultAccess: 'check_helo_access',
  });
  remember(run, 'helo');
  return status;
}

async function checkSender(run: Run): Promise<Status> {
  run.deferIfPermit = run.deferrals.client ?? run.deferrals.helo;
  run.hasCheckedSender = false;
  const sender = run.facts.sender ?? '';
  const status = await checkList(run, 'smtpd_sender_restrictions', {
    replyName: sender,
    replyClass: NAME.sender,
    defaultAccess: 'check_sender_access',
  });
  remember(run, 'sender');
  const isUnlistedOff = !run.context.settings.rejectsUnlistedSender || run.hasCheckedSender || sender === '';
  if (status === 'reject' || isUnlistedOff || run.orders.discard !== undefined) return status;
  return checkListedSender(run, sender);
}

function remember(run: Run, stage: 'client' | 'helo' | 'sender'): void {
  if (run.deferrals[stage] === undefined && run.deferIfPermit === undefined) return;
  run.deferrals = { ...run.deferrals, [stage]: run.deferIfPermit };
}

async function checkDelayed(run: Run): Promise<Status> {
  const { facts } = run;
  if ((await checkClient(run)) === 'reject') return 'reject';
  if (facts.helo !== undefined && (await checkHelo(run)) === 'reject') return 'reject';
  if (facts.sender !== undefined && (await checkSender(run)) === 'reject') return 'reject';
  return 'dunno';
}

async function checkRecipient(run: Run, address: string): Promise<Status> {
  const { settings } = run.context;
  run.hasCheckedRecipient = false;
  if (settings.hasDelayed && (await checkDelayed(run)) === 'reject') return 'reject';
  run.deferIfPermit = run.deferrals.sender ?? run.deferrals.helo ?? run.deferrals.client;
  resetStage(run);
  const order: readonly RestrictionListName[] = settings.relayBeforeRecipient
    ? ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions']
    : ['smtpd_recipient_restrictions', 'smtpd_relay_restrictions'];
  const subject = { replyName: address, replyClass: NAME.recipient, defaultAccess: 'check_recipient_access' };
  for (const name of order) {
    if ((await evaluateList(run, settings.lists[name], subject)) === 'reject') return 'reject';
  }
  if (applyDeferral(run) === 'reject') return 'reject';
  const isUnlistedOff = !settings.rejectsUnlistedRecipient || run.hasCheckedRecipient;
  return isUnlistedOff || run.orders.discard !== undefined ? 'dunno' : checkListedRecipient(run, address);
}

async function checkEtrn(run: Run, domain: string): Promise<Status> {
  if (run.context.settings.delaysReject) {
    if ((await checkClient(run)) === 'reject') return 'reject';
    if (run.facts.helo !== undefined && (await checkHelo(run)) === 'reject') return 'reject';
  }
  run.deferIfPermit = run.deferrals.client ?? run.deferrals.helo;
  const status = await checkList(run, 'smtpd_etrn_restrictions', {
    replyName: domain,
    replyClass: NAME.etrn,
    defaultAccess: 'check_etrn_access',
  });
  return status === 'reject' ? status : applyDeferral(run);
}

/** The lists that look at the message as a whole; most are empty, and then there is nothing to wait for. */
function judgeMessage(
  context: PolicyContext,
  facts: Facts,
  list: RestrictionListName,
  subject: Omit<Subject, 'defaultAccess'>,
): Maybe<Ruling> {
  const run = startRun(context, withoutSeveralRecipients(facts), evaluateList);
  if (context.settings.lists[list].words.length === 0) return endRun(run);
  return judge(run, list, { ...subject, defaultAccess: undefined });
}

async function judge(run: Run, list: RestrictionListName, subject: Subject): Promise<Ruling> {
  if ((await checkList(run, list, subject)) !== 'reject') applyDeferral(run);
  return endRun(run);
}

/** An earlier soft error may have kept us from refusing: then nobody is let through now. */
function applyDeferral(run: Run): Status {
  return run.deferIfPermit === undefined ? 'dunno' : reject(run, run.deferIfPermit);
}

function checkSize(run: Run, bytes: number): void {
  const { config, settings } = run.context;
  if (settings.messageSizeLimit <= 0 || bytes <= settings.messageSizeLimit) return;
  reject(run, {
    errorClass: 'policy',
    code: 552,
    dsn: '5.3.4',
    text: 'Message size exceeds fixed limit',
    source: {
      kind: 'parameter',
      name: 'message_size_limit',
      value: String(settings.messageSizeLimit),
      ...config.setting('message_size_limit')?.origin,
    },
  });
}
