/** `|command` and mailbox_command (deliver_command of local(8)): who may run what, with which environment. */
import { censor } from '../../config/censor.ts';
import type { ClientIdentity } from '../../mail/message.ts';
import type { LocalAction } from './action.ts';
import { conclude, expandedPart, reported, type Doing } from './doing.ts';
import { PERSONS_SHELL, valuesOf } from './expansion.ts';
import { expandMacros } from './macros.ts';
import { deliveryHead, fromLine } from '../prefix.ts';
import { runCommand, type CommandAnswer } from '../run-command.ts';
import { rightsOf } from '../rights.ts';

type CommandAction = LocalAction & { kind: 'command' };

/** What is known of the client: left out of the environment where it is empty. */
function clientValues(client: ClientIdentity | null): Readonly<Record<string, string>> {
  if (client === null) return {};
  return {
    CLIENT_HOSTNAME: client.name,
    CLIENT_ADDRESS: client.address,
    CLIENT_HELO: client.helo,
    CLIENT_PROTOCOL: client.protocol,
    SASL_METHOD: client.saslMethod,
    SASL_USERNAME: client.saslUsername,
  };
}

function environmentOf(doing: Doing, { at }: CommandAction): Readonly<Record<string, string>> {
  const optional = {
    HOME: at.rights.home,
    SHELL: at.rights.user === '' ? '' : PERSONS_SHELL,
    DOMAIN: at.domain,
    ORIGINAL_RECIPIENT: at.originalAddress,
    ...clientValues(doing.task.request.message.client),
  };
  const values = {
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== '')),
    ...(at.extension === undefined ? {} : { EXTENSION: at.extension }),
    LOGNAME: at.user,
    USER: at.user,
    SENDER: at.sender,
    RECIPIENT: at.address,
    LOCAL: at.local,
  };
  // a sender's words are not to be trusted in a shell
  const { commandFilter } = doing.deps.settings;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, censor(value, commandFilter)]),
  );
}

async function run(doing: Doing, action: CommandAction): Promise<CommandAnswer> {
  const { deps, task } = doing;
  const { settings } = deps;
  const { at } = action;
  const user = at.rights.user === '' ? undefined : { name: at.rights.user, home: at.rights.home };
  const directory = expandMacros(settings.commandDirectory, {
    valueOf: valuesOf(at, user),
    filter: settings.commandDirectoryFilter,
  });
  if (directory.isMalformed) {
    deps.logger.warning(
      `bad parameter value syntax for command_execution_directory: ${settings.commandDirectory}`,
    );
    return { kind: 'deferred', dsn: '4.3.5', reason: 'mail system configuration error' };
  }
  const delivered = at.delivered ?? at.address;
  const head = deliveryHead({
    sender: at.sender,
    originalAddress: settings.prependsOriginal ? at.originalAddress : '',
    ...(settings.prependDelivered.has('command') ? { deliveredTo: delivered } : {}),
  });
  const first = fromLine(at.sender, deps.clock.now());
  return runCommand({
    program: 'local',
    log: deps.logger,
    command: { kind: 'line', text: action.command, shell: settings.commandShell },
    directory: directory.text === '' ? deps.config.get('queue_directory') : directory.text,
    environment: environmentOf(doing, action),
    exported: settings.exportEnvironment,
    configDirectory: deps.config.directory,
    input: Buffer.concat([Buffer.from(`${first}\n${head}`), await task.request.read()]),
    timeLimitMs: settings.commandTimeLimitSeconds * 1000,
    rights: rightsOf(at.rights.user, settings.defaultRights),
  });
}

export async function deliverToCommand(doing: Doing, action: CommandAction): Promise<void> {
  const { report, task, deps } = doing;
  const recipient = reported(doing, action.at);
  const part = expandedPart(doing, action.at);
  if (task.request.message.verify) {
    const reason = `delivers to command: ${action.command}`;
    conclude(doing, await report.sent(recipient, { dsn: '2.0.0', reason, ...part }));
    return;
  }
  const owner = action.returnTo === undefined ? {} : { returnTo: action.returnTo };
  if (!deps.settings.allowCommands) {
    const reason = `this sandbox runs no commands (sandpost_allow_commands = no): ${action.command}`;
    conclude(doing, await report.bounced(recipient, { dsn: '5.7.1', reason, ...owner, ...part }));
    return;
  }
  const answer = await run(doing, action);
  if (answer.kind === 'delivered') {
    const reason = `delivered to command: ${action.command}`;
    conclude(doing, await report.sent(recipient, { dsn: '2.0.0', reason, ...part }));
    return;
  }
  const { kind, ...said } = answer;
  conclude(doing, await report[kind](recipient, { ...said, ...(kind === 'bounced' ? owner : {}), ...part }));
}
