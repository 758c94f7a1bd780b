/**
 * pipe(8): delivery to an external command, as master.cf's attributes say: user, argv with `${macros}`, flags, eol,
 * size, null_sender, directory, chroot; `NAME_time_limit`, export_environment, pipe_delivery_status_filter.
 *
 * Failure: exit codes are those of sysexits.h, output that begins with an enhanced status code speaks for itself, a
 * signal defers, a time-out bounces. Attributes that cannot be used kill the program when a request comes: the mail
 * waits without a reason of its own, and the log and the journey have it.
 *
 * Differs from Postfix: commands run only with sandpost_allow_commands = yes. `user` may also be a user of the sandbox; the
 * command gets its rights only where the engine runs as root, otherwise the engine's own. With `chroot` the mail
 * waits: there is no way to give a child process another root.
 */
import { splitRules, type SplitRules } from '../../address/parse.ts';
import type {
  AgentResult,
  DeliveryAgent,
  DeliveryRequest,
  Outcome,
  QueuedRecipient,
} from '../../mail/message.ts';
import type { Log } from '../../util/log.ts';
import { quoteAddress } from '../address-text.ts';
import type { AgentDependencies } from '../delivery.ts';
import { CommandUserError } from '../command-user.ts';
import { deliveredToAddresses, isDeliveredTo } from '../delivered.ts';
import { createReport, journeyOf, readReportSettings, type ReportSettings, type Verdict } from '../report.ts';
import { rightsOf } from '../rights.ts';
import { runCommand, type CommandAnswer } from '../run-command.ts';
import { createStatusFilter, type StatusFilter } from '../status-filter.ts';
import { readAttributes, type PipeAttributes } from './attributes.ts';
import { commandInput, type CopyParts } from './content.ts';
import { expandCommand, findProblem, type MessageMacro } from './expand.ts';

interface Pipe {
  readonly service: string;
  readonly dependencies: AgentDependencies;
  readonly attributes: PipeAttributes;
  readonly splitRules: SplitRules;
  readonly reporting: ReportSettings;
  readonly logger: Log;
  readonly statusFilter: StatusFilter;
}

type Said = Pick<Verdict, 'dsn' | 'reason' | 'action' | 'diagnostic'>;

const SYSTEM_ERROR = 'mail system configuration error';
const systemError: Said = {
  dsn: '4.3.5',
  reason: SYSTEM_ERROR,
  diagnostic: { type: 'x-unix', text: SYSTEM_ERROR },
};

/** The envelope sender as the command sees it. */
const senderOf = ({ attributes }: Pipe, { message }: DeliveryRequest): string =>
  message.sender === '' ? attributes.nullSender : message.sender;

function valuesOf(pipe: Pipe, request: DeliveryRequest): Readonly<Record<MessageMacro, string>> {
  const { flags } = pipe.attributes;
  const { message, nexthop } = request;
  const { client } = message;
  const sender = senderOf(pipe, request);
  return {
    client_address: client?.address ?? '',
    client_helo: client?.helo ?? '',
    client_hostname: client?.name ?? '',
    client_port: client === null ? '' : String(client.port),
    client_protocol: client?.protocol ?? '',
    nexthop: flags.has('h') ? nexthop.toLowerCase() : nexthop,
    queue_id: message.queueId,
    sasl_method: client?.saslMethod ?? '',
    sasl_sender: '',
    sasl_username: client?.saslUsername ?? '',
    sender: sender !== '' && flags.has('q') ? quoteAddress(sender) : sender,
    size: String(message.queueSize),
  };
}

/** What flags= may put in front; X-Original-To only with enable_original_recipient. */
function copyParts(
  pipe: Pipe,
  request: DeliveryRequest,
  { address, originalAddress }: QueuedRecipient,
): CopyParts {
  const { config, clock } = pipe.dependencies;
  const isTold = config.boolean('enable_original_recipient');
  return {
    sender: senderOf(pipe, request),
    recipient: { address, originalAddress: isTold ? originalAddress : '' },
    at: clock.now(),
  };
}

function run(
  pipe: Pipe,
  request: DeliveryRequest,
  words: readonly [string, ...string[]],
  text: Uint8Array,
): Promise<CommandAnswer> {
  const { service, attributes, dependencies } = pipe;
  const { config } = dependencies;
  const [recipient] = request.recipients;
  if (recipient === undefined) throw new Error('recipient count: 0');
  const limit = `${service}_time_limit`;
  const isRoot = process.getuid?.() === 0;
  return runCommand({
    program: 'pipe',
    log: pipe.logger,
    command: { kind: 'words', words },
    directory: attributes.directory === '' ? config.get('queue_directory') : attributes.directory,
    environment: {},
    exported: config.list('export_environment'),
    configDirectory: config.directory,
    input: commandInput(attributes, copyParts(pipe, request, recipient), text),
    timeLimitMs: config.seconds(config.get(limit) === '' ? 'command_time_limit' : limit) * 1000,
    rights: isRoot ? (attributes.rights ?? rightsOf('', config.get('default_privs'))) : undefined,
  });
}

/** A success report says `relayed`, unless the command is the end of the way (flag X). */
function success({ service, attributes }: Pipe, output: string): Said {
  const said = output === '' ? '' : ` (${output})`;
  return {
    dsn: '2.0.0',
    reason: `delivered via ${service} service${said}`,
    action: attributes.flags.has('X') ? 'delivered' : 'relayed',
  };
}

/** What keeps the command from being run at all; undefined: nothing. */
async function findObstacle(pipe: Pipe, request: DeliveryRequest): Promise<Said | undefined> {
  const { service, attributes, logger } = pipe;
  const { recipients, message } = request;
  for (const flag of ['D', 'O']) {
    if (!attributes.flags.has(flag) || recipients.length === 1) continue;
    logger.warning(`pipe flag \`${flag}' requires ${service}_destination_recipient_limit = 1`);
    return systemError;
  }
  if (attributes.sizeLimit !== 0 && message.queueSize > attributes.sizeLimit) {
    return { dsn: '5.2.3', reason: 'message too large' };
  }
  if (message.verify) {
    return { dsn: '2.0.0', reason: `delivers to command: ${attributes.command[0]?.source ?? ''}` };
  }
  const [recipient] = recipients;
  if (!attributes.flags.has('D') || recipient === undefined) return undefined;
  const isLoop = isDeliveredTo(deliveredToAddresses(await request.readHeader()), recipient.address);
  return isLoop ? { dsn: '5.4.6', reason: `mail forwarding loop for ${recipient.address}` } : undefined;
}

/** What the sandbox does not do, said plainly. */
function findRefusal({ attributes, dependencies }: Pipe): Said | undefined {
  const command = attributes.command[0]?.source ?? '';
  if (dependencies.config.get('sandpost_allow_commands').trim().toLowerCase() !== 'yes') {
    const reason = `this sandbox runs no commands (sandpost_allow_commands = no): ${command}`;
    return { dsn: '5.7.1', reason };
  }
  if (attributes.chroot === '') return undefined;
  return {
    dsn: '4.3.5',
    reason: `this sandbox runs no command in another root (chroot=${attributes.chroot})`,
  };
}

async function deliverToCommand(pipe: Pipe, request: DeliveryRequest): Promise<Said> {
  const { service, attributes, dependencies, logger } = pipe;
  const obstacle = (await findObstacle(pipe, request)) ?? findRefusal(pipe);
  if (obstacle !== undefined) return obstacle;
  const where = `file ${dependencies.config.directory}/master.cf: service ${service}`;
  const problem = findProblem(attributes.command, where);
  if (problem !== undefined) {
    logger.warning(problem);
    return systemError;
  }
  const rules = { flags: attributes.flags, splitRules: pipe.splitRules };
  const values = valuesOf(pipe, request);
  const { words, warnings } = expandCommand(attributes.command, values, request.recipients, rules);
  for (const warning of warnings) logger.warning(warning);
  const [program = '', ...rest] = words;
  const answer = await run(pipe, request, [program, ...rest], await request.read());
  if (answer.kind === 'delivered') return success(pipe, answer.output);
  const { dsn, reason, diagnostic } = answer;
  return { dsn, reason, ...(diagnostic === undefined ? {} : { diagnostic }) };
}

const SAYINGS = { '2': 'sent', '4': 'deferred', '5': 'bounced' } as const;

async function deliver(pipe: Pipe, request: DeliveryRequest): Promise<AgentResult> {
  const { service, logger, reporting, dependencies } = pipe;
  const { clock } = dependencies;
  const report = createReport({ log: logger, clock, request, relay: service, settings: reporting });
  const said = await pipe.statusFilter(await deliverToCommand(pipe, request));
  const saying = SAYINGS[said.dsn.charAt(0) as keyof typeof SAYINGS];
  const outcomes = request.recipients.map((recipient) => report[saying](recipient, said));
  return {
    outcomes,
    mailboxDeliveries: [],
    forwards: [],
    journey: outcomes.map((outcome) => journeyOf('pipe', outcome)),
  };
}

/** The program died with the request in its hands: nobody says why, but for the log. */
function died(request: DeliveryRequest, { message }: CommandUserError, at: number): AgentResult {
  const outcomes = request.recipients.map(({ index, address, originalAddress }): Outcome => {
    const answer = { status: 'deferred', dsn: '4.3.0', reason: '', action: 'delayed' } as const;
    return {
      recipientIndex: index,
      address,
      originalAddress,
      ...answer,
      relay: 'none',
      startedAt: at,
      finishedAt: at,
    };
  });
  const journey = request.recipients.map(({ address }) => ({
    at,
    program: 'pipe',
    verdict: 'defer' as const,
    what: `fatal: ${message}`,
    recipient: address,
  }));
  return { outcomes, mailboxDeliveries: [], forwards: [], journey, hasDied: true };
}

export function createPipe(service: string, dependencies: AgentDependencies): DeliveryAgent {
  const { config, log, users, clock, tables } = dependencies;
  const logger = log('pipe', config.get('syslog_name'));
  const parameter = 'pipe_delivery_status_filter';
  const maps = tables.forProgram('pipe').maps(config.get(parameter), parameter);
  const common = {
    service,
    dependencies,
    logger,
    splitRules: splitRules(config),
    reporting: readReportSettings(config),
    statusFilter: createStatusFilter({ name: parameter, maps }, logger),
  };
  const line = config.services.findLast(({ name, type }) => name === service && type === 'unix');
  const readNow = () =>
    readAttributes(line?.arguments ?? [], {
      users,
      mailOwner: config.get('mail_owner'),
      setgidGroup: config.get('setgid_group'),
    });
  let attributes: PipeAttributes | undefined;
  return {
    async deliver(request) {
      try {
        attributes ??= readNow();
      } catch (error) {
        if (!(error instanceof CommandUserError)) throw error;
        logger.fatal(error.message);
        return died(request, error, clock.now());
      }
      return deliver({ ...common, attributes }, request);
    },
  };
}
