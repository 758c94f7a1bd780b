/** postsuper -r: a stored message becomes a submission again, so that today's tables and checks apply to it. */
import { mailDate } from '../mail/header-date.ts';
import type { NewMessage, QueuedMessage, Submission } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { Settlement } from '../store/store.ts';
import { deliveredForm } from '../mail/delivered-form.ts';
import { quoteAddress } from './own-outcomes.ts';
import type { QmgrDependencies } from './world.ts';

function headOf(dependencies: QmgrDependencies, numbers: Pick<Submission, 'queueId' | 'arrivedAt'>): string {
  const { config } = dependencies.world();
  const by = `${config.get('myhostname')} (${config.get('mail_name')}, from userid ${process.getuid?.() ?? 0})`;
  return `Received: by ${by}\n\tid ${numbers.queueId}; ${mailDate(numbers.arrivedAt)}\n`;
}

function resubmission(dependencies: QmgrDependencies, message: QueuedMessage): Submission | undefined {
  const content = dependencies.store.content(message.messageId);
  if (content === undefined) return undefined;
  const numbers = dependencies.intake.allocate();
  const what = `requeued: it was ${message.queueId}`;
  return {
    ...numbers,
    origin: 'requeue',
    client: message.client,
    sender: message.sender,
    recipients: message.recipients.map(({ address, originalAddress, notify, orcpt }) => ({
      address,
      originalAddress,
      notify,
      orcpt,
    })),
    ret: message.ret,
    envid: message.envid,
    smtputf8: message.smtputf8,
    encoding: message.encoding,
    raw: deliveredForm(content),
    head: headOf(dependencies, numbers),
    rewriteContext: 'local',
    skip: {},
    orders: {},
    verify: message.verify,
    wantsReport: message.wantsReport,
    verp: message.verp,
    journey: [{ at: numbers.arrivedAt, program: 'postsuper', verdict: 'info', what }],
  };
}

function replacement(
  message: QueuedMessage,
  create: readonly NewMessage[],
  as: QueueId,
  at: number,
): Settlement {
  return {
    queueId: message.queueId,
    messageId: message.messageId,
    outcomes: [],
    mailboxDeliveries: [],
    create,
    journey: [{ at, program: 'postsuper', verdict: 'info', what: `requeued as ${as}` }],
    doneRecipients: message.recipients.map((recipient) => recipient.index),
    deferredRecipients: [],
    next: { kind: 'removed' },
  };
}

/** In one transaction the old entry goes and the new one comes. undefined: it stays where it is. */
export async function requeue(
  dependencies: QmgrDependencies,
  id: QueueId,
): Promise<readonly NewMessage[] | undefined> {
  const { store, world, log, clock, onChange } = dependencies;
  const message = store.load(id);
  const submission = message === undefined ? undefined : resubmission(dependencies, message);
  if (message === undefined || submission === undefined) return undefined;
  const { queueId } = submission;
  const pickup = log('pickup');
  const uid = process.getuid?.() ?? 0;
  pickup.info(`${queueId}: uid=${uid} from=<${quoteAddress(message.sender)}> orig_id=${id}`);
  const outcome = await world().cleanup.prepare(submission);
  if (outcome.kind === 'refused') {
    pickup.warning(`${id}: not requeued: ${outcome.reason}`);
    return undefined;
  }
  const create = outcome.kind === 'queued' ? [outcome.message] : [];
  await store.settle(replacement(message, create, queueId, clock.now()));
  onChange({ changed: [message.messageId], arrived: create.map((m) => m.messageId) });
  return create;
}
