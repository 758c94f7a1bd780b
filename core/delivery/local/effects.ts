/** Does what the plan says, in its order: outcomes, mailbox deliveries, files, commands, new messages. */
import type { AgentResult, Submission } from '../../mail/message.ts';
import { deliveryHead } from '../prefix.ts';
import { createFilteredReport } from '../filtered-report.ts';
import type { Expanded, LocalAction } from './action.ts';
import { deliverToCommand } from './command.ts';
import { conclude, expandedPart, reported, type Doing, type EffectDependencies, type Task } from './doing.ts';
import { deliverToFile } from './file.ts';
import { forwardMessages } from './forward.ts';

const TOO_LARGE = { type: 'x-unix', text: 'input/output error' } as const;

async function deliverToMailbox(doing: Doing, action: LocalAction & { kind: 'mailbox' }): Promise<void> {
  const { deps, task, report } = doing;
  const { settings } = deps;
  const { at } = action;
  const recipient = reported(doing, at);
  if (task.request.message.verify) {
    const verdict = { dsn: '2.0.0', reason: 'delivers to mailbox', ...expandedPart(doing, at) };
    conclude(doing, await report.sent(recipient, verdict));
    return;
  }
  const deliveredTo = settings.frozenDeliveredTo ? at.delivered : at.address;
  const head = deliveryHead({
    sender: at.sender,
    originalAddress: settings.prependsOriginal ? at.originalAddress : '',
    ...(deliveredTo === undefined || !settings.prependDelivered.has('file') ? {} : { deliveredTo }),
  });
  const used = settings.mailboxSizeLimit === 0 ? 0 : (deps.mailboxBytes?.(action.mailbox) ?? 0);
  const isTooLarge =
    settings.mailboxSizeLimit !== 0 &&
    used + head.length + task.request.message.size > settings.mailboxSizeLimit;
  if (isTooLarge) {
    const reason = `cannot update mailbox ${action.path} for user ${at.user}. error writing message: File too large`;
    const verdict = { dsn: '5.2.2', reason, diagnostic: TOO_LARGE, ...expandedPart(doing, at) };
    conclude(doing, await report.bounced(recipient, verdict));
    return;
  }
  doing.mailboxDeliveries.push({
    recipientIndex: recipient.index,
    mailbox: action.mailbox,
    address: at.address,
    head,
  });
  const verdict = { dsn: '2.0.0', reason: `delivered to ${action.style}`, ...expandedPart(doing, at) };
  conclude(doing, await report.sent(recipient, verdict), `delivered to the mailbox of ${action.mailbox}`);
}

/** mailbox_transport and fallback_transport: the other agent's answer is ours (deliver_pass). */
async function passOn(doing: Doing, action: LocalAction & { kind: 'pass' }): Promise<Submission[]> {
  const { deps, task } = doing;
  const colon = action.service.indexOf(':');
  const transport = colon < 0 ? action.service : action.service.slice(0, colon);
  const nexthop = colon < 0 ? '' : action.service.slice(colon + 1);
  const { queueId } = task.request.message;
  deps.logger.info(`${queueId}: passing <${action.at.address}> to transport=${transport}`);
  const agent = deps.agentOf(transport);
  if (agent === undefined) {
    const verdict = { dsn: '4.3.0', reason: 'mail transport unavailable' };
    conclude(doing, await doing.report.deferred(reported(doing, action.at), verdict));
    return [];
  }
  const result = await agent.deliver({
    ...task.request,
    transport,
    nexthop: nexthop === '' ? task.request.nexthop : nexthop,
    recipients: [
      {
        ...task.recipient,
        address: action.at.address,
        originalAddress: action.at.originalAddress,
        notify: action.at.notify,
      },
    ],
  });
  doing.outcomes.push(...result.outcomes);
  doing.mailboxDeliveries.push(...result.mailboxDeliveries);
  doing.journey.push(...result.journey);
  return [...result.forwards];
}

async function state(
  doing: Doing,
  action: LocalAction & { kind: 'sent' | 'bounced' | 'deferred' | 'expanded' },
): Promise<void> {
  const { at, verdict } = action;
  const whole = { ...verdict, ...expandedPart(doing, at) };
  const outcome = await doing.report[action.kind](reported(doing, at), whole);
  if (action.kind === 'expanded') doing.outcomes.push(outcome);
  else conclude(doing, outcome);
}

export async function performPlan(deps: EffectDependencies, task: Task): Promise<AgentResult> {
  const { request, plan } = task;
  const about = {
    log: deps.logger,
    clock: deps.clock,
    request,
    relay: deps.service,
    settings: deps.reporting,
  };
  const report = createFilteredReport(about, deps.statusFilter);
  const doing: Doing = {
    deps,
    task,
    report,
    outcomes: [],
    mailboxDeliveries: [],
    journey: [...plan.journey],
  };
  for (const warning of plan.warnings) deps.logger.warning(warning);
  const forwards: Submission[] = [];
  const toForward: Expanded[] = [];
  for (const action of plan.actions) {
    if (action.kind === 'mailbox') await deliverToMailbox(doing, action);
    else if (action.kind === 'file') await deliverToFile(doing, action);
    else if (action.kind === 'command') await deliverToCommand(doing, action);
    else if (action.kind === 'pass') forwards.push(...(await passOn(doing, action)));
    else if (action.kind === 'forward') toForward.push(action.at);
    else await state(doing, action);
  }
  // nothing is forwarded while a part of the recipient has to be tried again: it would be forwarded twice
  const isDeferred = doing.outcomes.some((outcome) => outcome.status === 'deferred');
  if (toForward.length > 0 && !isDeferred) forwards.push(...(await forwardMessages(doing, toForward)));
  return {
    outcomes: doing.outcomes,
    mailboxDeliveries: doing.mailboxDeliveries,
    forwards,
    journey: doing.journey,
  };
}
